from fractions import Fraction

import pytest

from assessments.grading import AnswerRefused, check_ids, check_pairs, check_text, grade, grade_item
from assessments.kinds import get_graders
from assessments.results import Credit
from tests.assessments.kinds.choices import make_item


class Marked:
    """A kind that a person marks: any text, no credit of its own."""

    @staticmethod
    def check(item, response):
        return check_text(response, longest=10)

    @staticmethod
    def grade(item, response):
        return Credit(None, {"words": len(response.split())})


GRADERS = {**get_graders(), "marked": Marked}
MARKED = {"kind": "marked", "points": "4"}


def grade_form(items, responses, marks=None):
    return grade(items, responses, GRADERS, marks)


def test_grade_adds_up_its_items_in_their_order():
    items = [make_item("single_choice", "a", "b"), make_item("multiple_choice", "ab", "c", points="0.5"),
             make_item("single_choice", "a", "b", points="3")]
    responses = {0: ["a"], 1: ["a"], 2: ["b"]}
    result = grade_form(items, responses)
    assert result.items == tuple(grade_item(item, responses[n], GRADERS) for n, item in enumerate(items))
    assert [item.score for item in result.items] == [1, Fraction(1, 4), 0]
    assert (result.score, result.maximum) == (Fraction(5, 4), Fraction(9, 2))


def test_grade_counts_a_position_without_response_as_not_answered():
    first, second = make_item("single_choice", "a", "b"), make_item("single_choice", "c", "d")
    result = grade_form([first, second], {1: ["c"]})
    assert [(item.score, item.answered) for item in result.items] == [(0, False), (1, True)]


def test_grade_refuses_the_whole_form_for_one_bad_response():
    item = make_item("single_choice", "a", "b")
    with pytest.raises(AnswerRefused):
        grade_form([item, item], {0: ["a"], 1: ["z"]})


def test_grade_never_goes_below_nothing_whatever_its_penalties():
    item = make_item("single_choice", "a", "b", penalty="whole")
    result = grade_form([item, item, item], {0: ["a"], 1: ["b"], 2: ["b"]})
    assert [item.score for item in result.items] == [1, -1, -1]
    assert (result.score, result.maximum) == (0, 3)


@pytest.mark.parametrize(("marks", "score", "is_pending"), [
    ({}, 1, True), ({0: Fraction(1, 2)}, 3, False), ({0: Fraction(0)}, 1, False), ({0: Fraction(1)}, 5, False),
])
def test_grade_waits_for_the_marks_of_persons(marks, score, is_pending):
    result = grade_form([MARKED, make_item("single_choice", "a", "b")], {0: " Hola ", 1: ["a"]}, marks)
    assert (result.score, result.maximum, result.is_pending) == (score, 5, is_pending)
    assert (result.items[0].answered, result.items[0].details) == (True, {"words": 1})


@pytest.mark.parametrize(("value", "kept"), [
    (None, ""), ("", ""), ("  \n", ""), (" Hola\n", "Hola"), ("ñ" * 5, "ñ" * 5),
])
def test_check_text_keeps(value, kept):
    assert check_text(value, longest=5) == kept


@pytest.mark.parametrize(("value", "reason"), [
    (5, "shape"), (["a"], "shape"), ({}, "shape"), (False, "shape"), ("a\0b", "shape"), ("123456", "too_long"),
])
def test_check_text_refuses(value, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_text(value, longest=5)
    assert refusal.value.reason == reason


def test_check_ids_keeps_the_order_of_what_is_known():
    assert check_ids(["c", "a"], ["a", "b", "c"]) == ["a", "c"]
    assert check_ids(None, ["a"]) == check_ids([], ["a"]) == []


def test_check_pairs_keeps_what_has_a_value_in_the_order_of_its_keys():
    assert check_pairs({"b": "2", "a": " ", "c": "3"}, ["c", "a", "b"],
                       lambda value: check_text(value, longest=2)) == {"c": "3", "b": "2"}
    assert check_pairs(None, ["a"], str) == {}


@pytest.mark.parametrize(("value", "reason"), [
    ([], "shape"), ("a", "shape"), (0, "shape"), ({"z": "1"}, "unknown_option"), ({"a": "123"}, "too_long"),
])
def test_check_pairs_refuses(value, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_pairs(value, ["a"], lambda each: check_text(each, longest=2))
    assert refusal.value.reason == reason
