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


def test_fraction_of_a_form_without_points_is_0():
    empty = Result(items=())
    assert (empty.score, empty.maximum, empty.fraction, empty.reaches(Decimal("0.01"))) == (0, 0, 0, False)
