import dataclasses
import datetime as dt
import random
import uuid
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction

from assessments import attempts
from assessments.attempts import (
    AttemptClosed,
    Change,
    Draw,
    NoAttemptsLeft,
    QuizHasNoQuestions,
    Saved,
    TimeIsUp,
    get_fingerprint,
)
from assessments.models import Answer, Attempt, Question
from tests.assessments.taking import answer, get_right_response, make_rules
from tests.factories import make_category, make_question, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
FOUR = [("Una", True), ("Dos", False), ("Tres", False), ("Cuatro", False)]

pytestmark = pytest.mark.django_db


class Sitting:
    """One learner at one quiz."""

    def __init__(self, rules):
        self.learner, self.rules = make_user(), rules
        self.place = {"enrolment": uuid.uuid4(), "activity": uuid.uuid4()}

    def start(self, now=NOW, rng=None):
        return attempts.start_attempt(learner=self.learner, rules=self.rules, now=now, rng=rng, **self.place)

    def save(self, attempt, changes, now=NOW, check=None):
        return attempts.save_answers(attempt_id=attempt.pk, learner=self.learner, changes=changes, now=now, check=check)

    def submit(self, attempt, changes=(), now=NOW):
        return attempts.submit_attempt(attempt_id=attempt.pk, learner=self.learner, changes=changes, now=now)


@contextmanager
def refused(error):
    """In a transaction of its caller, as these functions run in courses.progress."""
    with pytest.raises(error) as refusal, transaction.atomic():
        yield refusal


def make_sitting(*sections, **rules):
    return Sitting(make_rules(*(sections or [make_question(), make_question()]), **rules))


def get_codes(attempt):
    codes = dict(Question.objects.values_list("version_id", "code"))
    return [codes[entry["version"]] for entry in attempt.form]


def choose(attempt, position, option, before=()):
    """The Change of a page that was shown ``before`` (indexes) and on which ``option`` (an index) is chosen."""
    ids = attempt.form[position]["options"]
    return Change(position=position, before=get_fingerprint([ids[index] for index in before]), response=[ids[option]])


def get_chosen(attempt):
    """{position: indexes of the chosen options} as saved, of what was ever answered."""
    return {position: [attempt.form[position]["options"].index(each) for each in response]
            for position, response in attempts.get_responses(attempt).items() if response is not None}


# --- Start ------------------------------------------------------------------------------------------------------------

def test_start_freezes_what_is_promised():
    questions = [make_question(), make_question(kind="true_false")]
    sitting = make_sitting(*questions, pass_mark=Decimal("66.50"), time_limit=20)
    attempt = sitting.start()
    attempt.refresh_from_db()
    assert attempt.form == [
        {"version": question.version_id, "kind": question.kind,
         "options": [option["id"] for option in question.version.content["options"]]}
        for question in questions]
    assert (attempt.learner, attempt.enrolment, attempt.activity) == (sitting.learner, *sitting.place.values())
    assert (attempt.number, attempt.pass_mark, attempt.started_at, attempt.deadline) == (
        1, Decimal("66.50"), NOW, NOW + 20 * MINUTE)
    assert attempt.is_open


def test_start_freezes_the_rules_of_the_pages():
    closes_at = NOW + 60 * MINUTE
    attempt = make_sitting(layout="one", feedback="closed", closes_at=closes_at).start()
    attempt.refresh_from_db()
    assert {name: attempt.rules[name] for name in ("layout", "feedback", "closes_at")} == {
        "layout": "one", "feedback": "closed", "closes_at": closes_at.isoformat()}
    assert attempt.deadline == closes_at


def test_start_without_time_limit_has_no_deadline():
    assert make_sitting().start().deadline is None


def test_start_twice_gives_the_same_attempt():
    sitting = make_sitting()
    first = sitting.start()
    assert sitting.start(now=NOW + MINUTE) == first
    assert Attempt.objects.count() == 1


def test_start_after_handing_in_gives_the_next_number():
    sitting = make_sitting(attempts_allowed=0)
    for number in (1, 2, 3):
        attempt = sitting.start()
        assert attempt.number == number
        sitting.submit(attempt)


def test_start_refuses_more_than_the_allowed_attempts():
    sitting = make_sitting(attempts_allowed=2)
    for _number in range(2):
        sitting.submit(sitting.start())
    with refused(NoAttemptsLeft):
        sitting.start()
    assert Attempt.objects.count() == 2


def test_start_with_the_last_attempt_open_gives_that_one():
    sitting = make_sitting(attempts_allowed=1)
    assert sitting.start() == sitting.start()


def test_start_asks_first_to_close_an_attempt_whose_time_passed():
    sitting = make_sitting(time_limit=10)
    first = sitting.start()
    now = first.deadline + attempts.GRACE + SECOND
    with refused(TimeIsUp):
        sitting.start(now=now)
    attempts.close_overdue_attempt(attempt_id=first.pk, now=now)
    second = sitting.start(now=now)
    assert (second.number, second.is_open, second.deadline) == (2, True, now + 10 * MINUTE)


def test_start_within_the_grace_gives_the_open_attempt():
    sitting = make_sitting(time_limit=10)
    first = sitting.start()
    assert sitting.start(now=first.deadline + attempts.GRACE) == first


def test_start_refuses_a_quiz_without_questions():
    with refused(QuizHasNoQuestions):
        make_sitting(Draw(category=make_category().pk, count=5)).start()
    assert not Attempt.objects.exists()


def test_start_leaves_out_a_question_that_left_the_bank():
    first, second = make_question(), make_question()
    sitting = make_sitting(first, second)
    first.delete()
    assert get_codes(sitting.start()) == [second.code]


# --- The form ---------------------------------------------------------------------------------------------------------

def test_draw_never_repeats_a_question():
    category = make_category()
    drawn = {make_question(category=category).code for _number in range(6)}
    fixed = make_question(category=category)
    rules = make_rules(Draw(2, category.pk), fixed, fixed, Draw(3, category.pk))
    for seed in range(20):
        codes = get_codes(Sitting(rules).start(rng=random.Random(seed)))
        assert len(codes) == 6
        assert set(codes) - drawn == {fixed.code}
        assert len(set(codes)) == 6


def test_draw_takes_all_of_a_category_that_has_fewer():
    category = make_category()
    codes = {make_question(category=category).code for _number in range(3)}
    assert sorted(get_codes(make_sitting(Draw(10, category.pk)).start())) == sorted(codes)


def test_draw_is_decided_by_the_randomness_it_is_given():
    category = make_category()
    for _number in range(10):
        make_question(category=category, options=FOUR)
    rules = make_rules(Draw(4, category.pk), shuffle_questions=True, shuffle_options=True)
    forms = [Sitting(rules).start(rng=random.Random(seed)).form for seed in (1, 1, 2)]
    assert forms[0] == forms[1]
    assert forms[0] != forms[2]


def test_questions_are_shuffled_only_where_the_rules_say_so():
    questions = [make_question() for _number in range(6)]
    kept = get_codes(make_sitting(*questions).start(rng=random.Random(3)))
    shuffled = get_codes(make_sitting(*questions, shuffle_questions=True).start(rng=random.Random(3)))
    assert kept == [question.code for question in questions]
    assert shuffled != kept
    assert sorted(shuffled) == sorted(kept)


def test_options_are_shuffled_once_and_stay_so():
    sitting = make_sitting(make_question(options=FOUR), shuffle_options=True)
    attempt = sitting.start(rng=random.Random(5))
    shown = attempt.form[0]["options"]
    original = [option["id"] for option in Question.objects.get().version.content["options"]]
    assert shown != original
    assert sorted(shown) == sorted(original)
    again = sitting.start(rng=random.Random(6))
    assert [option["id"] for option in attempts.get_items(again)[0]["options"]] == shown


def test_options_of_true_or_false_keep_their_order():
    questions = [make_question(kind="true_false") for _number in range(8)]
    attempt = make_sitting(*questions, shuffle_options=True).start(rng=random.Random(5))
    assert [entry["options"] for entry in attempt.form] == [["true", "false"]] * 8


def test_question_edited_later_leaves_a_running_attempt_as_it_was():
    question = make_question(options=[("Sí", True), ("No", False)])
    sitting = make_sitting(question)
    attempt = sitting.start()
    before = attempts.get_items(attempt)
    raw = question.body.raw_data[0]
    options = [{**option, "value": {**option["value"], "correct": not option["value"]["correct"]}}
               for option in raw["value"]["options"]]
    question.body = [{**raw, "value": {**raw["value"], "options": options}}]
    question.save()
    assert attempts.get_items(Attempt.objects.get()) == before
    sitting.submit(attempt, [Change(0, "", get_right_response(before[0]))])
    assert Attempt.objects.get().passed
    assert attempts.get_items(sitting.start())[0]["options"][1]["correct"]


# --- Save -------------------------------------------------------------------------------------------------------------

def test_save_keeps_the_answer_and_its_time():
    sitting = make_sitting()
    attempt = sitting.start()
    assert sitting.save(attempt, [choose(attempt, 1, 2)], now=NOW + MINUTE) == Saved()
    assert list(Answer.objects.values_list("position", "saved_at", "score")) == [(1, NOW + MINUTE, None)]
    assert get_chosen(attempt) == {1: [2]}


def test_save_twice_changes_nothing():
    sitting = make_sitting()
    attempt = sitting.start()
    changes = [choose(attempt, 0, 1)]
    assert sitting.save(attempt, changes, now=NOW) == Saved()
    assert sitting.save(attempt, changes, now=NOW + MINUTE) == Saved()
    assert Answer.objects.get().saved_at == NOW


def test_save_can_take_an_answer_back():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 1)])
    sitting.save(attempt, [Change(0, before=get_fingerprint([attempt.form[0]["options"][1]]), response=[])])
    assert get_chosen(attempt) == {0: []}


def test_save_of_two_tabs_keeps_what_each_changed():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 2), Change(1, "", [])])
    # The other tab was opened before and still shows question 0 without an answer.
    assert sitting.save(attempt, [Change(0, "", []), choose(attempt, 1, 1)]) == Saved()
    assert get_chosen(attempt) == {0: [2], 1: [1]}


def test_save_of_two_tabs_tells_what_had_been_changed_elsewhere():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 1), choose(attempt, 1, 0)])
    assert sitting.save(attempt, [choose(attempt, 0, 2), choose(attempt, 1, 0)]) == Saved(overtaken=(0,))
    assert get_chosen(attempt) == {0: [2], 1: [0]}


def test_save_tells_a_bad_answer_and_keeps_the_others():
    sitting = make_sitting(make_question(), make_question(), make_question())
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 1, 0)])
    saved = sitting.save(attempt, [choose(attempt, 0, 1), Change(1, "", ["another"]), choose(attempt, 2, 2)])
    assert saved == Saved(refused=(1,))
    assert get_chosen(attempt) == {0: [1], 1: [0], 2: [2]}


def test_save_of_somebody_else_finds_no_attempt():
    attempt = make_sitting().start()
    with refused(Attempt.DoesNotExist):
        make_sitting().save(attempt, [choose(attempt, 0, 0)])
    assert get_chosen(attempt) == {}


def test_save_that_checks_an_answer_locks_it():
    sitting = make_sitting(feedback="now")
    attempt = sitting.start()
    assert sitting.save(attempt, [choose(attempt, 0, 1)], check=0) == Saved()
    assert sitting.save(attempt, [choose(attempt, 0, 1)], check=0) == Saved()
    saved = sitting.save(attempt, [choose(attempt, 0, 2, before=[1]), choose(attempt, 1, 2)])
    assert saved == Saved(locked=(0,))
    assert (get_chosen(attempt), Attempt.objects.get().checked) == ({0: [1], 1: [2]}, [0])
    attempt, _error = sitting.submit(attempt, [choose(attempt, 0, 0, before=[1])])
    assert (attempt.score, get_chosen(attempt)) == (0, {0: [1], 1: [2]})


@pytest.mark.parametrize(("feedback", "check", "responses"), [
    ("now", 0, []), ("now", 1, [0]), ("now", 7, [0]), ("end", 0, [0]), ("closed", 0, [0]),
])
def test_save_checks_only_what_is_answered_and_where_the_rules_say_so(feedback, check, responses):
    sitting = make_sitting(feedback=feedback)
    attempt = sitting.start()
    assert sitting.save(attempt, [choose(attempt, position, 0) for position in responses], check=check) == Saved()
    assert Attempt.objects.get().checked == []


def test_save_does_not_check_an_answer_that_it_refuses():
    sitting = make_sitting(feedback="now")
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 1)])
    assert sitting.save(attempt, [Change(0, "", ["another"])], check=0) == Saved(refused=(0,))
    assert Attempt.objects.get().checked == []


@pytest.mark.parametrize("late", [dt.timedelta(0), SECOND, attempts.GRACE])
def test_save_counts_until_the_end_of_the_grace(late):
    sitting = make_sitting(time_limit=10)
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 0)], now=attempt.deadline + late)
    assert get_chosen(attempt) == {0: [0]}


def test_save_too_late_grades_what_was_saved_in_time():
    sitting = make_sitting(time_limit=10)
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt, positions=[0]))
    with pytest.raises(TimeIsUp):
        sitting.save(attempt, answer(attempt, positions=[1]), now=attempt.deadline + attempts.GRACE + SECOND)
    attempt.refresh_from_db()
    assert list(attempt.answers.values_list("position", "score")) == [(0, 1), (1, 0)]
    assert (attempt.score, attempt.maximum, attempt.passed) == (1, 2, False)
    assert (attempt.submitted_at, attempt.graded_at, attempt.closed_by) == (
        attempt.deadline, attempt.deadline, "time")


def test_save_after_handing_in_changes_nothing():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.submit(attempt, answer(attempt))
    with pytest.raises(AttemptClosed):
        sitting.save(attempt, answer(attempt, right=False), now=NOW + MINUTE)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed) == (2, True)
    assert get_chosen(attempt) == {0: [0], 1: [0]}


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


def test_answer_sent_again_after_a_lost_reply_counts_even_where_it_is_as_the_page_was_shown():
    sitting = make_sitting(make_question(options=FOUR))
    attempt = sitting.start()
    ids = attempt.form[0]["options"]
    sitting.save(attempt, [choose(attempt, 0, 1)])
    sitting.save(attempt, [choose(attempt, 0, 2, before=[1])])  # arrives, and its reply is lost
    back = Change(position=0, before=get_fingerprint([ids[1]]), response=[ids[1]])
    sitting.save(attempt, [back])
    assert get_chosen(attempt) == {0: [2]}  # a page left open elsewhere has nothing to say
    sitting.save(attempt, [dataclasses.replace(back, resent=True)])
    assert get_chosen(attempt) == {0: [1]}


# --- Language and time of an answer -----------------------------------------------------------------------------------

def get_seconds(attempt):
    return dict(attempt.answers.values_list("position", "seconds"))


def test_save_keeps_the_language_in_which_the_item_was_shown():
    sitting = make_sitting()
    attempt = sitting.start()
    for right, language in ((True, "es"), (False, "en")):
        sitting.save(attempt, [dataclasses.replace(change, language=language)
                               for change in answer(attempt, right=right, positions={0})])
        assert attempt.answers.get().language == language


@pytest.mark.parametrize(("languages", "left_out"), [(("en", "en"), "en"), (("en", "es"), ""), ((), "")])
def test_item_left_out_takes_the_only_language_of_the_others(languages, left_out):
    sitting = make_sitting(make_question(), make_question(), make_question())
    attempt = sitting.start()
    for position, language in enumerate(languages):
        sitting.save(attempt, [dataclasses.replace(change, language=language)
                               for change in answer(attempt, positions={position})])
    sitting.submit(attempt)
    assert attempt.answers.get(position=2).language == left_out


def test_seconds_are_those_since_the_save_before():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt, positions={0}), now=NOW + 20 * SECOND)
    sitting.save(attempt, answer(attempt, positions={1}), now=NOW + 50 * SECOND)
    sitting.save(attempt, answer(attempt, positions={0}), now=NOW + 60 * SECOND)  # nothing new
    sitting.submit(attempt, answer(attempt, right=False, positions={0}), now=NOW + 57 * SECOND)
    assert get_seconds(attempt) == {0: 27, 1: 30}


def test_seconds_are_unknown_where_a_save_changed_several_answers():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.save(attempt, answer(attempt), now=NOW + MINUTE)
    sitting.save(attempt, answer(attempt, right=False, positions={0}), now=NOW + 2 * MINUTE)
    assert get_seconds(attempt) == {0: None, 1: None}


def test_seconds_of_an_answer_left_out_are_unknown():
    sitting = make_sitting()
    attempt = sitting.start()
    sitting.submit(attempt, answer(attempt, positions={1}), now=NOW + 20 * SECOND)
    assert get_seconds(attempt) == {0: None, 1: 20}


def test_seconds_are_never_negative():
    sitting = make_sitting()
    attempt = sitting.start(now=NOW)
    sitting.save(attempt, answer(attempt, positions={0}), now=NOW - MINUTE)
    assert get_seconds(attempt) == {0: 0}
