"""What percentages of points come to, exactly. Pure.

Moodle gives credit in the per cents of a fixed list, written with five decimals (question/engine/bank.php,
``question_bank::fraction_options_full``); 33.33333 is a third there, and is found in the list by a difference of less
than 0.001 (lib/questionlib.php, ``match_grade_options``). The same list and difference count here, with the elevenths
and twelfths that a question with that many options needs; every other percentage is what it says."""

from bisect import bisect
from decimal import Decimal
from fractions import Fraction

PARTS = (1, 3, 6, 7, 9, 11, 12)
LISTED = sorted({Fraction(100 * part, parts) for parts in PARTS for part in range(parts + 1)})
NEAR = Fraction(1, 1000)
# How far a percentage may be from the fraction that it stands for when its decimals were left out: «33» for a third.
ROUNDING = Fraction(1, 2)


def get_share(percent):
    """The Fraction of the points that ``percent`` (a number or a text such as "33.33333") stands for."""
    written = Fraction(percent) if isinstance(percent, (int, str)) else Fraction(Decimal(percent))
    place = bisect(LISTED, abs(written))
    nearest = min(LISTED[max(place - 1, 0):place + 1], key=lambda listed: abs(listed - abs(written)))
    exact = nearest if abs(nearest - abs(written)) < NEAR else abs(written)
    return (-exact if written < 0 else exact) / 100


def get_shares(percents):
    """The Fractions for percentages that are added up. When those above 0 come to 100 but for their rounding (three
    times 33, or 16.7 and 83.3), they are parts of what they come to, so that together they earn exactly everything; so
    are those below 0 where they come to -100."""
    shares = [get_share(percent) for percent in percents]
    for sign in (1, -1):
        of_sign = [share for share in shares if share * sign > 0]
        total = abs(sum(of_sign))
        if total and abs(total - 1) <= len(of_sign) * ROUNDING / 100:
            shares = [share / total if share * sign > 0 else share for share in shares]
    return shares


def is_full(percents):
    """Do percentages that are added up come to all of the points?"""
    return sum(share for share in get_shares(percents) if share > 0) >= 1
