"""The question bank in a browser, in both languages: form, list, versions, preview, and the page that asks."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from wagtail.models import Site
from wagtail.users.models import UserProfile

from assessments.curating import comment
from assessments.models import Question
from courses.site_setup import set_up_site
from tests.assessments.bank_admin.people import write
from tests.courses.authors import make_trainer
from tests.factories import localized, make_assignment, make_category, make_organisation, make_question

pytestmark = pytest.mark.django_db(transaction=True)

SNIPPET = "wagtailsnippets_assessments_question"
SHOTS = os.environ.get("SHOTS")  # a folder, to look at the pages with one's own eyes


@pytest.fixture(autouse=True)
def _site(db):
    set_up_site()
    Site.clear_site_root_paths_cache()


@pytest.fixture
def trainer():
    user = make_trainer()
    make_assignment(user=user, organisation=make_organisation(name="Municipalidad de Quilicura"))
    return user


@pytest.fixture
def question(trainer):
    institution = trainer.assignments.get().organisation
    question = make_question(code="derivar", stem="¿A quién deriva usted?", owner=institution,
                             category=make_category(name="Módulo 1", parent=make_category(name="Interculturalidad")))
    write(question, feedback=localized("", ""))
    write(question, stem=localized("¿A quién deriva?", "¿A quién deriva usted? (en)"))
    value = question.body.raw_data[0]["value"]["options"][0]["value"]
    value["text"] = localized("Correcta", "")
    write(question, options=question.body.raw_data[0]["value"]["options"])
    comment(question=question, author=trainer, text="¿Y en México?", now="2026-11-22T15:00:00Z")
    return question


def choose_language(user, language):
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("language", "width"), [("es", 1280), ("en", 360)])
def test_pages_of_the_bank_break_no_rule_of_accessibility(new_page, sign_in, axe, trainer, question, language, width):
    choose_language(trainer, language)
    page = new_page(width=width)
    sign_in(page, trainer)
    first, last = question.edits.last(), question.edits.first()
    make_question(code="otra", state=Question.State.RETIRED)
    addresses = {
        "list": reverse(f"{SNIPPET}:list"), "filtered": f"{reverse(f'{SNIPPET}:list')}?translation=en:older",
        "edit": reverse(f"{SNIPPET}:edit", args=[question.pk]),
        "versions": reverse("question_versions", args=[question.pk]),
        "compare": f"{reverse('compare_versions', args=[question.pk])}?from={first.pk}&to={last.pk}",
        "comments": reverse("question_comments", args=[question.pk]),
        "preview": reverse("question_preview", args=[question.pk]),
        "frame": reverse("question_frame", args=[question.pk, language]), "untranslated": reverse("untranslated"),
        "categories": reverse("wagtailsnippets_assessments_questioncategory:list"),
        "confirm": f"{reverse('wagtail_bulk_action', args=['assessments', 'question', 'share'])}?id={question.pk}",
    }
    for name, address in addresses.items():
        page.goto(address)
        if name == "edit":
            page.wait_for_selector(".localized-text__flag")
        shoot(page, f"{language}-{width}-{name}")
        assert fits(page), name
        # Wagtail's own: its button of filters in use, and the one of its map of a form, which is small on a telephone.
        if name != "filtered" and (name, width) != ("edit", 360):
            axe(page)


def test_form_flags_what_is_missing_or_older_while_it_is_written(page, sign_in, trainer, question):
    choose_language(trainer, "en")
    sign_in(page, trainer)
    page.goto(reverse(f"{SNIPPET}:edit", args=[question.pk]))
    page.wait_for_selector(".localized-text__flag")
    flags = page.locator(".localized-text__flag")
    assert sorted(flags.all_text_contents()) == [
        "This text is missing.", "This text is older than its source, which has changed since."]
    english = page.locator("[name=body-0-value-stem-en]")
    assert english.get_attribute("aria-describedby") == "body-0-value-stem-en-flag"
    english.fill("Whom do you refer them to?")
    assert flags.all_text_contents() == ["This text is missing."]
    page.locator("[name=body-0-value-options-0-value-text-en]").fill("The right one")
    assert flags.count() == 0
    english.fill("")
    assert flags.all_text_contents() == ["This text is missing."]
    english.fill("Whom do you refer them to?")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".messages .success")
    assert not question.gaps.exists()
    assert question.edits.first().by == trainer


def test_frame_has_the_strict_policy_of_the_platform(client, trainer, question):
    client.force_login(trainer)
    response = client.get(reverse("question_frame", args=[question.pk, "en"]))
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};" and "unsafe" not in policy
    assert 'lang="en"' in response.content.decode() and "¿A quién deriva usted? (en)" in response.content.decode()


def test_chosen_questions_are_retired_after_a_page_that_asks(page, sign_in, trainer, question):
    choose_language(trainer, "en")
    sign_in(page, trainer)
    page.goto(reverse(f"{SNIPPET}:list"))
    page.locator(f"[data-object-id='{question.pk}']").check()
    page.get_by_role("link", name="Retire", exact=False).click()
    page.get_by_role("button", name="Retire them").click()
    page.wait_for_selector(".messages .success")
    assert Question.objects.get(pk=question.pk).state == Question.State.RETIRED
