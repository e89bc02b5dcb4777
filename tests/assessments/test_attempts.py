import random
from decimal import Decimal

import pytest

from assessments import attempts
from assessments.attempts import Change, NoAttemptsLeft, QuizHasNoQuestions, TimeIsUp
from assessments.draws import Draw
from assessments.models import Attempt, Question
from tests.assessments.sitting import FOUR, MINUTE, NOW, SECOND, Sitting, get_codes, make_sitting, refused
from tests.assessments.taking import get_right_response, make_rules
from tests.factories import make_category, make_question

pytestmark = pytest.mark.django_db


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
