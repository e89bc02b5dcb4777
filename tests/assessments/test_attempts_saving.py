import dataclasses
import datetime as dt

import pytest

from assessments import attempts
from assessments.attempts import (
    AttemptClosed,
    Change,
    Saved,
    TimeIsUp,
    get_fingerprint,
)
from assessments.models import Answer, Attempt
from tests.assessments.sitting import FOUR, MINUTE, NOW, SECOND, choose, get_chosen, make_sitting, refused
from tests.assessments.taking import answer
from tests.factories import make_question

pytestmark = pytest.mark.django_db


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


# --- The order of what a page sends -----------------------------------------------------------------------------------

def stamped(change, turn, sender="page"):
    return dataclasses.replace(change, sender=sender, turn=turn)


def test_answer_sent_again_after_a_lost_reply_counts_even_where_it_is_as_the_page_was_shown():
    sitting = make_sitting(make_question(options=FOUR))
    attempt = sitting.start()
    ids = attempt.form[0]["options"]
    sitting.save(attempt, [stamped(choose(attempt, 0, 1), 1)])
    sitting.save(attempt, [stamped(choose(attempt, 0, 2, before=[1]), 2)])  # arrives, and its reply is lost
    back = Change(position=0, before=get_fingerprint([ids[1]]), response=[ids[1]])
    sitting.save(attempt, [back])
    assert get_chosen(attempt) == {0: [2]}  # a page left open elsewhere has nothing to say
    assert sitting.save(attempt, [stamped(back, 3)]) == Saved()  # nor is its own earlier answer another window's
    assert get_chosen(attempt) == {0: [1]}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 2, 1)])
def test_answers_of_a_page_count_in_the_order_in_which_they_were_given(order):
    sitting = make_sitting(make_question(options=FOUR))
    attempt = sitting.start()
    given = [stamped(choose(attempt, 0, option), option + 1) for option in range(3)]
    for each in order:
        sitting.save(attempt, [given[each]])
    assert get_chosen(attempt) == {0: [2]}


def test_answer_taken_back_to_what_was_saved_is_not_overtaken_by_the_one_before():
    sitting = make_sitting(make_question(options=FOUR))
    attempt = sitting.start()
    sitting.save(attempt, [choose(attempt, 0, 0)])
    other, back = choose(attempt, 0, 1, before=[0]), choose(attempt, 0, 0, before=[0])
    saved_at = Answer.objects.get().saved_at
    sitting.save(attempt, [stamped(back, 2)], now=NOW + MINUTE)
    assert Answer.objects.get().saved_at == saved_at
    sitting.save(attempt, [stamped(other, 1)])
    assert get_chosen(attempt) == {0: [0]}


def test_answer_that_comes_late_from_a_page_left_tells_that_another_is_saved():
    sitting = make_sitting(make_question(options=FOUR))
    attempt = sitting.start()
    sitting.save(attempt, [stamped(choose(attempt, 0, 0), 1, "here")])
    assert sitting.save(attempt, [stamped(choose(attempt, 0, 1), 1, "there")]) == Saved(overtaken=(0,))
    assert sitting.save(attempt, [stamped(choose(attempt, 0, 0), 1, "here")]) == Saved(overtaken=(0,))
    assert get_chosen(attempt) == {0: [1]}  # it had been taken before the other


def test_save_tells_how_far_each_question_is_answered():
    sitting = make_sitting()
    attempt = sitting.start()
    saved = sitting.save(attempt, [choose(attempt, 0, 0), Change(1, "", [])])
    assert saved.states == {0: "answered", 1: "open"}


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
