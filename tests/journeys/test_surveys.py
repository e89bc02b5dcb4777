"""A survey in a browser: with the keys, without a script, in both languages, on a telephone."""

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from assessments.models import AnswerPool, Survey
from assessments.standard_surveys import put_standard_surveys
from assessments.surveys import unseal
from assessments.tallies import get_cells
from courses.follow_ups import LINK_LASTS, Voice, make_address, make_token
from courses.models import FollowUp
from courses.progress import answer_survey
from lms.routing import get_page_url
from tests import factories

WIDTHS = [1280, 360]


class Course:
    """A course that ends with the standard survey, and a learner before it."""

    def __init__(self):
        put_standard_surveys()
        course = factories.make_course(title="Interculturalidad", slug="interculturalidad")
        self.page = factories.make_survey_page(parent=course, survey=Survey.objects.get(code="satisfaction"),
                                               title="Su opinión", slug="su-opinion", is_required=False)
        factories.translate(self.page, title="Your opinion", slug="your-opinion")
        self.learner = factories.make_user()
        factories.make_enrolment(learner=self.learner, course_page=course, now=timezone.now())

    def url(self, language="es"):
        page = self.page if language == "es" else self.page.get_translations().get()
        return get_page_url(page.url_path)


@pytest.fixture
def course(transactional_db):
    return Course()


@pytest.fixture
def enter(course, sign_in):
    def enter(page, language="es"):
        sign_in(page, course.learner)
        page.goto(course.url(language))
        return page
    return enter


def check(page, axe):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width


def get_waiting():
    return unseal(AnswerPool.objects.get().sealed)["waiting"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_survey_is_accessible_also_in_error(page, enter, axe, language):
    enter(page, language)
    page.locator("textarea").first.fill("x" * 2001)
    for in_error in (False, True):
        if in_error:
            page.locator("button[name=action][value=send]").click()
            expect(page.locator(".error-summary")).to_be_focused()
            expect(page.locator(".error-summary li")).to_have_count(2)
        check(page, axe)


@pytest.mark.parametrize("javascript", [True, False])
def test_survey_goes_through_a_change_of_language_and_is_sent(new_page, course, enter, javascript):
    page = enter(new_page(javascript=javascript, width=360))
    page.locator("input[type=radio][value='5']").first.check()
    page.locator("textarea").first.fill("Las palabras claras.")
    page.locator(".languages button").click()
    expect(page.locator("h1")).to_have_text("Your opinion")
    assert page.url.endswith(course.url("en"))
    expect(page.locator("textarea").first).to_have_value("Las palabras claras.")
    assert not AnswerPool.objects.exists()
    page.locator("button[name=action][value=send]").click()
    expect(page.locator(".state--done").first).to_be_visible()
    assert page.locator("form#survey-form").count() == 0
    waiting = get_waiting()
    assert (waiting["n"], [*waiting["texts"].values()]) == (1, [["Las palabras claras."]])
    assert list(waiting["counts"].values()) == [{"5": 1}]
    page.locator(".languages a").click()
    expect(page.locator("h1")).to_have_text("Su opinión")


def test_survey_is_answered_with_the_keys_alone(page, enter):
    enter(page)
    first = page.locator("input[type=radio]").first
    first.focus()
    page.keyboard.press("Space")
    for _point in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # sends nothing: half a survey cannot be taken back
    expect(page.locator("input[type=radio][value='4']").first).to_be_checked()
    assert not AnswerPool.objects.exists()
    page.locator("button[name=action][value=send]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".state--done").first).to_be_visible()
    assert list(get_waiting()["counts"].values()) == [{"4": 1}]


# --- Months later -----------------------------------------------------------------------------------------------------

@pytest.fixture
def follow_up(course):
    enrolment = course.learner.enrolments.get()
    return FollowUp.objects.create(enrolment=enrolment, invited_on=timezone.localdate())


def get_path(follow_up, voice, language="es"):
    with override(language):
        return make_address(follow_up=follow_up, voice=voice, now=timezone.now()).removeprefix(settings.BASE_URL)


@pytest.mark.parametrize("language", ["es", "en"])
def test_follow_up_is_answered_and_the_supervisor_asked_without_a_script(no_js_page, page, axe, follow_up, language):
    path = get_path(follow_up, Voice.LEARNER, language)
    page.goto(path)
    page.locator("button[name=action][value=send]").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check(page, axe)
    no_js_page.goto(path)
    for row in no_js_page.locator("#question-1 tbody tr").all():
        row.locator("input[value='4']").check()
    no_js_page.locator("button[name=action][value=send]").click()
    no_js_page.locator("input[name=email]").fill("jefa")
    no_js_page.locator("main form button[type=submit]").click()
    expect(no_js_page.locator(".field__error")).to_be_visible()
    no_js_page.locator("input[name=email]").fill("jefa@municipio.test")
    no_js_page.locator("main form button[type=submit]").click()
    expect(no_js_page.locator(".messages")).to_be_visible()
    page.goto(path)
    check(page, axe)
    (message,) = mail.outbox
    assert message.to == ["jefa@municipio.test"]
    page.goto(get_path(follow_up, Voice.SUPERVISOR, language))
    check(page, axe)
    for row in page.locator("#question-1 tbody tr").all():
        row.locator("input[value='5']").check()
    page.locator("button[name=action][value=send]").click()
    expect(page.locator(".callout--good")).to_be_visible()
    assert {pool.voice: unseal(pool.sealed)["waiting"]["n"] for pool in AnswerPool.objects.all()} == {
        "learner": 1, "supervisor": 1}


def test_link_that_ended_says_so(page, axe, follow_up, problems):
    with override("es"):
        token = make_token(follow_up=follow_up, voice=Voice.LEARNER, now=timezone.now() - 2 * LINK_LASTS)
        page.goto(reverse("follow_up", args=[token]))
    problems.expect("410")
    check(page, axe)


# --- The figures ------------------------------------------------------------------------------------------------------

def test_figures_are_accessible(page, course, sign_in, axe):
    version = course.page.survey.version
    cells = get_cells(version.content)
    texts = [item["id"] for item in version.content["items"] if item["kind"] == "open"]
    for number in range(5):
        enrolment = factories.make_enrolment(edition=course.learner.enrolments.get().edition)
        answers = {cell: values[(number + len(cell)) % len(values)] for cell, values in cells.items()}
        answer_survey(enrolment=enrolment, activity=course.page.translation_key, version=version, now=timezone.now(),
                      answers=answers | {texts[0]: f"Una frase {number}"})
    sign_in(page, factories.make_user(is_superuser=True))
    for name, arguments in (("survey_results", []), ("survey_figures", [course.page.translation_key, "learner"])):
        page.goto(reverse(name, args=arguments))
        check(page, axe)
    expect(page.locator(".puentes-bar")).to_have_count(12)
    with page.expect_download() as download:
        page.get_by_role("button", name="XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")
