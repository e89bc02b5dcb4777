import datetime as dt
from decimal import Decimal

import pytest

from assessments import attempts
from assessments.attempts import GRACE
from assessments.lengthening import lengthen_attempt
from assessments.quiz_rules import QuizRules
from tests.courses.learning import NOW
from tests.factories import make_question, make_user, stable_id

MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def start(**rules):
    return attempts.start_attempt(
        learner=make_user(), enrolment=stable_id("enrolment"), activity=stable_id("activity"), now=NOW,
        rules=QuizRules(sections=(make_question().pk,), pass_mark=Decimal(60), **rules))


def lengthen(attempt, *, extra_time=0, closes_at=None, now=NOW):
    done = lengthen_attempt(attempt_id=attempt.pk, extra_time=extra_time, closes_at=closes_at, now=now)
    attempt.refresh_from_db()
    return done, attempt.deadline - NOW


def test_lengthen_counts_from_the_start_and_once():
    attempt = start(time_limit=60)
    assert lengthen(attempt, extra_time=50, now=NOW + 30 * MINUTE) == (True, 90 * MINUTE)
    assert lengthen(attempt, extra_time=50, now=NOW + 40 * MINUTE) == (False, 90 * MINUTE)
    assert attempt.rules["extra_time"] == 50


def test_lengthen_never_shortens():
    attempt = start(time_limit=60, extra_time=50)
    assert lengthen(attempt, extra_time=10) == (False, 90 * MINUTE)
    assert lengthen(attempt, closes_at=NOW + 10 * MINUTE) == (False, 90 * MINUTE)


def test_lengthen_does_not_go_beyond_the_closing_unless_that_is_later_too():
    attempt = start(time_limit=60, closes_at=NOW + 70 * MINUTE)
    assert lengthen(attempt, extra_time=50) == (True, 70 * MINUTE)
    assert lengthen(attempt, extra_time=50, closes_at=NOW + 80 * MINUTE) == (True, 80 * MINUTE)
    assert lengthen(attempt, extra_time=50, closes_at=NOW + 200 * MINUTE) == (True, 90 * MINUTE)


def test_lengthen_does_not_open_again_what_is_over():
    attempt = start(time_limit=60)
    late = attempt.deadline + GRACE + MINUTE
    assert lengthen(attempt, extra_time=50, now=late) == (False, 60 * MINUTE)
    attempts.close_overdue_attempt(attempt_id=attempt.pk, now=late)
    assert lengthen(attempt, extra_time=400, now=NOW) == (False, 60 * MINUTE)


def test_lengthen_leaves_an_attempt_without_a_deadline():
    attempt = start()
    assert lengthen_attempt(attempt_id=attempt.pk, extra_time=50, closes_at=NOW + MINUTE, now=NOW) is False
    attempt.refresh_from_db()
    assert attempt.deadline is None
