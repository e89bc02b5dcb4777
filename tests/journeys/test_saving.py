"""Answers are saved while they are given: words and choices, one question a page or all, whatever the line does."""

import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.attempts import get_responses
from assessments.models import Attempt
from courses import progress
from courses.quizzes import get_rules
from tests import factories
from tests.assessments.marked_questions import make_long_text
from tests.journeys.building import build_course

SAVED = re.compile(r"\d\d:\d\d:\d\d")


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    return factories.make_user()


@pytest.fixture
def start(course, learner):
    """``start(layout="one")``: an attempt at a test with a choice, a text and true or false."""

    def start(**rules):
        questions = [
            factories.make_question(stem="¿Qué dice primero?", options=[("Buenos días", True), ("Espere", False)]),
            make_long_text(rubric=[]), factories.make_question(kind="true_false", stem="La cédula sigue vigente.")]
        quiz = factories.make_quiz(parent=course["es_module"], title="Otra prueba", slug="otra-prueba",
                                   shuffle_questions=False, shuffle_options=False, questions=questions, **rules)
        factories.translate(quiz, title="Another test", slug="another-test")
        enrolment = factories.make_enrolment(learner=learner, course_page=course["page"])
        return progress.start_attempt(enrolment=enrolment, activity=quiz.translation_key, rules=get_rules(quiz),
                                      now=timezone.now())

    return start


def open_attempt(page, attempt, query=""):
    page.goto(f"/es/learn/attempts/{attempt.pk}/{query}")
    return page.locator("#save-state")


def wait_for_response(attempt, position, response, seconds=10):
    """The seconds until the answer at ``position`` is ``response``."""
    start = time.monotonic()
    while get_responses(attempt).get(position) != response:
        assert time.monotonic() - start < seconds, get_responses(attempt)
        time.sleep(0.05)
    return time.monotonic() - start


def test_words_are_saved_after_the_last_key_and_only_what_changed_is_sent(page, sign_in, learner, start):
    attempt = start()
    sign_in(page, learner)
    state = open_attempt(page, attempt)
    bodies = []
    page.on("request", lambda request: request.url.endswith("/save/") and bodies.append(request.post_data))
    area = page.locator("#question-2 textarea")
    area.press_sequentially("Escuché y anoté.", delay=30)
    assert wait_for_response(attempt, 1, "Escuché y anoté.") < 2.5  # and a busy machine
    expect(state).to_contain_text(SAVED)
    assert all("before1" in body and "before0" not in body and "before2" not in body for body in bodies)
    area.press_sequentially(" Avisé.", delay=30)
    wait_for_response(attempt, 1, "Escuché y anoté. Avisé.")
    expect(state).not_to_contain_text("otra ventana")  # its own earlier save is no other window


def test_words_written_while_the_line_is_gone_survive_a_reload_and_are_sent_once(page, sign_in, problems, learner,
                                                                                 start):
    attempt = start()
    sign_in(page, learner)
    state = open_attempt(page, attempt)
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))
    page.locator("#question-2 textarea").fill("Sin línea")
    page.locator("#question-3 input[type=radio]").last.check()
    expect(state).to_contain_text("no hay conexión")
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/save/")
    page.route("**/save/", lambda route: route.abort("internetdisconnected"), times=1)  # what leaving would send
    page.reload()
    expect(page.locator("#question-2 textarea")).to_have_value("Sin línea")
    expect(page.locator("#question-3 input[type=radio]").last).to_be_checked()
    wait_for_response(attempt, 1, "Sin línea")
    wait_for_response(attempt, 2, ["false"])
    expect(state).to_contain_text(SAVED)
    page.wait_for_timeout(200)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('puentes-attempt-'))") == []
    problems.expect("INTERNET_DISCONNECTED")


def test_answer_taken_back_while_it_is_being_saved_is_what_is_handed_on(page, sign_in, learner, start):
    attempt = start()
    sign_in(page, learner)
    state = open_attempt(page, attempt)
    first, second = (page.locator("#question-1").get_by_label(text) for text in ("Buenos días", "Espere"))
    first.check()
    expect(state).to_contain_text(SAVED)
    kept = get_responses(attempt)[0]
    held = []
    page.route("**/save/", lambda route: held.append((route, route.fetch())))
    second.check()
    while get_responses(attempt)[0] == kept or not held:
        page.wait_for_timeout(50)
    first.check()
    page.get_by_role("button", name="Revisar y entregar").first.click(no_wait_after=True)
    page.wait_for_timeout(300)
    for route, response in held:
        route.fulfill(response=response)
    page.wait_for_url("**/review/**")
    assert get_responses(attempt)[0] == kept


def test_answer_taken_back_after_a_lost_reply_is_the_one_saved(page, sign_in, problems, learner, start):
    attempt = start()
    sign_in(page, learner)
    state = open_attempt(page, attempt)
    first, second = (page.locator("#question-1").get_by_label(text) for text in ("Buenos días", "Espere"))
    first.check()
    expect(state).to_contain_text(SAVED)
    kept = get_responses(attempt)[0]

    def lose_reply(route):
        route.fetch()
        route.abort("connectionreset")

    page.route("**/save/", lose_reply, times=1)
    second.check()
    expect(state).to_contain_text("no hay conexión")
    assert get_responses(attempt)[0] != kept
    first.check()
    expect(state).to_contain_text(SAVED)
    assert get_responses(attempt)[0] == kept
    problems.expect("CONNECTION_RESET")


def wait_for_count(page, rows, count):
    for _time in range(100):
        if len(rows) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(rows)


def test_answer_given_as_the_page_is_left_is_not_overtaken_by_the_one_on_its_way(page, sign_in, learner, start):
    attempt = start()
    sign_in(page, learner)
    open_attempt(page, attempt)
    held, saves = [], []
    page.route("**/save/", lambda route: held.append(route))  # nothing arrives yet
    area = page.locator("#question-2 textarea")
    area.fill("Primero")
    wait_for_count(page, held, 1)
    area.fill("Después")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    wait_for_count(page, held, 2)
    for request in (held[1].request, held[0].request):  # the last one arrives first
        page.context.request.post(request.url, data=request.post_data_buffer, headers={
            "Content-Type": request.headers["content-type"], "Referer": page.url})
    assert get_responses(attempt)[1] == "Después"
    page.unroute("**/save/")
    page.once("framenavigated", lambda _frame: page.on(  # from the new page on
        "request", lambda request: request.url.endswith("/save/") and saves.append(request)))
    open_attempt(page, attempt)
    expect(area).to_have_value("Después")
    page.wait_for_timeout(300)
    assert saves == []  # the page knows that it was taken
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('puentes-attempt-'))") == []


def test_answer_of_another_question_that_was_not_sent_goes_along_with_the_form(page, sign_in, problems, learner, start):
    attempt = start(layout="one")
    sign_in(page, learner)
    page.on("dialog", lambda dialog: dialog.accept())
    open_attempt(page, attempt, "?q=2")
    page.route("**/save/", lambda route: route.abort("internetdisconnected"))
    page.locator("textarea").fill("Escuché.")
    page.wait_for_timeout(200)
    page.goto(f"/es/learn/attempts/{attempt.pk}/?q=3")
    page.locator("input[type=radio]").first.check()
    page.locator("button[name=action][value=review]").click()
    page.wait_for_url("**/review/")
    assert get_responses(attempt) == {1: "Escuché.", 2: ["true"]}
    problems.expect("INTERNET_DISCONNECTED")


def test_overview_shows_what_was_saved_in_the_background(page, sign_in, learner, start):
    attempt = start(layout="one")
    sign_in(page, learner)
    state = open_attempt(page, attempt, "?q=2")
    button = page.get_by_role("button", name=re.compile("2 ?, sin responder"))
    expect(button).to_be_visible()
    page.locator("textarea").fill("Escuché.")
    expect(state).to_contain_text(SAVED)
    expect(page.get_by_role("button", name=re.compile("2 ?, respondida"))).to_be_visible()
    expect(page.locator("[data-step='1'] .question-number--answered")).to_have_count(1)
    page.locator("textarea").fill("")
    expect(button).to_be_visible()
    expect(page.locator("[data-step] .question-number--answered")).to_have_count(0)


def test_last_of_two_devices_wins_and_is_told(new_page, sign_in, learner, start):
    attempt = start()
    one, other = new_page(), new_page()
    for page in (one, other):
        sign_in(page, learner)
        open_attempt(page, attempt)
    one.locator("#question-2 textarea").fill("En el computador")
    wait_for_response(attempt, 1, "En el computador")
    other.locator("#question-2 textarea").fill("En el teléfono")
    wait_for_response(attempt, 1, "En el teléfono")
    expect(other.locator("#save-state")).to_contain_text("2")
    expect(other.locator("#save-state")).to_contain_text("ventana")
    one.reload()
    expect(one.locator("#question-2 textarea")).to_have_value("En el teléfono")
    assert get_responses(attempt)[1] == "En el teléfono"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_one_question_a_page_in_both_languages(new_page, sign_in, axe, learner, start, javascript):
    attempt = start(layout="one")
    page = new_page(javascript=javascript, width=360, height=640)
    sign_in(page, learner)
    open_attempt(page, attempt)
    assert page.locator("fieldset.question").count() == 1
    page.get_by_label("Buenos días").check()
    page.locator("button[name=action][value=next]").click()
    page.wait_for_url("**/?q=2")
    page.locator("textarea").fill("Escuché.")
    page.locator("header").get_by_text("English", exact=True).click()
    page.wait_for_url("**/en/learn/attempts/*/?q=2")
    expect(page.locator("textarea")).to_have_value("Escuché.")
    page.locator("button[name=goto][value='3']").click()
    page.wait_for_url("**/?q=3")
    page.locator("input[type=radio]").first.check()
    page.locator("button[name=action][value=back]").click()
    page.wait_for_url("**/?q=2")
    assert get_responses(attempt) == {0: attempt.form[0]["options"][:1], 1: "Escuché.", 2: ["true"]}
    answered = page.locator("[data-step] .question-number--answered")
    assert answered.count() == 3
    if javascript:
        axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if javascript else True
    page.locator("button[name=action][value=review]").click()
    page.wait_for_url("**/review/")
    page.locator("button[name=action][value=submit]").click()
    page.wait_for_url("**/result/")
    assert Attempt.objects.get().graded_at is None
    expect(page.locator(".outcome--pending")).to_be_visible()
    if javascript:
        axe(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_answer_is_checked_at_once_and_stays(new_page, sign_in, axe, learner, start, javascript):
    attempt = start(feedback="now")
    page = new_page(javascript=javascript)
    sign_in(page, learner)
    open_attempt(page, attempt)
    page.get_by_label("Espere").check()
    page.locator("button[name=check][value='1']").click()
    page.wait_for_url("**#question-1")
    expect(page.locator("section.question .mark--bad").first).to_be_visible()
    assert page.locator("[name=q0]").count() == 0
    page.locator("textarea").fill("Escuché.")
    page.locator("button[name=action][value=save]:visible").first.click()
    page.wait_for_load_state()
    assert get_responses(attempt) == {0: attempt.form[0]["options"][1:], 1: "Escuché."}
    if javascript:
        axe(page)
