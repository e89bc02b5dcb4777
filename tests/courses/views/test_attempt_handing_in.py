import datetime as dt

import pytest

from assessments.models import Attempt
from certificates.models import Certificate
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import count_queries, fill, get_messages, url_in
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client):
    return Sitting(client).start()


def test_submit_grades_and_shows_the_result(sitting):
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    context = response.context
    assert (context["percentage"], context["passed"], context["pass_mark"]) == (100, True, 60)
    assert [question.is_right for question in context["questions"]] == [True, True]
    assert context["next_item"].key == sitting.learning.course.lessons[0].translation_key
    assert (context["certificate"], context["can_retry"]) == (None, False)


def test_submit_as_the_last_thing_shows_the_certificate(sitting):
    sitting.learning.read_all()
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit"}, follow=True)
    certificate = Certificate.objects.get()
    assert response.context["certificate"] == certificate
    assert url_in("es", "certificate", certificate.code) in response.content.decode()
    assert response.context["can_retry"] is False


def test_submit_twice_says_that_the_first_stands(sitting):
    data = fill(sitting.look().context["questions"]) | {"action": "submit"}
    sitting.post(data)
    response = sitting.post(data | sitting.choose(0, 2), follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    assert len(get_messages(response)) == 1
    assert Attempt.objects.get().score == 2


def test_submit_too_late_says_so_and_shows_what_was_saved(sitting):
    sitting.post(fill(sitting.look().context["questions"], positions=[0]))
    sitting.expire()
    response = sitting.post(sitting.choose(1, 1) | {"action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    assert len(get_messages(response)) == 2  # one of the save before
    assert [question.is_answered for question in response.context["questions"]] == [True, False]


@pytest.mark.parametrize("name", ["attempt", "review_attempt", "result"])
def test_page_of_an_overdue_attempt_closes_it_and_shows_the_result(sitting, name):
    sitting.post(fill(sitting.look().context["questions"]))
    sitting.expire()
    response = sitting.look(name, follow=True)
    assert response.request["PATH_INFO"] == sitting.url("result")
    assert (response.context["passed"], Attempt.objects.get().closed_by) == (True, "time")


def test_page_within_the_grace_stays_open_with_no_seconds_left(sitting):
    sitting.expire(ago=dt.timedelta(seconds=5))
    assert sitting.look().context["remaining_seconds"] == 0
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("name", ["attempt", "review_attempt"])
def test_page_of_a_closed_attempt_leads_to_its_result(sitting, name):
    sitting.learning.submit(sitting.attempt)
    assert sitting.look(name).url == sitting.url("result")


def test_result_of_an_open_attempt_leads_back_to_it(sitting):
    assert sitting.look("result").url == sitting.url("attempt")


@pytest.mark.parametrize("name", ["attempt", "review_attempt", "result"])
def test_queries_do_not_grow_with_questions_or_attempts(client, name):
    numbers = []
    for size in (1, 12):
        sitting = Sitting(client, quiz={"questions": [make_question() for _number in range(size)],
                                        "attempts_allowed": 0})
        for _number in range(size):
            sitting.start()
            sitting.learning.submit(sitting.attempt)
        if name != "result":
            sitting.start()
        numbers.append(count_queries(lambda sitting=sitting: sitting.look(name)))
    assert numbers[0] == numbers[1] <= 12


def test_submit_tells_which_answers_were_not_taken_and_takes_the_others(sitting):
    sitting.post(sitting.choose(0, 0), name="save_attempt")
    data = sitting.choose(1, 0, 2) | {"before0": "", "q0": ["nonsense"], "action": "submit"}
    response = sitting.post(data, follow=True)
    [message] = get_messages(response)
    assert "1" in message
    assert sitting.get_saved() == {0: [0], 1: [0, 2]}
    assert Attempt.objects.get().score == 2
