from decimal import Decimal

import pytest

from assessments.formats.model import Choice, Option, QuestionRefused, Text
from assessments.formats.weights import (
    can_be_written,
    get_percents,
    get_remarks,
    get_scoring,
    get_true_false_penalty,
    round_percent,
)


def read(percents):
    return [Decimal(each) for each in percents.split()]


@pytest.mark.parametrize(("percents", "penalty"), [
    ("100 0 0", "none"), ("0 100", "none"), ("100 -50 -50", "half"), ("-100 -100 100", "whole"), ("100 -100", "whole"),
    ("100 -33.33333 -33.33333 -33.33333", "chance"), ("-25 -25 100 -25 -25", "chance"),
    ("100 100 0", "weights"), ("100 50 0", "weights"), ("100 -50 0", "weights"), ("100 -20 -20", "weights")])
def test_penalty_of_a_single_choice(percents, penalty):
    assert get_scoring(read(percents), single=True) == penalty


@pytest.mark.parametrize(("percents", "scoring"), [
    ("50 50 -50 -50", "balanced"), ("50 50 -100", "balanced"), ("50 50", "balanced"), ("100 -100", "balanced"),
    ("33.333 33.333 33.333 -33.33 -33.33 -33.33", "balanced"), ("50 50 0 0", "weights"), ("100 0", "weights"),
    ("60 40 0", "weights"), ("50 50 -100 -100", "weights"), ("50 50 -50 0", "weights"), ("100 100 0", "weights"),
    ("33 33 33 0", "weights"),
    ("14.28571 14.28571 14.28571 14.28571 14.28571 14.28571 14.28571 0", "weights")])
def test_scoring_of_a_multiple_choice(percents, scoring):
    assert get_scoring(read(percents), single=False) == scoring


@pytest.mark.parametrize(("percents", "single", "reason"), [
    ("100", True, "too_few_options"), ("50 0", True, "no_right_answer"), ("100 -150", True, "weight"),
    ("0 0", False, "no_right_answer"), ("50 40 0", False, "weights_sum")])
def test_percentages_with_which_nobody_earns_the_points_are_refused(percents, single, reason):
    with pytest.raises(QuestionRefused) as refused:
        get_scoring(read(percents), single=single)
    assert refused.value.reason == reason


@pytest.mark.parametrize(("percents", "penalty"), [("100 0", "none"), ("100 -50", "half"), ("0 100", "none")])
def test_penalty_of_a_statement(percents, penalty):
    assert get_true_false_penalty(read(percents)) == penalty


def test_statement_with_a_weight_of_its_own_is_refused():
    with pytest.raises(QuestionRefused):
        get_true_false_penalty(read("100 25"))


@pytest.mark.parametrize(("percents", "single", "reasons"), [
    ("50 50 0", False, ["all_chosen"]), ("33 33 33 0", False, ["all_chosen"]), ("50 50 -50 0", False, []),
    ("100 0", True, [])])
def test_question_that_choosing_everything_solves_is_remarked(percents, single, reasons):
    assert [remark.reason for remark in get_remarks(read(percents), single=single)] == reasons


@pytest.mark.parametrize(("percents", "scoring", "can"), [
    ("50 50 -100", "balanced", True), ("60 40 0", "weights", True), ("50 50 -100", "weights", True),
    ("50 50 0", "right_only", True), ("60 40 0", "balanced", False), ("50 50 0", "all_or_nothing", False)])
def test_scoring_can_be_written_where_percentages_say_it(percents, scoring, can):
    options = tuple(Option(Text("x"), percent) for percent in read(percents))
    assert can_be_written(Choice(options, scoring), single=False) is can


def test_percentages_have_at_most_five_decimals():
    assert [str(round_percent(Decimal(each))) for each in ("33.3333333", "16.67", "-100", "66.666667")] == [
        "33.33333", "16.67", "-100", "66.66667"]


@pytest.mark.parametrize("right", [1, 2, 3, 6, 7])
@pytest.mark.parametrize("wrong", [1, 3, 7, 11])
@pytest.mark.parametrize("scoring", ["balanced", "right_only"])
def test_percentages_of_a_multiple_choice_come_to_its_scoring(right, wrong, scoring):
    percents = get_percents([True] * right + [False] * wrong, scoring, single=False)
    assert get_scoring(percents, single=False) == ("weights" if scoring == "right_only" else scoring)


@pytest.mark.parametrize("wrong", [2, 3, 4, 6, 11])
@pytest.mark.parametrize("penalty", ["none", "chance", "half", "whole"])
def test_percentages_of_a_single_choice_come_to_its_penalty(wrong, penalty):
    percents = get_percents([False] * wrong + [True], penalty, single=True)
    expected = "half" if wrong == 2 and penalty == "chance" else penalty  # the same for three options
    assert get_scoring(percents, single=True) == expected


def test_scorings_that_percentages_cannot_say_are_refused():
    for scoring in ("all_or_nothing", "negative"):
        with pytest.raises(QuestionRefused) as refused:
            get_percents([True, False], scoring, single=False)
        assert refused.value.reason == "scoring"
