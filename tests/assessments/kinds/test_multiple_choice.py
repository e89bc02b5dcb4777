from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import check_response, grade_item
from assessments.kinds import get_graders
from tests.assessments.kinds import multiple_choice
from tests.assessments.kinds.choices import make_item
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_choice, make_weighed
from tests.factories import localized, stable_id


@pytest.mark.parametrize(("right", "wrong", "response", "score"), [
    ("abc", "xy", "abc", 1),
    ("abc", "xy", "a", Fraction(1, 3)),
    ("abc", "xy", "ab", Fraction(2, 3)),
    ("abc", "xy", "abx", Fraction(1, 6)),
    ("abc", "xy", "abcx", Fraction(1, 2)),
    ("abc", "xy", "ax", 0),
    ("abc", "xy", "x", 0),
    ("abc", "xy", "abcxy", 0),
    ("abc", "xy", "", 0),
    ("abc", "", "ab", Fraction(2, 3)),
    ("abc", "", "abc", 1),
])
def test_scores_by_right_minus_wrong(right, wrong, response, score):
    result = grade_item(make_item("multiple_choice", right, wrong), list(response), get_graders())
    assert (result.score, result.maximum, result.answered) == (score, 1, bool(response))


@pytest.mark.parametrize(("scoring", "response", "score"), [
    ("right_only", "ab", 1), ("right_only", "a", Fraction(1, 2)), ("right_only", "ax", Fraction(1, 2)),
    ("right_only", "abx", 0), ("right_only", "", 0),
    ("all_or_nothing", "ab", 1), ("all_or_nothing", "a", 0), ("all_or_nothing", "abx", 0), ("all_or_nothing", "", 0),
    ("negative", "ab", 1), ("negative", "ax", 0), ("negative", "x", Fraction(-1, 2)), ("negative", "xy", -1),
    ("negative", "", 0),
])
def test_scores_as_its_author_chose(scoring, response, score):
    item = make_item("multiple_choice", "ab", "xy", scoring=scoring, points="2")
    assert grade_item(item, list(response), get_graders()).score == 2 * score


def test_response_is_kept_in_the_order_of_the_item():
    item = make_item("multiple_choice", "ab", "cd")
    assert check_response(item, ["d", "b", "a"], get_graders()) == ["a", "b", "d"]


@given(st.data())
def test_one_more_wrong_option_is_never_rewarded(data):
    item = data.draw(multiple_choice.ITEMS)
    response = data.draw(multiple_choice.get_responses(item))
    more = [option["id"] for option in item["options"] if not option["correct"] and option["id"] not in response]
    for one in more:
        score = grade_item(item, [*response, one], get_graders()).score
        assert score <= grade_item(item, response, get_graders()).score


def test_freeze_keeps_the_scoring_beside_the_options():
    item = freeze(make_choice("multiple_choice", ("Sí", True), ("No", False), scoring="right_only"))
    assert item == {
        "kind": "multiple_choice", "stem": localized("¿Qué?"), "feedback": localized("Recuerde"), "points": "1",
        "scoring": "right_only", "options": [
            {"id": stable_id("q", 0), "text": localized("Sí"), "correct": True, "feedback": localized("Sobre «Sí»")},
            {"id": stable_id("q", 1), "text": localized("No"), "correct": False, "feedback": localized("Sobre «No»")},
        ]}


def test_clean_refuses_a_question_without_a_right_option(settings):
    settings.LANGUAGE_CODE = "en"
    body = make_choice("multiple_choice", *((f"Opción {number}", False) for number in range(3)))
    assert "At least one option must be correct." in get_errors(body)


@pytest.mark.parametrize("keys", [(False, True), (True, True)])
def test_clean_accepts_a_key_and_changes_nothing(keys):
    body = make_choice("multiple_choice", *((f"Opción {number}", key) for number, key in enumerate(keys)),
                       points="1", scoring="balanced")
    assert freeze(clean(body)) == freeze(body)


@pytest.mark.parametrize(("percents", "scoring", "chosen", "score"), [
    (["60", "40", "-25"], "weights", [0, 1], 1), (["60", "40", "-25"], "weights", [0, 2], Fraction(7, 20)),
    (["60", "40", "-25"], "weights", [2], 0), (["60", "40", "-25"], "weights_negative", [2], Fraction(-1, 4)),
    (["33.33333", "33.33333", "33.33333", None], "weights", [0, 1, 2], 1),
    (["33.33333", "33.33333", "33.33333", None], "weights", [0, 3], Fraction(1, 3)),
    (["33", "33", "33", "0"], "weights", [0, 1, 2], 1), (["100", "100", "0"], "weights", [0, 1], 1),
    (["100", "-100", "-100"], "weights_negative", [1, 2], -1), (["50", "50", "0"], "weights", [], 0),
])
def test_percentages_of_the_chosen_ones_are_added_up(percents, scoring, chosen, score):
    item = freeze(make_weighed("multiple_choice", *percents, scoring=scoring))
    response = [item["options"][place]["id"] for place in chosen]
    assert grade_item(item, response, get_graders()).score == score


def test_clean_makes_correct_what_earns_something():
    body = clean(make_weighed("multiple_choice", "50", "50", "0", "-100", scoring="weights"))
    assert [option["correct"] for option in body[0].value["options"]] == [True, True, False, False]
    assert [option["percent"] for option in freeze(body)["options"]] == ["50", "50", "0", "-100"]


@pytest.mark.parametrize(("scoring", "message"), [
    ("weights", "The percentages above 0 must come to 100% together, or more."),
    ("balanced", "A percentage counts only where each option has its own.")])
def test_clean_refuses_percentages_that_cannot_count(scoring, message, settings):
    settings.LANGUAGE_CODE = "en"
    assert message in get_errors(make_weighed("multiple_choice", "50", "40", "0", scoring=scoring, correct=True))
