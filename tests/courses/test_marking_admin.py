import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Answer, Mark, Phrase
from tests.assessments.kinds.marked import get_level_ids
from tests.assessments.marked_questions import make_file_upload, make_long_text
from tests.courses.authors import make_site, make_trainer
from tests.courses.marking import Essay
from tests.factories import make_edition, make_user

pytestmark = pytest.mark.django_db
LIST = "marking"


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(site, client):
    trainer = make_trainer(preferred_language="en")
    client.force_login(trainer)
    return trainer


def url(essay, name="mark_answer", position=0):
    return reverse(name, args=[essay.get_answer(position).pk])


def fill(*levels, **data):
    """What the form of a rubric posts."""
    ids = get_level_ids(*levels) if levels else {}
    return {**{f"level-{criterion}": level for criterion, level in ids.items()}, "points": "", "comment": "",
            "action": "next", **data}


def get_messages(response):
    return [str(message.message).strip() for message in response.context["messages"]]


def get_shown(client, **query):
    return list(client.get(reverse(LIST), query).context["object_list"])


# --- The list ---------------------------------------------------------------------------------------------------------

def test_list_says_what_waits(client, trainer):
    essay = Essay()
    page = client.get(reverse(LIST)).content.decode()
    for text in ("¿Qué corresponde hacer? (en)", essay.course.quizzes[0].title,
                 essay.learning.learner.get_full_name(), "Waits for its first mark", url(essay)):
        assert text in page


def test_list_hides_names_where_marking_is_anonymous(client, trainer):
    essay = Essay(anonymous_marking=True)
    for address in (reverse(LIST), url(essay)):
        page = client.get(address).content.decode()
        assert essay.learning.learner.first_surname not in page
        assert essay.learning.learner.email not in page
        assert f"Learner {essay.attempt.pk.hex[:8].upper()}" in page


def test_list_filters(client, trainer):
    first, second = make_long_text(), make_long_text(points="2")
    one = Essay(first, second)
    edition = make_edition(course_page=one.course.page)
    elsewhere = Essay(course=one.course, edition=edition)
    other = Essay(second_marker=True)
    mine = Essay(second_marker=True)
    client.post(url(mine), fill("Clara", "Pleno"))
    answers = {essay: essay.get_answer() for essay in (one, elsewhere, other, mine)}
    assert len(get_shown(client)) == 5
    assert set(get_shown(client, quiz=other.attempt.activity)) == {answers[other]}
    assert set(get_shown(client, question=second.version_id)) == {one.get_answer(1), elsewhere.get_answer(1)}
    assert set(get_shown(client, edition=edition.pk)) == {answers[elsewhere], elsewhere.get_answer(1)}
    assert get_shown(client, state="mine") == [answers[mine]]
    assert get_shown(client, state="1") == []
    client.force_login(make_trainer())
    assert get_shown(client, state="1") == [answers[mine]]
    assert get_shown(client, state="2") == []


@pytest.mark.parametrize("query", [{"quiz": "x"}, {"question": "x"}, {"edition": "x"}, {"state": "9"}, {"p": "77"},
                                   {"ordering": "x"}, {"export": "csv"}])
def test_list_takes_nonsense(client, trainer, query):
    Essay()
    assert client.get(reverse(LIST), query).status_code in {200, 404}


def test_list_and_page_cost_the_same_with_more_rows(client, trainer):
    essay = Essay()
    counts = []
    for _round in range(2):
        for address in (reverse(LIST), reverse("marking_results"), url(essay)):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        for _number in range(2):
            Essay(course=essay.course)
            Essay(make_long_text(points="7"))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 30


@pytest.mark.parametrize(("who", "status"), [
    ("own trainer", 200), ("administrator", 200), ("other trainer", 404), ("learner", 403), ("anonymous", 403)])
def test_queue_is_for_those_who_mark(site, client, who, status):
    own = make_trainer()
    essay = Essay().give_trainer(own)
    person = {"own trainer": own, "administrator": make_user(is_superuser=True), "other trainer": make_trainer(),
              "learner": essay.learning.learner, "anonymous": None}[who]
    if person:
        client.force_login(person)
    if status == 403:  # to where one signs in, or to the first page with a message
        for address in (reverse(LIST), reverse("marking_results"), url(essay), url(essay, "skip_answer")):
            assert client.get(address).status_code == 302
    else:
        assert (essay.get_answer() in get_shown(client)) is (status == 200)
        assert client.get(url(essay), follow=True).status_code == status
        assert client.get(url(essay, "skip_answer"), follow=True).status_code == status
    client.post(url(essay), fill("Clara", "Pleno"))
    assert Mark.objects.count() == (status == 200)


def test_menu_and_panel_lead_to_the_queue(client, trainer):
    Essay()
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "1 answer waits for your mark." in page
    assert reverse(LIST) in page


# --- One answer -------------------------------------------------------------------------------------------------------

def test_page_shows_answer_guide_and_rubric(client, trainer):
    essay = Essay(make_long_text(minimum=9), texts=["Atiende <b>primero</b>\n\na quien llega"])
    page = client.get(url(essay)).content.decode()
    for text in ("Atiende &lt;b&gt;primero&lt;/b&gt;", "5 words.", "4 words fewer than the 9 that were asked for.",
                 "Busque un ejemplo concreto (en)", "Claridad (en)", "Cuando es pleno (en)", "× 2", "From 0 to 3."):
        assert text in page


def test_page_links_the_file(client, trainer):
    essay = Essay(make_file_upload(), anonymous_marking=True, file="Ana Soto.pdf")
    file = essay.attempt.files.get()
    page = client.get(url(essay)).content.decode()
    assert str(file.pk) in page
    assert "Ana Soto" not in page
    response = client.post(url(essay), fill(points="1.5"))
    assert response.status_code == 302
    essay.attempt.refresh_from_db()
    assert str(essay.attempt.score) == "1.5000"


def test_levels_make_the_mark_and_the_next_answer_comes(client, trainer):
    essay = Essay()
    other = Essay(course=essay.course)
    response = client.post(url(essay), fill("Clara", "Parcial", comment="  Falta un caso. "))
    assert response.url == url(other)
    given = Mark.objects.get()
    assert (given.marker, given.fraction.numerator, given.fraction.denominator, given.comment) == (
        trainer, 1, 2, "Falta un caso.")
    assert given.levels == get_level_ids("Clara", "Parcial")
    essay.attempt.refresh_from_db()
    assert str(essay.attempt.score) == "1.5000"
    response = client.post(url(other), fill("Clara", "Pleno"), follow=True)
    assert response.redirect_chain == [(reverse(LIST), 302)]
    assert len(get_messages(response)) == 3


def test_points_count_in_place_of_the_levels(client, trainer):
    essay = Essay()
    client.post(url(essay), fill("Clara", "Parcial", points="2.25", action="save"))
    assert (Mark.objects.get().fraction, bool(Mark.objects.get().levels)) == (0.75, True)


@pytest.mark.parametrize("data", [
    fill(), {**fill("Clara", "Parcial"), f"level-{next(iter(get_level_ids('Clara', 'Parcial')))}": ""},
    {**fill("Clara", "Parcial"), f"level-{next(iter(get_level_ids('Clara', 'Parcial')))}": "unknown"},
    fill(points="3.01"), fill(points="-1"), fill(points="NaN"), fill(points="1e9"), fill(points="x"),
    fill("Clara", "Pleno", comment="x" * 5001), {},
])
def test_incomplete_mark_is_not_saved_and_stays_filled_in(client, trainer, data):
    essay = Essay()
    response = client.post(url(essay), data)
    assert response.status_code == 200
    assert not Mark.objects.exists()
    if data:
        assert response.context["form"].errors
        assert len(get_messages(response)) == 1
    if data.get("comment"):
        assert data["comment"] in response.content.decode()


def test_skip_goes_to_the_next_without_a_mark(client, trainer):
    essay = Essay()
    other = Essay(course=essay.course)
    assert client.get(url(essay, "skip_answer")).url == url(other)
    assert client.get(url(other, "skip_answer")).url == url(essay)
    assert not Mark.objects.exists()


def test_what_was_marked_meanwhile_is_said(client, trainer):
    essay = Essay()
    client.post(url(essay), fill("Clara", "Pleno"))
    for response in (client.get(url(essay), follow=True), client.post(url(essay), fill("Confusa", "Ausente"),
                                                                      follow=True)):
        assert response.redirect_chain == [(reverse(LIST), 302)]
        assert "This answer has its mark already. Nothing was changed." in get_messages(response)
    assert Mark.objects.get().fraction == 1


def test_second_marker_sees_nothing_of_the_first_and_own_mark_can_be_changed(client, trainer):
    essay = Essay(second_marker=True)
    client.post(url(essay), fill("Clara", "Parcial", comment="Secreto"))
    page = client.get(url(essay)).content.decode()
    assert "You gave 50% of the points." in page
    assert "Secreto" in page
    client.post(url(essay), fill(points="3", comment="Secreto"))
    assert client.get(url(essay)).context["form"]["points"].value() == 3

    client.force_login(make_trainer(preferred_language="en"))
    page = client.get(url(essay)).content.decode()
    for hidden in ("Secreto", "You gave", "checked", trainer.get_full_name()):
        assert hidden not in page
    client.post(url(essay), fill("Confusa", "Ausente"))
    client.force_login(make_trainer(preferred_language="en"))
    response = client.get(url(essay))
    assert "The two marks differ: a third person decides" in response.content.decode()
    assert "Secreto" not in response.content.decode()
    client.post(url(essay), fill("Clara", "Pleno"))
    essay.attempt.refresh_from_db()
    assert essay.attempt.score == 3


# --- Phrases ----------------------------------------------------------------------------------------------------------

def test_comment_is_kept_as_a_phrase_and_the_form_stays(client, trainer):
    essay = Essay()
    response = client.post(url(essay), fill("Clara", "Pleno", comment="Cite <la> ley", action="keep"))
    assert Phrase.objects.get().text == "Cite <la> ley"
    page = response.content.decode()
    assert page.count(" checked") == 2
    assert 'data-phrase="Cite &lt;la&gt; ley"' in page
    client.post(url(essay), fill(comment="Cite <la> ley", action="keep"))
    assert Phrase.objects.count() == 1
    assert not Mark.objects.exists()


def test_empty_phrase_is_not_kept(client, trainer):
    assert len(get_messages(client.post(url(Essay()), fill(comment="  ", action="keep")))) == 1
    assert not Phrase.objects.exists()


def test_phrases_are_the_markers_own(client, trainer):
    essay = Essay()
    own = Phrase.objects.create(marker=trainer, text="La mía")
    theirs = Phrase.objects.create(marker=make_trainer(), text="La ajena")
    assert list(client.get(url(essay)).context["phrases"]) == [own]
    for phrase in (own, theirs):
        client.post(url(essay), fill(action=f"delete-{phrase.pk}"))
    assert list(Phrase.objects.all()) == [theirs]


@pytest.mark.parametrize("action", ["delete-x", "delete-", "delete-999999999999999999999", "delete-²",
                                    f"delete-{'9' * 5000}", "dance", ""])
def test_unknown_action_harms_nothing(client, trainer, action):
    assert client.post(url(Essay()), fill("Clara", "Pleno", action=action)).status_code in {200, 302}
    assert Answer.objects.count() == 1
