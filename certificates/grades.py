"""Percentages as the grades of a country. A grade is only shown: whether a person passed is decided on the exact
percentage, because a rounded grade can look like a pass when it is not (59 % shows 4,0 in Chile)."""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


class ScaleUnknown(LookupError):
    """There is no grade scale of that name."""


@dataclass(frozen=True)
class Grade:
    """``value`` is None on a scale without numbers. ``rule`` is the scale and its exigency, as in ``chile-60``."""

    value: Decimal | None
    passed: bool
    rule: str


def chilean_grade(percentage, *, exigency=Decimal(60)):
    """1,0 to 7,0 with one decimal, half up; 4,0 at the exigency (percent needed to pass), and 7,0 where that is all."""
    p, e = _check(percentage, exigency)
    if p < e:
        exact = 1 + 3 * p / e
    elif e < 100:
        exact = 4 + 3 * (p - e) / (100 - e)
    else:
        exact = Fraction(7)
    return Grade(value=_round(exact), passed=p >= e, rule=_name_rule("chile", exigency))


def mexican_grade(percentage, *, exigency=Decimal(60)):
    """0 to 10 with one decimal, half up: a tenth of the percentage. The pass is at a tenth of the exigency."""
    p, e = _check(percentage, exigency)
    return Grade(value=_round(p / 10), passed=p >= e, rule=_name_rule("mexico", exigency))


def pass_or_fail(percentage, *, exigency=Decimal(60)):
    """No number: passed at the exigency, or not."""
    p, e = _check(percentage, exigency)
    return Grade(value=None, passed=p >= e, rule=_name_rule("pass_fail", exigency))


def _check(percentage, exigency):
    p, e = Fraction(percentage), Fraction(exigency)
    if not 0 <= p <= 100 or not 0 <= e <= 100:
        raise ValueError("A percentage and an exigency are from 0 to 100.")
    return p, e


def _round(exact):
    """One decimal, half up, from the exact fraction."""
    tenths = math.floor(exact * 10 + Fraction(1, 2))
    return (Decimal(tenths) / 10).quantize(Decimal("0.1"))


def _name_rule(scale, exigency):
    return f"{scale}-{exigency.normalize():f}"


SCALES = {"chile": chilean_grade, "mexico": mexican_grade, "pass_fail": pass_or_fail}


def local_grade(percentage, *, scale, pass_mark):
    """The Grade of ``percentage`` on the scale called ``scale``, whose pass is at ``pass_mark`` percent."""
    if scale not in SCALES:
        raise ScaleUnknown(scale)
    return SCALES[scale](percentage, exigency=pass_mark)
