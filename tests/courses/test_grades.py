from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from assessments.models import Attempt
from courses.grades import describe_grade
from courses.models import Edition

SCALES = ("local", "percent", "chile", "mexico", "pass_fail")


def describe(graded, scale, language="en", exigency=60):
    with override(language):
        return describe_grade(graded, Edition(grade_scale=scale, exigency=Decimal(exigency)))


def make_attempt(score, maximum=100, *, passed, pass_mark=60):
    return Attempt(score=Decimal(score), maximum=Decimal(maximum), passed=passed, pass_mark=Decimal(pass_mark),
                   graded_at="2026-11-22")


@pytest.mark.parametrize(("percentage", "described"), [
    (0, ["0%", "0%", "1.0", "0.0", "Not passed"]),
    (59, ["59%", "59%", "4.0", "5.9", "Not passed"]),  # 3.95 shows 4.0 and is not a pass
    (Fraction(5996, 100), ["59.9%", "59.9%", "4.0", "6.0", "Not passed"]),
    (60, ["60%", "60%", "4.0", "6.0", "Passed"]),
    (Fraction(200, 3), ["66.6%", "66.6%", "4.5", "6.7", "Passed"]),
    (Decimal("85.5"), ["85.5%", "85.5%", "5.9", "8.6", "Passed"]),
    (100, ["100%", "100%", "7.0", "10.0", "Passed"]),
])
def test_grade_of_a_course_on_each_scale(percentage, described):
    assert [describe(percentage, scale) for scale in SCALES] == described


def test_grade_is_written_as_the_language_does():
    assert (describe(80, "chile"), describe(80, "chile", "es")) == ("5.5", "5,5")


def test_grade_of_a_course_passes_at_the_exigency_of_its_edition():
    assert [describe(70, scale, exigency=80) for scale in SCALES[2:]] == ["3.6", "7.0", "Not passed"]
    assert [describe(80, scale, exigency=80) for scale in SCALES[2:]] == ["4.0", "8.0", "Passed"]


def test_grade_of_an_attempt_agrees_with_its_verdict():
    """Its pass mark is the exigency, whatever is that of the course."""
    attempt = make_attempt("14", 20, passed=False, pass_mark=80)
    assert [describe(attempt, scale) for scale in SCALES] == ["70%", "70%", "3.6", "7.0", "Not passed"]
    attempt = make_attempt("16", 20, passed=True, pass_mark=80)
    assert [describe(attempt, scale) for scale in SCALES] == ["80%", "80%", "4.0", "8.0", "Passed"]


def test_grade_of_what_is_not_graded_is_empty():
    waiting = Attempt(score=None, maximum=Decimal(10), pass_mark=Decimal(60))
    assert [describe(graded, scale) for graded in (None, waiting) for scale in SCALES] == [""] * 10


def test_grade_of_an_attempt_without_points_is_none_of_them():
    assert describe(make_attempt(0, 0, passed=False), "percent") == "0%"
