import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from assessments import attempts
from assessments.attempts import (
    AttemptClosed,
    Change,
    TimeIsUp,
)
from assessments.models import Attempt
from tests.assessments.sitting import MINUTE, NOW, SECOND, get_chosen, make_sitting, refused
from tests.assessments.taking import answer
from tests.factories import make_question

pytestmark = pytest.mark.django_db


# --- Hand in ----------------------------------------------------------------------------------------------------------

def test_submit_saves_grades_and_closes():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt, positions=[0]))
    submitted, error = sitting.submit(attempt, answer(attempt, positions=[1]), now=NOW + MINUTE)
    attempt.refresh_from_db()
    assert (submitted, error) == (attempt, None)
    assert (attempt.score, attempt.maximum, attempt.passed, attempt.submitted_at, attempt.closed_by) == (
        2, 2, True, NOW + MINUTE, "learner")
    assert (attempt.graded_at, attempt.is_graded) == (NOW + MINUTE, True)
    assert list(attempt.answers.values_list("score", flat=True)) == [1, 1]


def test_submit_without_answers_has_no_points():
    sitting = make_sitting()
    attempt, error = sitting.submit(sitting.start())
    assert (error, attempt.score, attempt.maximum, attempt.passed) == (None, 0, 2, False)


@pytest.mark.parametrize(("pass_mark", "passed"), [("50", True), ("50.01", False)])
def test_submit_passes_at_the_mark_of_the_attempt(pass_mark, passed):
    sitting = make_sitting(pass_mark=Decimal(pass_mark))
    attempt = sitting.start()
    sitting.submit(attempt, answer(attempt, positions=[0]))
    assert Attempt.objects.get().passed is passed


def test_submit_decides_on_the_exact_fraction_and_keeps_rounded_points():
    thirds = make_question(kind="multiple_choice", options=[("A", True), ("B", True), ("C", True)])
    sitting = make_sitting(thirds, pass_mark=Decimal("66.66"))
    attempt = sitting.start()
    sitting.submit(attempt, [Change(0, "", attempt.form[0]["options"][:2])])
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (Decimal("0.6666"), True)


def test_submit_leaves_an_answer_for_every_question_with_the_version_it_was_shown():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.submit(attempt, answer(attempt, positions=[1]))
    assert list(attempt.answers.values_list("position", "version", "score")) == [
        (position, entry["version"], score) for position, (entry, score) in enumerate(zip(attempt.form, [0, 1],
                                                                                          strict=True))]


def test_submit_twice_keeps_the_first_result():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.submit(attempt, answer(attempt))
    again, error = sitting.submit(attempt, answer(attempt, right=False), now=NOW + MINUTE)
    assert error is AttemptClosed
    assert (again.score, again.passed, again.submitted_at) == (2, True, NOW)
    assert Attempt.objects.get().score == 2


def test_submit_within_the_grace_counts_as_the_learners():
    sitting = make_sitting(time_limit=10)
    attempt = sitting.start()
    at = attempt.deadline + attempts.GRACE
    attempt, error = sitting.submit(attempt, answer(attempt), now=at)
    assert (error, attempt.passed, attempt.submitted_at, attempt.closed_by) == (None, True, at, "learner")


def test_submit_after_the_grace_counts_what_was_saved():
    sitting = make_sitting(time_limit=10)
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt, positions=[1]))
    late = attempt.deadline + attempts.GRACE + SECOND
    attempt, error = sitting.submit(attempt, answer(attempt, positions=[0]), now=late)
    assert error is TimeIsUp
    assert (attempt.score, attempt.closed_by, attempt.submitted_at) == (1, "time", attempt.deadline)
    assert get_chosen(Attempt.objects.get()) == {1: [0]}


def test_submit_of_somebody_else_finds_no_attempt():
    attempt = make_sitting().start()
    with refused(Attempt.DoesNotExist):
        make_sitting().submit(attempt)
    assert Attempt.objects.get().is_open


def test_submit_with_a_bad_answer_grades_what_had_been_saved():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt, positions=[0]))
    attempt, error = sitting.submit(attempt, [Change(0, "", attempt.form[0]["options"])])
    assert (error, attempt.score, attempt.is_open) == (None, 1, False)
    assert get_chosen(attempt) == {0: [0]}


# --- Time is up -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("time_limit", "late", "is_open"), [
    (10, dt.timedelta(0), True), (10, attempts.GRACE, True), (10, attempts.GRACE + SECOND, False),
    (0, dt.timedelta(days=365), True),
])
def test_close_overdue_closes_only_after_the_grace(time_limit, late, is_open):
    attempt = make_sitting(time_limit=time_limit).start()
    now = (attempt.deadline or NOW) + late
    assert attempts.close_overdue_attempt(attempt_id=attempt.pk, now=now).is_open is is_open
    assert Attempt.objects.get().is_open is is_open


def test_close_overdue_grades_what_was_saved():
    sitting = make_sitting(time_limit=10)
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt))
    attempts.close_overdue_attempt(attempt_id=attempt.pk, now=NOW + 60 * MINUTE)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, attempt.closed_by, attempt.submitted_at) == (
        2, True, "time", attempt.deadline)


def test_close_overdue_leaves_what_was_handed_in():
    sitting = make_sitting(time_limit=10)
    attempt, _error = sitting.submit(sitting.start(), now=NOW + MINUTE)
    closed = attempts.close_overdue_attempt(attempt_id=attempt.pk, now=NOW + 60 * MINUTE)
    assert (closed.submitted_at, closed.closed_by) == (NOW + MINUTE, "learner")


@pytest.mark.parametrize(("fraction", "decimal"), [
    (Fraction(2, 3), "0.6666"), (Fraction(1), "1"), (Fraction(0), "0"), (Fraction(599999, 10000), "59.9999"),
    (Fraction(999999, 10000000), "0.0999"),
])
def test_to_decimal_never_shows_more_than_was_earned(fraction, decimal):
    assert attempts.to_decimal(fraction) == Decimal(decimal)
