"""What a weak line, a second window and an interrupted lesson do: nothing is lost, and the page says so."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.attempts import get_responses
from assessments.models import Attempt
from courses import progress
from courses.models import ActivityVisit
from courses.quizzes import get_rules
from tests import factories
from tests.journeys.building import build_course


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    return factories.make_user()


@pytest.fixture
def enrolment(course, learner):
    return factories.make_enrolment(learner=learner, course_page=course["page"])


@pytest.fixture
def attempt(course, enrolment):
    return progress.start_attempt(enrolment=enrolment, activity=course["quiz"].translation_key,
                                  rules=get_rules(course["quiz"]), now=timezone.now())


def open_attempt(page, attempt):
    page.goto(f"/es/learn/attempts/{attempt.pk}/")
    return page.locator("#save-state")


def wait_until_saved(page, attempt, count):
    expect(page.locator("#save-state")).to_contain_text(re.compile(r"\d\d:\d\d"))
    assert len(get_responses(attempt)) == count


def test_answers_given_while_the_line_is_gone_are_sent_when_it_is_back(page, sign_in, problems, learner, attempt):
    sign_in(page, learner)
    state = open_attempt(page, attempt)
    page.context.set_offline(True)
    page.locator("#question-1 input[type=radio]").first.check()
    page.locator("#question-2 input[type=checkbox]").first.check()
    expect(state).to_contain_text("no hay conexión")
    said = state.inner_text()
    assert get_responses(attempt) == {}
    page.context.set_offline(False)
    wait_until_saved(page, attempt, 2)
    assert state.inner_text() != said
    problems.expect("INTERNET_DISCONNECTED")


def test_second_window_undoes_nothing(new_page, sign_in, learner, attempt):
    old, new = new_page(), new_page()
    for page in (old, new):
        sign_in(page, learner)
        open_attempt(page, attempt)
    new.locator("#question-1 input[type=radio]").first.check()
    wait_until_saved(new, attempt, 1)
    old.locator("#question-3 input[type=radio]").first.check()
    wait_until_saved(old, attempt, 2)
    old.locator("button[name=action][value=review]").click()
    old.wait_for_url("**/review/")
    assert set(get_responses(attempt)) == {0, 2}


def test_handing_in_again_from_an_old_window_says_that_it_was_done(new_page, sign_in, learner, attempt):
    old, new = new_page(javascript=False), new_page()
    for page in (old, new):
        sign_in(page, learner)
    old.goto(f"/es/learn/attempts/{attempt.pk}/review/")
    new.goto(f"/es/learn/attempts/{attempt.pk}/review/")
    new.locator("button[name=action][value=submit]").click()
    new.wait_for_url("**/result/")
    submitted_at = Attempt.objects.get().submitted_at
    old.locator("button[name=action][value=submit]").click()
    old.wait_for_url("**/result/")
    assert old.locator("main [role=status], main .messages, main .message").count()
    assert Attempt.objects.get().submitted_at == submitted_at


def test_continue_leads_to_the_block_where_the_reader_stopped(page, sign_in, course, learner, enrolment):
    sign_in(page, learner)
    page.set_viewport_size({"width": 360, "height": 500})
    page.goto(course["es"]["lesson"])
    blocks = page.locator("[data-block]")
    last = blocks.last.get_attribute("data-block")
    for _step in range(12):
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(100)
    with page.expect_response(re.compile("/position/$")):  # at most one each five seconds
        pass
    visit = ActivityVisit.objects.get()
    assert visit.percent_read > 50
    page.goto("/es/learn/")
    page.locator("a[href$='/continue/']").first.click()
    page.wait_for_url("**/escuchar/#b-**")
    assert page.url.endswith(f"#b-{visit.block}")
    assert visit.block in {last, *blocks.evaluate_all("all => all.map(each => each.dataset.block)")}


def test_lesson_not_translated_says_so_and_shows_the_other_language(page, sign_in, axe, course, learner, enrolment):
    module = course["es_module"]
    lesson = factories.make_lesson(module=module, title="Sin traducir", slug="sin-traducir")
    lesson.copy_for_translation(course["english"], alias=True)
    sign_in(page, learner)
    page.goto(f"{course['en']['module']}")
    page.get_by_role("link", name="Sin traducir").first.click()
    page.wait_for_url("**/en/**/sin-traducir/")
    assert "not been translated" in page.locator("main").inner_text()
    assert page.locator("article[lang=es]").count() == 1
    axe(page)
    page.locator("form[action$='/complete/'] button").click()
    page.goto("/es/learn/")
    assert progress.Completion.objects.get().activity == lesson.translation_key
