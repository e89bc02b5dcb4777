from decimal import Decimal

import pytest

from assessments import regrading
from assessments.models import Answer, Attempt, RegradedAttempt
from assessments.regrading import NothingToRegrade, NotRegradable, apply_regrade, preview_regrade, replay
from tests.assessments.sitting import NOW, Sitting
from tests.assessments.taking import answer, make_rules
from tests.factories import make_question, make_user

pytestmark = pytest.mark.django_db

OPTIONS = [("Una", True), ("Dos", False), ("Tres", False)]


def correct_key(question, right):
    """The option number ``right`` becomes the right one; returns the version that was in force."""
    old = question.version
    body = question.body.raw_data[0]
    for number, option in enumerate(body["value"]["options"]):
        option["value"]["correct"] = number == right
    question.body = [body]
    question.save()
    return old


def sit(*questions, right=True, positions=None, **rules):
    sitting = Sitting(make_rules(*questions, **rules))
    attempt = sitting.start()
    return sitting.submit(attempt, answer(attempt, right=right, positions=positions))[0]


def apply(question, old, attempts, by=None):
    return apply_regrade(question=question, old_version=old, attempts=[attempt.pk for attempt in attempts],
                         reason="La clave era otra.", by=by or make_user(), now=NOW)


def replay_all():
    return [difference for _attempt, difference in replay(Attempt.objects.all())]


# --- Replay -----------------------------------------------------------------------------------------------------------

def test_replay_finds_nothing_different_in_what_was_just_graded():
    questions = [make_question(), make_question(kind="multiple_choice"), make_question(kind="true_false")]
    sit(*questions)
    sit(*questions, right=False)
    sit(*questions, positions=[1])
    Sitting(make_rules(*questions)).start()  # not finished: not replayed
    assert replay_all() == [None, None, None]


def test_replay_is_not_misled_by_an_edited_question():
    question = make_question(options=OPTIONS)
    sit(question)
    correct_key(question, 1)
    assert replay_all() == [None]


@pytest.mark.parametrize(("change", "name"), [
    ({"score": Decimal("0.5")}, "score"), ({"passed": False}, "passed"), ({"maximum": Decimal(9)}, "maximum")])
def test_replay_reports_what_was_tampered_with(change, name):
    attempt = sit(make_question())
    Attempt.objects.filter(pk=attempt.pk).update(**change)
    difference, = replay_all()
    assert {key for key in difference["stored"] if difference["stored"][key] != difference["computed"][key]} == {name}


def test_replay_reports_an_item_whose_points_were_tampered_with():
    sit(make_question(), make_question())
    Answer.objects.filter(position=1).update(score=0)
    assert replay_all() == [{
        "stored": {"score": "2.0000", "maximum": "2.0000", "passed": True, "items": ["1.0000", "0.0000"]},
        "computed": {"score": "2.0000", "maximum": "2.0000", "passed": True, "items": ["1.0000", "1.0000"]}}]


def test_replay_costs_the_same_queries_for_one_and_for_three(django_assert_num_queries):
    question = make_question()
    for _number in range(3):
        sit(question)
    with django_assert_num_queries(3):
        list(replay(Attempt.objects.all()))


# --- Re-grade ---------------------------------------------------------------------------------------------------------

def test_preview_shows_who_changes_and_how_and_changes_nothing():
    question, other = make_question(options=OPTIONS), make_question()
    first, second = sit(question, other), sit(question, other, right=False)
    old = correct_key(question, 1)
    outcomes = preview_regrade(question=question, old_version=old, attempts=Attempt.objects.all())
    assert {outcome.attempt: (outcome.score, outcome.passed, outcome.is_different) for outcome in outcomes} == {
        first: (Decimal(1), False, True), second: (Decimal(1), False, True)}
    assert list(Attempt.objects.order_by("submitted_at", "score").values_list("score", flat=True)) == [0, 2]


def test_apply_grades_by_the_new_key_leaves_a_trace_and_replays_the_same():
    question = make_question(options=OPTIONS)
    passed, failed = sit(question), sit(question, right=False)
    old = correct_key(question, 1)
    regrade, changed = apply(question, old, [passed, failed])
    assert {outcome.attempt.pk: outcome.passed for outcome in changed} == {passed.pk: False, failed.pk: True}
    passed.refresh_from_db()
    assert (passed.score, passed.passed, passed.answers.get().score) == (0, False, 0)
    assert passed.form[0]["version"] == old.pk  # what was shown stays what was shown
    assert list(RegradedAttempt.objects.filter(attempt=passed).values_list(
        "regrade", "score_before", "score_after", "passed_before", "passed_after")) == [(regrade.pk, 1, 0, True, False)]
    assert replay_all() == [None, None]


def test_apply_leaves_alone_the_attempts_that_were_not_chosen():
    question = make_question(options=OPTIONS)
    chosen, spared = sit(question), sit(question)
    old = correct_key(question, 1)
    apply(question, old, [chosen])
    spared.refresh_from_db()
    assert (spared.score, spared.passed) == (1, True)
    outcomes = preview_regrade(question=question, old_version=old, attempts=Attempt.objects.all())
    assert [outcome.attempt for outcome in outcomes] == [spared]
    assert replay_all() == [None, None]


def test_apply_twice_finds_nothing_more_to_do():
    question = make_question(options=OPTIONS)
    attempt = sit(question)
    old = correct_key(question, 1)
    apply(question, old, [attempt])
    with pytest.raises(NothingToRegrade):
        apply(question, old, [attempt])
    assert RegradedAttempt.objects.count() == 1


def test_a_key_corrected_twice_is_graded_by_the_last_one():
    question = make_question(options=OPTIONS)
    attempt = sit(question)
    old = correct_key(question, 1)
    apply(question, old, [attempt])
    correct_key(question, 0)
    apply(question, old, [attempt])
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, replay_all()) == (1, True, [None])


def test_a_key_corrected_by_mistake_is_corrected_back():
    question = make_question(options=OPTIONS)
    attempt = sit(question)
    original = correct_key(question, 1)
    apply(question, original, [attempt])
    mistaken = correct_key(question, 0)
    assert question.version == original != mistaken
    assert regrading.get_graded_versions(question, Attempt.objects.all()) == [(original, 1)]
    apply(question, original, [attempt])
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, replay_all()) == (1, True, [None])
    assert regrading.get_graded_versions(question, Attempt.objects.all()) == []

    correct_key(question, 1)  # and once more, by a version that had graded it before
    apply(question, original, [attempt])
    attempt.refresh_from_db()
    assert (attempt.score, attempt.passed, replay_all()) == (0, False, [None])


def test_points_corrected_later_change_the_maximum_too():
    right, wrong = make_question(options=OPTIONS), make_question(options=OPTIONS)
    attempt = sit(right, wrong, positions=[0])
    old, body = right.version, right.body.raw_data[0]
    body["value"]["points"] = "3"
    right.body = [body]
    right.save()
    (outcome,) = preview_regrade(question=right, old_version=old, attempts=Attempt.objects.all())
    assert (outcome.score, outcome.maximum, outcome.percentage, outcome.is_different) == (3, 4, 75, True)

    old, body = wrong.version, wrong.body.raw_data[0]
    body["value"]["points"] = "9"
    wrong.body = [body]
    wrong.save()
    (outcome,) = preview_regrade(question=wrong, old_version=old, attempts=Attempt.objects.all())
    assert (outcome.score, outcome.maximum, outcome.is_different) == (attempt.score, 10, True)


def test_an_open_attempt_is_not_regraded():
    question = make_question(options=OPTIONS)
    Sitting(make_rules(question)).start()
    old = correct_key(question, 1)
    with pytest.raises(NothingToRegrade):
        preview_regrade(question=question, old_version=old, attempts=Attempt.objects.all())


def test_a_version_that_asks_something_else_is_refused():
    question = make_question(options=OPTIONS)
    sit(question)
    old = question.version
    body = question.body.raw_data[0]
    body["value"]["options"] = [
        {**option, "id": f"{number}0000000-0000-4000-8000-000000000000"}
        for number, option in enumerate(body["value"]["options"])]
    question.body = [body]
    question.save()
    with pytest.raises(NotRegradable):
        preview_regrade(question=question, old_version=old, attempts=Attempt.objects.all())


def test_versions_that_graded_attempts_are_listed_with_how_many():
    question = make_question(options=OPTIONS)
    assert regrading.get_graded_versions(question, Attempt.objects.all()) == []
    sit(question)
    sit(question)
    old = correct_key(question, 1)
    sit(question)
    assert regrading.get_graded_versions(question, Attempt.objects.all()) == [(old, 2)]
