from decimal import Decimal

import pytest

from assessments.formats.model import QuestionRefused
from assessments.formats.weights import get_percents, get_scoring


def read(percents):
    return [Decimal(each) for each in percents.split()]


@pytest.mark.parametrize(("percents", "penalty"), [
    ("100 0 0", "none"), ("0 100", "none"), ("100 -50 -50", "half"), ("-100 -100 100", "whole"), ("100 -100", "whole"),
    ("100 -33.33333 -33.33333 -33.33333", "chance"), ("-25 -25 100 -25 -25", "chance")])
def test_penalty_of_a_single_choice(percents, penalty):
    assert get_scoring(read(percents), single=True) == penalty


@pytest.mark.parametrize(("percents", "scoring"), [
    ("50 50 -50 -50", "balanced"), ("50 50 -100", "balanced"), ("50 50", "balanced"), ("100 -100", "balanced"),
    ("33.333 33.333 33.333 -33.33 -33.33 -33.33", "balanced"), ("50 50 0 0", "right_only"), ("100 0", "right_only"),
    ("14.28571 14.28571 14.28571 14.28571 14.28571 14.28571 14.28571 0", "right_only")])
def test_scoring_of_a_multiple_choice(percents, scoring):
    assert get_scoring(read(percents), single=False) == scoring


@pytest.mark.parametrize(("percents", "single", "reason"), [
    ("100", True, "too_few_options"), ("50 0", True, "no_right_answer"), ("100 100 0", True, "several_right"),
    ("100 50 0", True, "partial_credit"), ("100 -50 0", True, "weights"), ("100 -20 -20", True, "weights"),
    ("100 -150", True, "weight"), ("0 0", False, "no_right_answer"), ("50 40 0", False, "weights_sum"),
    ("60 40 0", False, "weights"), ("50 50 -100 -100", False, "weights"), ("50 50 -50 0", False, "weights")])
def test_percentages_without_a_scoring_are_refused(percents, single, reason):
    with pytest.raises(QuestionRefused) as refused:
        get_scoring(read(percents), single=single)
    assert refused.value.reason == reason


@pytest.mark.parametrize("right", [1, 2, 3, 6, 7])
@pytest.mark.parametrize("wrong", [1, 3, 7, 11])
@pytest.mark.parametrize("scoring", ["balanced", "right_only"])
def test_percentages_of_a_multiple_choice_come_to_its_scoring(right, wrong, scoring):
    percents = get_percents([True] * right + [False] * wrong, scoring, single=False)
    assert get_scoring(percents, single=False) == scoring


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
