from urllib.parse import urlencode

import pytest

from assessments.attempts import get_fingerprint
from assessments.models import Attempt
from tests.assessments.marked_questions import make_long_text
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import get_messages
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client):
    return Sitting(client).start()


# --- One question a page ----------------------------------------------------------------------------------------------

@pytest.fixture
def paged(client):
    return Sitting(client, quiz={"questions": [make_question() for _number in range(3)], "layout": "one"}).start()


def show(sitting, query=""):
    """(numbers of the questions on the page, states in its overview)."""
    context = sitting.client.get(sitting.url("attempt") + query).context
    return [question.number for question in context["questions"]], [step.state for step in context["steps"]]


def turn(sitting, number, data):
    return sitting.client.post(f"{sitting.url('attempt')}?q={number}", data).url.removeprefix(sitting.url("attempt"))


def test_page_shows_one_question_and_begins_with_the_first_unanswered(paged):
    assert show(paged) == ([1], ["open", "open", "open"])
    paged.post(paged.choose(0, 1))
    assert show(paged) == ([2], ["answered", "open", "open"])
    assert show(paged, "?q=1") == ([1], ["answered", "open", "open"])
    paged.post(paged.choose(1, 1) | paged.choose(2, 1))
    assert show(paged) == ([1], ["answered"] * 3)


@pytest.mark.parametrize("asked", ["0", "4", "-1", "x", "", "²", "٢", "9" * 5000, "2\x00"])
def test_page_of_no_question_is_the_first_unanswered(paged, asked):
    paged.post(paged.choose(0, 1))
    numbers, _states = show(paged, f"?{urlencode({'q': asked})}")
    assert numbers == [2]


@pytest.mark.parametrize(("number", "data", "next_address"), [
    (1, {"action": "next"}, "?q=2"), (3, {"action": "next"}, "?q=3"), (1, {"action": "back"}, "?q=1"),
    (3, {"action": "back"}, "?q=2"), (1, {"goto": "3"}, "?q=3"), (2, {"goto": "9"}, "?q=2"),
    (2, {"action": "save"}, "?q=2"), (2, {"q1-go": "1"}, "?q=2#question-2"), (2, {"action": "review"}, "review/"),
    ("x", {"action": "next"}, ""),
])
def test_every_turn_of_a_page_saves(paged, number, data, next_address):
    assert turn(paged, number, paged.choose(1, 2) | data) == next_address
    assert paged.get_saved() == {1: [2]}


def test_language_switch_keeps_the_question(paged):
    response = paged.client.post(f"{paged.url('attempt')}?q=3", paged.choose(2, 1) | {"language": "en"})
    assert response.url == f"{paged.url('attempt', 'en')}?q=3"
    assert paged.get_saved() == {2: [1]}


def test_page_of_one_question_says_where_it_is_without_a_script(paged):
    paged.post(paged.choose(0, 1))
    html = paged.client.get(f"{paged.url('attempt')}?q=2").content.decode()
    assert html.count("<fieldset") == 1
    assert 'action="?q=2"' in html
    assert [number for number in (1, 2, 3) if f'name="goto" value="{number}"' in html] == [1, 2, 3]
    assert html.count('aria-current="step"') == 1


def test_review_leads_to_the_page_of_each_unanswered_question(paged):
    paged.post(paged.choose(1, 1))
    url = paged.url("attempt")
    assert paged.look("review_attempt").context["unanswered"] == [
        (1, f"{url}?q=1#question-1"), (3, f"{url}?q=3#question-3")]


def test_layout_of_a_running_attempt_does_not_change(paged):
    paged.quiz.layout = "all"
    paged.quiz.save_revision().publish()
    assert show(paged)[0] == [1]


# --- Check an answer --------------------------------------------------------------------------------------------------

@pytest.fixture
def checking(client):
    questions = [make_question(), make_question(), make_long_text()]
    return Sitting(client, quiz={"questions": questions, "feedback": "now"}).start()


def test_check_shows_what_was_right_and_locks_the_answer(checking):
    response = checking.post(checking.choose(0, 1) | {"check": "1"})
    assert response.url == f"{checking.url('attempt')}#question-1"
    first, second, third = checking.look().context["questions"]
    assert (first.is_checked, first.verdict, first.view["options"][0].shows_key) == (True, "wrong", True)
    assert [(each.is_checked, each.can_check) for each in (second, third)] == [(False, True), (False, False)]
    html = checking.look().content.decode()
    assert 'name="q0"' not in html
    assert 'name="q1"' in html


def test_checked_answer_cannot_be_changed_and_that_is_told(checking):
    checking.post(checking.choose(0, 1) | {"check": "1"})
    response = checking.post(checking.choose(0, 0, before=[1]) | checking.choose(1, 0), follow=True)
    assert len(get_messages(response)) == 1
    reply = checking.post(checking.choose(0, 0, before=[1]) | checking.choose(1, 2, before=[0]), "save_attempt")
    assert (reply.status_code, reply.json()["state"]) == (400, "refused")
    assert reply.json()["before"]["0"] == get_fingerprint(checking.choose(0, 1)["q0"])
    assert checking.get_saved() == {0: [1], 1: [2]}
    checking.post(checking.choose(0, 0, before=[1]) | {"action": "submit"})
    assert checking.get_saved() == {0: [1], 1: [2]}


def test_check_of_what_was_not_answered_locks_nothing(checking):
    response = checking.post({"before1": "", "check": "2"})
    assert response.url == f"{checking.url('attempt')}?unanswered=2#question-2-error"
    assert Attempt.objects.get().checked == []
    page = checking.client.get(response.url)
    assert (get_messages(page), page.context["unanswered"]) == ([], 2)
    assert page.content.decode().count("Aquí todavía no hay una respuesta que se pueda revisar.") == 1


@pytest.mark.parametrize("asked", ["3", "9", "0", "x", "1"])
def test_error_stands_only_at_a_question_that_waits_for_an_answer(checking, asked):
    checking.post(checking.choose(0, 1))
    page = checking.client.get(checking.url("attempt"), {"unanswered": asked})
    assert page.context["unanswered"] is None
    assert "todavía no hay una respuesta" not in page.content.decode()


@pytest.mark.parametrize("check", ["3", "4", "0", "x"])
def test_check_of_what_cannot_be_checked_saves_only(checking, check):
    checking.post({"before2": "", "q2": "Un texto", "check": check})
    attempt = Attempt.objects.get()
    assert (attempt.checked, attempt.answers.get().response) == ([], "Un texto")


def test_check_is_nothing_where_the_trainer_did_not_choose_it(sitting):
    sitting.post(sitting.choose(0, 1) | {"check": "1"})
    assert Attempt.objects.get().checked == []
    assert 'name="check"' not in sitting.look().content.decode()
