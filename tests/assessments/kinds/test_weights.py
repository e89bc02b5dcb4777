from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds.weights import get_share, get_shares, is_full


@pytest.mark.parametrize(("percent", "share"), [
    ("33.33333", Fraction(1, 3)), ("33.333", Fraction(1, 3)), ("66.66667", Fraction(2, 3)),
    ("66.66666", Fraction(2, 3)), ("-16.66667", Fraction(-1, 6)), ("83.33333", Fraction(5, 6)),
    ("14.28571", Fraction(1, 7)),
    ("11.11111", Fraction(1, 9)), ("9.09091", Fraction(1, 11)), ("12.5", Fraction(1, 8)),
    ("33.33", Fraction(3333, 10000)), ("60", Fraction(3, 5)), (100, 1), (0, 0), (-50, Fraction(-1, 2)),
    (Decimal("33.33333"), Fraction(1, 3))])
def test_percentage_is_the_fraction_that_it_was_written_for(percent, share):
    assert get_share(percent) == share


@pytest.mark.parametrize(("percents", "shares"), [
    ("33 33 33 0", ["1/3", "1/3", "1/3", "0"]), ("16.7 83.3", ["167/1000", "833/1000"]),
    ("60 40 -25", ["3/5", "2/5", "-1/4"]), ("50 50 -33 -33 -33", ["1/2", "1/2", "-1/3", "-1/3", "-1/3"]),
    ("100 100 0", ["1", "1", "0"]),
    ("60 60", ["3/5", "3/5"]), ("40 50", ["2/5", "1/2"]), ("0 0", ["0", "0"])])
def test_percentages_that_come_to_a_hundred_but_for_their_rounding_are_parts_of_it(percents, shares):
    assert get_shares(percents.split()) == [Fraction(share) for share in shares]


@pytest.mark.parametrize(("percents", "full"), [
    ("33 33 33", True), ("50 50 -100", True), ("100 100", True), ("60 30", False), ("0 0", False), ("98 0", False)])
def test_points_can_be_earned_with_a_hundred_per_cent(percents, full):
    assert is_full(percents.split()) is full


@given(st.integers(1, 12), st.integers(1, 30))
def test_equal_parts_written_with_five_decimals_are_exact(parts, times):
    percent = format((Decimal(100) / parts).quantize(Decimal("0.00001")), "f")
    assert sum(get_shares([percent] * parts + ["-5"] * times)[:parts]) == 1
    assert get_share(percent) == Fraction(1, parts)
