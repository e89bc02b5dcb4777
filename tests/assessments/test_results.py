from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.results import ItemResult, Result


def make_result(score, maximum=1):
    return Result(items=(ItemResult(score=Fraction(score), maximum=Fraction(maximum), answered=True),))


@pytest.mark.parametrize(("score", "maximum", "pass_mark", "passed"), [
    ("3", "5", "60", True),
    ("5999", "10000", "60", False),
    ("59999999", "100000000", "60", False),
    ("2", "3", "66.66", True),
    ("2", "3", "66.67", False),
    ("1", "3", "33.33", True),
    ("0", "1", "0", True),
    ("1", "1", "100", True),
    ("99999", "100000", "100", False),
])
def test_reaches_decides_on_the_exact_fraction(score, maximum, pass_mark, passed):
    assert make_result(score, maximum).reaches(Decimal(pass_mark)) is passed


def test_reaches_is_not_misled_by_the_sum_of_thirds():
    thirds = Result(items=tuple(ItemResult(Fraction(1, 3), Fraction(1, 3), answered=True) for _number in range(3)))
    assert (thirds.score, thirds.maximum, thirds.reaches(Decimal(100))) == (1, 1, True)


def test_form_without_points_has_no_fraction_and_is_reached_by_handing_it_in():
    empty = Result(items=())
    assert (empty.score, empty.maximum, empty.fraction, empty.reaches(Decimal("0.01"))) == (0, 0, 0, True)


@pytest.mark.parametrize(("scores", "score"), [((1, -1), 0), ((1, -3), 0), ((2, -1), 1), ((1, None), 1)])
def test_score_is_never_below_nothing_and_waits_for_no_one(scores, score):
    items = tuple(ItemResult(each if each is None else Fraction(each), Fraction(3), answered=True) for each in scores)
    result = Result(items=items)
    assert (result.score, result.is_pending) == (score, None in scores)
