"""Percentages as the grades of a country. A grade is only shown: whether a person passed is decided on the exact
percentage, because a rounded grade can look like a pass when it is not (59 % shows 4,0 in Chile)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


class ScaleUnknown(LookupError):
    """There is no grade scale of that name."""


@dataclass(frozen=True)
class Grade:
    value: Decimal
    passed: bool
    rule: str


def chilean_grade(percentage, *, exigency=Decimal(60)):
    """1,0 to 7,0 with one decimal, half up; 4,0 at the exigency (percent needed to pass), and 7,0 where that is all."""
    p, e = Fraction(percentage), Fraction(exigency)
    if not 0 <= p <= 100 or not 0 <= e <= 100:
        raise ValueError("A percentage and an exigency are from 0 to 100.")
    if p < e:
        exact = 1 + 3 * p / e
    elif e < 100:
        exact = 4 + 3 * (p - e) / (100 - e)
    else:
        exact = Fraction(7)
    tenths = (Decimal(exact.numerator) * 10 / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP)
    return Grade(value=(tenths / 10).quantize(Decimal("0.1")), passed=p >= e, rule=f"chile-{exigency.normalize():f}")


SCALES = {"chile": chilean_grade}


def local_grade(percentage, *, scale, pass_mark):
    """The Grade of ``percentage`` on the scale called ``scale``, whose pass is at ``pass_mark`` percent."""
    if scale not in SCALES:
        raise ScaleUnknown(scale)
    return SCALES[scale](percentage, exigency=pass_mark)
