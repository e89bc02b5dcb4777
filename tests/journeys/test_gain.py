"""A pre-test with two forms, taken in a browser, and the learning gain that comes of it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Enrolment
from lms.routing import get_page_url
from tests.courses.authors import make_site, make_trainer
from tests.courses.gaining import GainCourse, Gaining, make_gaining
from tests.factories import make_edition, translate

pytestmark = pytest.mark.django_db(transaction=True)
LOCALES = {"en": "en-GB", "es": "es-CL"}
RESULTS = [(0, 1), (1, 2), (2, 2), (1, 1), (0, 2), (1, 0), (0, 1), (1, 2), (1, None)]


@pytest.fixture(autouse=True)
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.mark.parametrize("language", ["en", "es"])
def test_trainer_reads_the_learning_gain(new_page, sign_in, check_widths, language):
    course = GainCourse()
    make_gaining(course, RESULTS * 2)
    for size in (6, 2):
        make_gaining(course, [(0, 1), (1, 2)] * (size // 2), edition=make_edition(course_page=course.page))
    page = new_page(locale=LOCALES[language])
    sign_in(page, make_trainer(preferred_language=language))
    page.goto(reverse("analysis"))
    check_widths(page)
    page.get_by_role("link", name=course.page.title).click()
    expect(page.locator("svg.analysis__chart")).to_have_count(1)
    for details in page.locator("details").all():
        details.evaluate("details => details.open = true")
    check_widths(page)
    with page.expect_download() as download:
        page.locator(".puentes-actions .button").click()
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("language", ["en", "es"])
def test_learner_takes_a_pre_test_and_sees_no_key(new_page, sign_in, axe, language):
    course = GainCourse()
    quiz = translate(course.pre) if language == "en" else course.pre
    person = Gaining(course)
    page = new_page(width=360, locale=LOCALES[language])
    sign_in(page, person.learner)
    page.goto(get_page_url(quiz.url_path))
    axe(page)
    page.locator("form[action$='/start/'] button").click()
    for group in page.locator("fieldset").all():
        group.get_by_role("radio").first.check()
    page.locator("button[name=action][value=review]").click()
    page.locator("button[name=action][value=submit]").click()
    expect(page.locator(".outcome")).to_be_visible()
    expect(page.locator(".question, .review")).to_have_count(0)
    axe(page)
    assert Enrolment.objects.get(pk=person.enrolment.pk).first_form == "A"
    page.goto(get_page_url(quiz.url_path))
    expect(page.locator("form[action$='/start/']")).to_have_count(0)
    axe(page)
