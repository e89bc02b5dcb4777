from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.grades import ScaleUnknown, chilean_grade, local_grade, mexican_grade, pass_or_fail

percentages = st.decimals(min_value=0, max_value=100, places=4)


@pytest.mark.parametrize(("percentage", "grade"), [
    ("0", "1.0"), ("30", "2.5"), ("60", "4.0"), ("70", "4.8"), ("80", "5.5"), ("90", "6.3"), ("100", "7.0"),
])
def test_chilean_grade_follows_the_official_table(percentage, grade):
    assert chilean_grade(Decimal(percentage)).value == Decimal(grade)


def test_chilean_grade_can_look_like_a_pass_that_it_is_not():
    grade = chilean_grade(Decimal("59"))
    assert (grade.value, grade.passed) == (Decimal("4.0"), False)
    assert chilean_grade(Decimal("59.9999")).passed is False
    assert chilean_grade(Decimal("60")).passed is True


@pytest.mark.parametrize(("exigency", "percentage", "grade"), [
    ("100", "100", "7.0"), ("100", "50", "2.5"), ("0", "0", "4.0"),
])
def test_chilean_grade_has_a_value_at_the_ends_of_the_exigency(exigency, percentage, grade):
    assert chilean_grade(Decimal(percentage), exigency=Decimal(exigency)).value == Decimal(grade)


@given(percentages, percentages)
def test_chilean_grade_never_falls_when_the_percentage_rises(one, other):
    lower, higher = sorted((one, other))
    assert Decimal("1.0") <= chilean_grade(lower).value <= chilean_grade(higher).value <= Decimal("7.0")


@pytest.mark.parametrize("percentage", ["-0.01", "100.01"])
def test_chilean_grade_refuses_what_is_no_percentage(percentage):
    with pytest.raises(ValueError, match="from 0 to 100"):
        chilean_grade(Decimal(percentage))


@pytest.mark.parametrize(("percentage", "grade"), [
    ("0", "0.0"), ("59.4", "5.9"), ("59.5", "6.0"), ("60", "6.0"), ("84.9", "8.5"), ("85", "8.5"), ("100", "10.0"),
])
def test_mexican_grade_is_a_tenth_half_up(percentage, grade):
    assert mexican_grade(Decimal(percentage)).value == Decimal(grade)


@pytest.mark.parametrize(("exigency", "lowest"), [("60", "60"), ("80", "80")])
def test_mexican_grade_passes_at_the_exigency_and_not_where_it_rounds_to_it(exigency, lowest):
    just_below = Fraction(lowest) - Fraction(1, 1000)
    grade = mexican_grade(just_below, exigency=Decimal(exigency))
    assert grade.passed is False
    assert mexican_grade(Decimal(lowest), exigency=Decimal(exigency)).passed is True
    assert grade.value == mexican_grade(Decimal(lowest), exigency=Decimal(exigency)).value


def test_grades_are_rounded_from_the_exact_fraction():
    assert chilean_grade(Fraction(59)).value == Decimal("4.0")
    assert chilean_grade(Fraction(59) - Fraction(1, 10**12)).value == Decimal("3.9")
    assert mexican_grade(Fraction(595, 10) - Fraction(1, 10**12)).value == Decimal("5.9")


@pytest.mark.parametrize(("percentage", "passed"), [(Fraction(59999, 1000), False), (Fraction(60), True)])
def test_pass_or_fail_has_no_number(percentage, passed):
    grade = pass_or_fail(percentage)
    assert (grade.value, grade.passed, grade.rule) == (None, passed, "pass_fail-60")


def test_local_grade_names_its_rule():
    assert local_grade(Decimal(80), scale="chile", pass_mark=Decimal("60.00")).rule == "chile-60"
    assert local_grade(Decimal(80), scale="chile", pass_mark=Decimal("62.50")).rule == "chile-62.5"
    assert local_grade(Decimal(80), scale="mexico", pass_mark=Decimal("80.00")).rule == "mexico-80"


def test_local_grade_refuses_a_scale_nobody_wrote():
    with pytest.raises(ScaleUnknown):
        local_grade(Decimal(80), scale="atlantis", pass_mark=Decimal(60))
