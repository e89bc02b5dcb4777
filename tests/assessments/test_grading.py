from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import KINDS, AnswerRefused, check_response, grade, grade_item

REASONS = {"shape", "unknown_option", "repeated_option", "too_many_options"}


def make_item(kind, right, wrong):
    """An item with the options ``right`` and then ``wrong`` (words of single letters)."""
    return {"kind": kind, "options": [{"id": letter, "correct": letter in right} for letter in right + wrong]}


@st.composite
def items(draw):
    kind = draw(st.sampled_from(KINDS))
    total = 2 if kind == "true_false" else draw(st.integers(2, 8))
    right = draw(st.integers(1, total)) if kind == "multiple_choice" else 1
    ids = [f"option-{number}" for number in range(total)]
    correct = set(draw(st.permutations(ids))[:right])
    return {"kind": kind, "options": [{"id": each, "correct": each in correct} for each in ids]}


@st.composite
def answered_items(draw):
    """An item with a response that its form can send."""
    item = draw(items())
    ids = [option["id"] for option in item["options"]]
    size = len(ids) if item["kind"] == "multiple_choice" else 1
    return item, draw(st.lists(st.sampled_from(ids), unique=True, max_size=size))


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("option-0"),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3))


@pytest.mark.parametrize(("item", "response", "score"), [
    (make_item("single_choice", "a", "bc"), "a", 1),
    (make_item("single_choice", "a", "bc"), "b", 0),
    (make_item("single_choice", "a", "bc"), "", 0),
    (make_item("true_false", "t", "f"), "t", 1),
    (make_item("true_false", "t", "f"), "f", 0),
    (make_item("multiple_choice", "abc", "xy"), "abc", 1),
    (make_item("multiple_choice", "abc", "xy"), "a", Fraction(1, 3)),
    (make_item("multiple_choice", "abc", "xy"), "ab", Fraction(2, 3)),
    (make_item("multiple_choice", "abc", "xy"), "abx", Fraction(1, 6)),
    (make_item("multiple_choice", "abc", "xy"), "abcx", Fraction(1, 2)),
    (make_item("multiple_choice", "abc", "xy"), "ax", 0),
    (make_item("multiple_choice", "abc", "xy"), "x", 0),
    (make_item("multiple_choice", "abc", "xy"), "abcxy", 0),
    (make_item("multiple_choice", "abc", ""), "ab", Fraction(2, 3)),
    (make_item("multiple_choice", "abc", ""), "abc", 1),
])
def test_grade_item_scores(item, response, score):
    result = grade_item(item, list(response))
    assert (result.score, result.maximum, result.answered) == (score, 1, bool(response))


@pytest.mark.parametrize(("response", "reason"), [
    (None, "shape"), ("a", "shape"), ({"a": True}, "shape"), ([1], "shape"), ([["a"]], "shape"), ([None], "shape"),
    (["z"], "unknown_option"), (["a", "z"], "unknown_option"), ([""], "unknown_option"),
    (["a", "a"], "repeated_option"), (["a", "b"], "too_many_options"),
])
def test_grade_item_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grade_item(make_item("single_choice", "a", "bc"), response)
    assert refusal.value.reason == reason


def test_check_response_returns_the_options_in_the_order_of_the_item():
    assert check_response(make_item("multiple_choice", "ab", "cd"), ["d", "b", "a"]) == ["a", "b", "d"]


@given(items(), JSON)
def test_grade_item_grades_or_refuses_any_json(item, response):
    try:
        result = grade_item(item, response)
    except AnswerRefused as refusal:
        assert refusal.reason in REASONS
    else:
        assert set(response) <= {option["id"] for option in item["options"]}
        assert 0 <= result.score <= result.maximum


@given(answered_items())
def test_grade_item_stays_between_0_and_the_maximum(answered):
    result = grade_item(*answered)
    assert 0 <= result.score <= result.maximum == 1


@given(answered_items(), st.randoms())
def test_grade_item_does_not_look_at_the_order_of_options(answered, random):
    item, response = answered
    shuffled = {**item, "options": random.sample(item["options"], len(item["options"]))}
    assert grade_item(shuffled, random.sample(response, len(response))) == grade_item(item, response)


@given(items())
def test_grade_item_gives_all_points_for_the_key_and_none_for_nothing(item):
    key = [option["id"] for option in item["options"] if option["correct"]]
    assert grade_item(item, key).score == 1
    assert (grade_item(item, []).score, grade_item(item, []).answered) == (0, False)


@given(answered_items())
def test_grade_item_never_rewards_one_more_wrong_option(answered):
    item, response = answered
    more = [option["id"] for option in item["options"] if not option["correct"] and option["id"] not in response]
    if item["kind"] == "multiple_choice" and more:
        assert grade_item(item, [*response, more[0]]).score <= grade_item(item, response).score


@given(st.lists(answered_items(), max_size=6))
def test_grade_adds_up_its_items_in_their_order(form):
    result = grade([item for item, _response in form], {n: response for n, (_item, response) in enumerate(form)})
    assert result.items == tuple(grade_item(item, response) for item, response in form)
    assert result.score == sum(item.score for item in result.items)
    assert result.maximum == len(form)


def test_grade_counts_a_position_without_response_as_not_answered():
    first, second = make_item("single_choice", "a", "b"), make_item("single_choice", "c", "d")
    result = grade([first, second], {1: ["c"]})
    assert [(item.score, item.answered) for item in result.items] == [(0, False), (1, True)]


def test_grade_refuses_the_whole_form_for_one_bad_response():
    item = make_item("single_choice", "a", "b")
    with pytest.raises(AnswerRefused):
        grade([item, item], {0: ["a"], 1: ["z"]})
