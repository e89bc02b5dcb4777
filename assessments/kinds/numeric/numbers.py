"""Numbers as people write them. Pure and exact; a text of a bounded length is read in a bounded time."""

import re
import unicodedata
from fractions import Fraction
from typing import NamedTuple

from assessments.kinds.words import DASHES

# Larger exponents are no answer to any question, and would make numbers of millions of digits.
MOST_EXPONENT = 100
NUMBER = re.compile(r"(?P<sign>[+-]? ?)(?P<digits>[.,][0-9]+|[0-9]+(?:[.,' ][0-9]+)*)[.,]?"
                    r"(?:[eE](?P<exponent>[+-]?[0-9]+))?")


class Written(NamedTuple):
    """``values``: the Fractions that the digits may mean; ``before`` and ``after``: what stands around the number."""

    values: tuple[Fraction, ...]
    before: str
    after: str


def read_number(text):
    """The Written of the first number in ``text``, or None when there is none."""
    text = make_plain(text)
    found = NUMBER.search(text)
    if found is None:
        return None
    exponent = found["exponent"] or "0"
    if len(exponent) > 5 or abs(int(exponent)) > MOST_EXPONENT:
        return None
    factor = Fraction(10) ** int(exponent) * (-1 if "-" in found["sign"] else 1)
    values = tuple(factor * Fraction(reading) for reading in get_readings(found["digits"]))
    return Written(values, text[:found.start()].strip(), text[found.end():].strip()) if values else None


def make_plain(text):
    """With one kind of space, apostrophe and minus, and every decimal digit as 0 to 9; what is raised, as in «m²»,
    stays, because «10²» is not 102."""
    plain = []
    for char in text:
        if char.isdecimal():
            char = str(unicodedata.decimal(char))
        elif char in "´’ʼ′":
            char = "'"
        plain.append(DASHES.get(char, char))
    return " ".join("".join(plain).split())


def get_readings(digits):
    """What a number may mean, as texts that Fraction reads: all of ``1234``, ``1.234,5``, ``1,234.5``, ``1 234,5`` and
    ``1'234,567.8`` (millions in Mexico) mean one thing, whoever wrote them.

    ``1.234`` does not: 1234 in Chile and 1,234 thousandths more than 1 in Mexico, and ``1,234`` the other way round.
    Both readings are returned and an answer is right when either is. The language of the page would not tell, because
    officials of both countries read Spanish; to refuse what somebody wrote as it is written at home is worse than to
    accept it from one whose mistake is a factor of exactly one thousand, written with exactly three decimals."""
    *groups, last = re.split(r"[.,' ]", digits)
    marks = re.findall(r"[.,' ]", digits)
    if not marks:
        return [digits]
    readings = []
    if are_groups([*groups, last], marks):
        readings.append("".join([*groups, last]))
    if marks[-1] in ".," and marks[-1] not in marks[:-1] and (len(marks) == 1 or are_groups(groups, marks[:-1])):
        readings.append(f"{''.join(groups) or '0'}.{last}")
    return readings


def are_groups(groups, marks):
    """Are these thousands, all set off by one mark? The apostrophe stands beside another one."""
    first, *others = groups
    return (0 < len(first) <= 3 and not first.startswith("0") and all(len(group) == 3 for group in others)
            and len(set(marks) - {"'"}) <= 1)
