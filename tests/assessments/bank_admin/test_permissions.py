"""Every page of the bank that takes a question, asked for by everybody."""

import pytest
from django.urls import reverse

from assessments.curating import comment
from assessments.models import Question, Sharing
from tests.assessments.bank_admin.people import write
from tests.assessments.kinds.stories import START, WELL, YARD, make_scenario
from tests.factories import localized, make_question

NOW = "2026-11-22T15:00:00Z"
SNIPPET = "wagtailsnippets_assessments_question"
SEE = ("colleague", "trainer", "admin")


@pytest.fixture
def question(people):
    question = make_question(owner=people.institution, code="secreta", stem="Texto secreto")
    return write(question, stem=localized("Texto secreto, otra vez"))


def get_address(name, question):
    first, last = question.edits.last(), question.edits.first()
    if name == "frame":
        return reverse("question_frame", args=[question.pk, "es"])
    if name == "compare":
        return f"{reverse('compare_versions', args=[question.pk])}?from={first.pk}&to={last.pk}"
    if name in ("preview", "versions", "comments"):
        return reverse(f"question_{name}", args=[question.pk])
    if name == "regrade":
        return reverse("regrade_versions", args=[question.pk])
    if name == "chosen":
        return reverse("question_chooser:chosen", args=[question.pk])
    if name == "chosen by Wagtail's own":
        return reverse("wagtailsnippetchoosers_assessments_question:chosen", args=[question.pk])
    return reverse(f"{SNIPPET}:{name}", args=[question.pk])


PAGES = ["frame", "preview", "versions", "compare", "comments", "usage", "history", "edit", "delete", "regrade",
         "chosen", "chosen by Wagtail's own"]


def look(client, user, address):
    """True: it was shown; False: it was refused and nothing of the question was told."""
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(address)
    if response.status_code == 200:
        return True
    assert response.status_code in (302, 403, 404)
    assert "secret" not in response.content.decode()
    return False


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_private_question_are_for_its_institution(people, question, client, page):
    address = get_address(page, question)
    shown = [name for name in ("trainer", "colleague", "stranger", "admin", "learner")
             if look(client, getattr(people, name), address)]
    assert shown == ["trainer", "colleague", "admin"]
    assert not look(client, None, address)


@pytest.mark.parametrize("page", PAGES)
def test_pages_that_change_a_question_are_not_for_whoever_may_use_it(people, question, client, page):
    question.shared_to_use.add(people.other)
    assert look(client, people.stranger, get_address(page, question)) == (page not in ("edit", "delete"))


def test_question_shared_to_edit_is_edited_and_not_deleted_or_shared_further(people, question, client):
    question.shared_to_edit.add(people.other)
    assert look(client, people.stranger, get_address("edit", question))
    assert not look(client, people.stranger, get_address("delete", question))
    form = client.get(get_address("edit", question)).context["form"]
    assert not {"owner", "sharing", "shared_to_use", "shared_to_edit"} & set(form.fields)


@pytest.mark.parametrize("page", ["list", "list_results", "chooser", "chosen many", "wagtail", "report", "results"])
def test_lists_show_what_a_person_may_use(people, question, client, page):
    write(question, stem=localized("Texto secreto", ""))
    address = {
        "list": reverse(f"{SNIPPET}:list"), "list_results": reverse(f"{SNIPPET}:list_results") + "?q=secreto",
        "chooser": reverse("question_chooser:choose_results"),
        "chosen many": f"{reverse('question_chooser:chosen_multiple')}?id={question.pk}",
        "wagtail": reverse("wagtailsnippetchoosers_assessments_question:choose_results"),
        "report": reverse("untranslated"), "results": reverse("untranslated_results")}[page]
    for name, expected in (("trainer", True), ("colleague", True), ("stranger", False), ("admin", True)):
        client.force_login(getattr(people, name))
        response = client.get(address)
        assert response.status_code == 200
        assert ("secreta" in response.content.decode()) == expected
    assert not look(client, people.learner, address) and not look(client, None, address)


def test_other_peoples_acts_are_refused(people, question, client):
    made = comment(question=question, author=people.trainer, text="?", now=NOW)
    acts = {
        "restore": (reverse("restore_version", args=[question.pk, question.edits.last().pk]), {}),
        "resolve": (reverse("settle_comment", args=[question.pk, made.pk]), {}),
        "edit": (get_address("edit", question), {"code": "mia"}),
        "delete": (get_address("delete", question), {}),
    }
    for shared in (False, True):
        if shared:
            question.shared_to_use.add(people.other)
        for user in (people.stranger, people.learner, None):
            client.logout()
            if user:
                client.force_login(user)
            for address, data in acts.values():
                assert client.post(address, data).status_code in (302, 403)
            client.post(reverse("question_comments", args=[question.pk]), {"text": "Soy yo"})
    now = Question.objects.get()
    assert (now.code, now.version_id, now.edits.count()) == ("secreta", question.version_id, 2)
    made.refresh_from_db()
    assert made.resolved_at is None
    assert {each.author for each in question.comments.all()} == {people.trainer, people.stranger}  # who may use it
    assert question.comments.count() == 2


def test_author_of_a_comment_resolves_it_without_editing(people, question, client):
    question.shared_to_use.add(people.other)
    made = comment(question=question, author=people.stranger, text="?", now=NOW)
    client.force_login(people.stranger)
    client.post(reverse("settle_comment", args=[question.pk, made.pk]))
    made.refresh_from_db()
    assert made.resolved_by == people.stranger


def test_map_of_a_scenario_is_for_whoever_may_use_it(people, client):
    scenario = make_scenario(START, YARD, WELL)
    Question.objects.filter(pk=scenario.pk).update(owner=people.institution)
    address = reverse("scenario_map", args=[scenario.pk])
    assert [look(client, user, address) for user in (people.trainer, people.stranger, people.learner)] == [
        True, False, False]


def test_new_question_is_owned_by_the_institution_of_its_author(people, client):
    client.force_login(people.colleague)
    form = client.get(reverse(f"{SNIPPET}:add")).context["form"]
    assert form.initial["owner"] == people.institution.pk
    assert list(form.fields["owner"].queryset) == [people.institution]
    assert Question().sharing == Sharing.PRIVATE
