import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import attempts
from assessments.attempts import Change
from assessments.kinds.marked.rubrics import RubricNotFilled, get_fraction
from assessments.marking import NotToMark, OwnAnswer, get_waiting_answers, give_mark, settle
from assessments.models import Answer, Mark
from assessments.presenting import review_questions
from assessments.regrading import replay
from tests.assessments.kinds.marked import freeze_rubric, get_level_ids
from tests.assessments.marked_questions import make_long_text
from tests.assessments.sitting import NOW, make_sitting
from tests.factories import make_question, make_user
from tests.threads import run_at_once

LATER = NOW + dt.timedelta(days=2)
FRACTIONS = st.fractions(0, 1, max_denominator=100)


def hand_in(*questions, texts=("Un ejemplo",), **rules):
    """An attempt handed in, with a text for each of the first questions."""
    sitting = make_sitting(*(questions or [make_long_text()]), **rules)
    attempt = sitting.start()
    sitting.submit(attempt, [Change(position, "", text) for position, text in enumerate(texts)])
    attempt.refresh_from_db()
    return attempt


def mark(attempt, fraction, *, marker=None, position=0, now=LATER, **fields):
    return give_mark(answer_id=attempt.answers.get(position=position).pk, marker=marker or make_user(),
                     fraction=Fraction(fraction), levels=fields.get("levels", {}), comment=fields.get("comment", ""),
                     now=now)


def get_final(attempt, position=0):
    return [final.fraction for final in Mark.objects.filter(answer__attempt=attempt, answer__position=position,
                                                            is_final=True)]


# --- Which mark counts ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("fractions", "rules", "settled"), [
    ([], {}, None),
    (["1/3"], {}, "1/3"),
    (["1/3"], {"second_marker": True}, None),
    (["0.6", "0.8"], {"second_marker": True}, "0.7"),
    (["0.8", "0.6"], {"second_marker": True}, "0.7"),
    (["0.6", "0.81"], {"second_marker": True}, None),
    (["0.6", "0.81"], {"second_marker": True, "difference": 21}, "0.705"),
    (["0.5", "0.5"], {"second_marker": True, "difference": 0}, "0.5"),
    (["0.5", "0.51"], {"second_marker": True, "difference": 0}, None),
    (["0", "1"], {"second_marker": True, "difference": 100}, "0.5"),
    (["0", "1", "0.9"], {"second_marker": True}, "0.9"),
])
def test_settle(fractions, rules, settled):
    assert settle([Fraction(each) for each in fractions], **rules) == (settled and Fraction(settled))


@given(st.lists(FRACTIONS, min_size=3, max_size=3), st.integers(0, 100))
def test_settled_mark_lies_between_those_given(fractions, difference):
    settled = settle(fractions, second_marker=True, difference=difference)
    assert min(fractions) <= settled <= max(fractions)


@pytest.mark.parametrize(("levels", "fraction"), [
    (("Confusa", "Ausente"), "0"), (("Clara", "Pleno"), "1"), (("Clara", "Ausente"), "1/4"),
    (("Confusa", "Pleno"), "3/4"), (("Clara", "Parcial"), "1/2"),
])
def test_levels_of_a_rubric_count_by_their_points_and_weights(levels, fraction):
    assert get_fraction(freeze_rubric(), get_level_ids(*levels)) == Fraction(fraction)


@pytest.mark.parametrize("levels", [{}, {"other": "x"}, get_level_ids("Clara", "Pleno") | {
    next(iter(get_level_ids("Clara", "Pleno"))): "unknown"}])
def test_rubric_that_is_not_filled_gives_nothing(levels):
    with pytest.raises(RubricNotFilled):
        get_fraction(freeze_rubric(), levels)


# --- Giving marks -----------------------------------------------------------------------------------------------------

@pytest.mark.django_db
def test_attempt_waits_for_a_person_and_then_has_its_exact_result():
    attempt = hand_in(make_long_text(points="3"), make_question(), pass_mark=Decimal(25))
    assert (attempt.is_graded, attempt.maximum, attempt.answers.get(position=0).score) == (False, 4, None)
    given_mark = mark(attempt, "1/3")
    attempt.refresh_from_db()
    assert (given_mark.is_final, given_mark.is_graded) == (True, True)
    # a third of 3 points is exactly 1 of 4, and that is exactly the pass mark
    assert (attempt.score, attempt.passed, attempt.submitted_at, attempt.graded_at) == (1, True, NOW, LATER)
    assert attempt.answers.get(position=0).score == 1


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  \n "])
def test_what_was_not_answered_earns_nothing_at_once(text):
    attempt = hand_in(texts=[text])
    assert (attempt.is_graded, attempt.score, attempt.passed) == (True, 0, False)
    assert not get_waiting_answers().exists()
    with pytest.raises(NotToMark):
        mark(attempt, 1)


@pytest.mark.django_db
def test_result_waits_for_the_last_answer():
    attempt = hand_in(make_long_text(), make_long_text(), texts=("Uno", "Dos"))
    first = mark(attempt, 1)
    assert (first.is_final, first.is_graded) == (True, False)
    attempt.refresh_from_db()
    assert (attempt.is_graded, attempt.score) == (False, None)
    assert mark(attempt, "0.5", position=1).is_graded
    attempt.refresh_from_db()
    assert attempt.score == Decimal("4.5")


@pytest.mark.django_db
def test_mark_that_counts_is_not_given_twice():
    attempt = hand_in(make_long_text(), make_long_text(), texts=("Uno", "Dos"))
    mark(attempt, 1)
    with pytest.raises(NotToMark):
        mark(attempt, 0)
    assert get_final(attempt) == [1]


@pytest.mark.django_db
def test_nobody_marks_an_open_attempt_a_choice_or_an_own_answer():
    sitting = make_sitting(make_long_text())
    attempt = sitting.start()
    attempts.save_answers(attempt_id=attempt.pk, learner=attempt.learner, changes=[Change(0, "", "Uno")], now=NOW)
    with pytest.raises(NotToMark):
        mark(attempt, 1)
    mixed = hand_in(make_long_text(), make_question())
    with pytest.raises(NotToMark):
        mark(mixed, 1, position=1)
    with pytest.raises(OwnAnswer):
        mark(mixed, 1, marker=mixed.learner)
    with pytest.raises(Answer.DoesNotExist):
        give_mark(answer_id=0, marker=make_user(), fraction=Fraction(1), levels={}, comment="", now=NOW)
    assert not Mark.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("fraction", ["-0.01", "1.01"])
def test_mark_is_from_0_to_1(fraction):
    attempt = hand_in()
    with pytest.raises(ValueError, match="from 0 to 1"):
        mark(attempt, fraction)
    assert not Mark.objects.exists()


@pytest.mark.django_db
def test_two_markers_who_agree_give_their_mean():
    attempt = hand_in(second_marker=True)
    assert mark(attempt, "2/3").is_final is False
    attempt.refresh_from_db()
    assert attempt.is_graded is False
    assert mark(attempt, "0.5").is_graded is True
    attempt.refresh_from_db()
    assert (get_final(attempt), attempt.score) == ([Fraction(7, 12)], Decimal("1.75"))


@pytest.mark.django_db
def test_two_markers_who_differ_are_decided_by_a_third():
    attempt = hand_in(second_marker=True, mark_difference=10)
    first, second = mark(attempt, "0.2"), mark(attempt, "0.9")
    assert (first.is_final, second.is_final) == (False, False)
    assert get_waiting_answers().get().given == 2
    assert mark(attempt, "0.8").is_graded
    attempt.refresh_from_db()
    assert (get_final(attempt), attempt.score) == ([Fraction(4, 5)], Decimal("2.4"))


@pytest.mark.django_db
def test_marker_changes_a_mark_while_it_does_not_count_and_is_still_one():
    attempt, marker = hand_in(second_marker=True, mark_difference=10), make_user()
    mark(attempt, "0.2", marker=marker)
    assert mark(attempt, "0.8", marker=marker).is_final is False
    mark(attempt, "0.1")
    assert mark(attempt, "0.1", marker=marker).is_graded  # thought better of it: now they agree
    assert get_final(attempt) == [Fraction(1, 10)]


@pytest.mark.django_db
def test_rules_are_those_with_which_the_attempt_started():
    attempt = hand_in(second_marker=False)
    attempt.rules = {}  # as one that started before these rules were known
    attempt.save()
    assert mark(attempt, 1).is_graded


@pytest.mark.django_db
def test_learner_reads_what_those_said_whose_marks_count():
    levels = get_level_ids("Clara", "Parcial")
    attempt = hand_in(second_marker=True)
    mark(attempt, "0.5", levels=levels, comment="Falta un caso.")
    mark(attempt, "0.6", comment="Bien escrito.")
    attempt.refresh_from_db()
    (question,) = review_questions(attempt, show_key=False)
    assert [remark.comment for remark in question.remarks] == ["Falta un caso.", "Bien escrito."]
    assert [(level["criterion"], level["title"]) for level in question.remarks[0].levels] == [
        ("Claridad", "Clara"), ("Enfoque", "Parcial")]
    assert question.credit == Fraction(11, 20)


@pytest.mark.django_db
def test_learner_does_not_read_the_marks_that_were_overruled_nor_any_before_the_result():
    attempt = hand_in(make_long_text(), make_long_text(), texts=("Uno", "Dos"), second_marker=True)
    for fraction, comment in ((0, "Nada."), (1, "Todo."), ("0.7", "Casi todo.")):
        mark(attempt, fraction, comment=comment)
    attempt.refresh_from_db()
    assert review_questions(attempt, show_key=False)[0].remarks == ()
    mark(attempt, 1, position=1)
    mark(attempt, 1, position=1)
    attempt.refresh_from_db()
    assert [remark.comment for remark in review_questions(attempt, show_key=False)[0].remarks] == ["Casi todo."]


@pytest.mark.django_db
def test_replay_takes_marks_as_they_were_given():
    attempt = hand_in(second_marker=True)
    pending = hand_in()
    mark(attempt, "1/3")
    mark(attempt, "0.3")
    assert dict(replay(type(attempt).objects.all())) == {attempt: None, pending: None}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second_marker", "marks", "refused", "score"), [(True, 3, 0, "1.5"), (False, 1, 1, None)])
def test_two_markers_at_once_leave_one_mark_that_counts(second_marker, marks, refused, score):
    attempt = hand_in(second_marker=second_marker)
    markers = [make_user(), make_user()]

    def give(marker, fraction):
        try:
            return mark(attempt, fraction, marker=marker)
        except NotToMark:
            return None

    results = run_at_once([lambda: give(markers[0], "0.4"), lambda: give(markers[1], "0.6")])
    attempt.refresh_from_db()
    assert results.count(None) == refused
    assert sum(bool(result and result.is_graded) for result in results) == 1
    assert (Mark.objects.count(), len(get_final(attempt)), attempt.is_graded) == (marks, 1, True)
    assert score is None or attempt.score == Decimal(score)
