"""A survey in a browser: with the keys, without a script, in both languages, on a telephone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import AnswerPool, Survey
from assessments.standard_surveys import put_standard_surveys
from assessments.surveys import unseal
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
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


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
