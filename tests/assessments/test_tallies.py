import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import AnswerRefused
from assessments.tallies import LONGEST_TEXT, STEP, add_person, check_answers, hide_small, make_state, merge

LABELS = [{"es": str(point)} for point in range(1, 6)]
CONTENT = {"items": [
    {"id": "t", "kind": "text", "stem": {"es": "Texto"}},
    {"id": "s", "kind": "scale", "stem": {"es": "¿Cuánto?"}, "required": True, "labels": LABELS,
     "options": [{"id": "s1", "text": {"es": "Uno"}, "satisfaction": True},
                 {"id": "s2", "text": {"es": "Dos"}, "satisfaction": False}]},
    {"id": "c", "kind": "choice", "stem": {"es": "¿Dónde?"}, "required": False,
     "options": [{"id": "c1", "text": {"es": "Aquí"}}, {"id": "c2", "text": {"es": "Allá"}}]},
    {"id": "o", "kind": "open", "stem": {"es": "¿Qué?"}, "required": False}]}
PEOPLE = st.lists(st.fixed_dictionaries({}, optional={
    "s1": st.sampled_from("12345"), "s2": st.sampled_from("12345"), "c": st.sampled_from(["c1", "c2"]),
    "o": st.text(min_size=1, max_size=8).filter(str.strip)}), max_size=12)


def take_in(people):
    state = make_state()
    for answers in people:
        state = add_person(state, CONTENT, check_answers(CONTENT, answers))
    return state


def test_answers_are_kept_as_they_were_checked():
    assert check_answers(CONTENT, {"s1": "5", "s2": "", "c": "c2", "o": "  Más tiempo. "}) == {
        "s1": "5", "c": "c2", "o": "Más tiempo."}


@pytest.mark.parametrize(("answers", "reason"), [
    ({"s1": "6"}, "unknown_option"), ({"s1": "0"}, "unknown_option"), ({"c": "s1"}, "unknown_option"),
    ({"nothing": "1"}, "unknown_option"), ({"t": "1"}, "unknown_option"), ({"s1": 5}, "shape"),
    ({"o": "x" * (LONGEST_TEXT + 1)}, "too_long")])
def test_answers_that_no_form_sends_are_refused(answers, reason):
    with pytest.raises(AnswerRefused) as refused:
        check_answers(CONTENT, answers)
    assert refused.value.reason == reason


def test_answers_wait_until_there_are_five():
    state = take_in([{"s1": "5", "o": "a"}] * (STEP - 1))
    assert state["shown"] == {"n": 0, "counts": {}, "texts": {}}
    assert state["waiting"]["n"] == STEP - 1
    state = add_person(state, CONTENT, {"s1": "1"})
    assert state["shown"] == {"n": 5, "counts": {"s1": {"5": 4, "1": 1}}, "texts": {"o": ["a"] * 4}}
    assert state["waiting"] == {"n": 0, "counts": {}, "texts": {}}


@given(PEOPLE, st.randoms())
def test_the_order_within_a_step_leaves_no_trace(people, rng):
    """What is kept is the same whoever of a step came first: so nothing in it can say who that was."""
    shuffled = []
    for start in range(0, len(people), STEP):
        step = people[start:start + STEP]
        rng.shuffle(step)
        shuffled += step
    assert json.dumps(take_in(people), sort_keys=True) == json.dumps(take_in(shuffled), sort_keys=True)


@given(PEOPLE, st.randoms())
def test_figures_of_all_are_the_same_in_any_order(people, rng):
    people = people[:len(people) // STEP * STEP]
    shuffled = list(people)
    rng.shuffle(shuffled)
    assert take_in(people)["shown"] == take_in(shuffled)["shown"]


@given(st.lists(PEOPLE, max_size=4))
def test_nothing_is_lost_or_counted_twice(groups):
    states = [take_in(group) for group in groups]
    total = merge([tally for state in states for tally in state.values()])
    people = [answers for group in groups for answers in group]
    assert total["n"] == len(people)
    assert sum(sum(counts.values()) for counts in total["counts"].values()) == sum(
        len(answers.keys() - {"o"}) for answers in people)
    assert total["texts"].get("o", []) == sorted(answers["o"].strip() for answers in people if "o" in answers)


def test_two_answers_of_one_person_are_not_kept_together():
    state = take_in([{"s1": "1", "s2": "5"}, {"s1": "2", "s2": "4"}, {"s1": "3"}])
    other = take_in([{"s1": "1", "s2": "4"}, {"s1": "2"}, {"s1": "3", "s2": "5"}])
    assert state == other


def test_what_fewer_than_five_answered_is_hidden():
    shown = take_in([{"s1": "5", "s2": "1"}] * 4 + [{"s1": "4"}])["shown"]
    assert hide_small(shown)["counts"] == {"s1": {"5": 4, "4": 1}}
    assert hide_small(take_in([{"s1": "5"}] * 4)["waiting"]) == {"n": 0, "counts": {}, "texts": {}}
