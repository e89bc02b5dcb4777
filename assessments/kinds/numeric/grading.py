from fractions import Fraction

from assessments.grading import check_text
from assessments.kinds.numeric.numbers import read_number
from assessments.kinds.weights import get_share
from assessments.kinds.words import normalise
from assessments.results import Credit

LONGEST = 60


def check(item, response):
    """A text, kept as the person wrote it whether it can be read as a number or not."""
    return check_text(response, longest=LONGEST)


def grade(item, response):
    """The most that any reading of the number earns (numbers.get_readings) by any row of ``answers``, less what the
    unit costs. A row takes what is at most its ``tolerance`` away, its limits included; ``tolerance_kind`` is
    ``absolute`` or ``percent`` of its value.

    The rows are in the unit whose factor is 1. A number in another known unit is converted; one in an unknown unit, or
    that is right only when its unit is left aside, loses ``unit_loss`` per cent of what it earns, and so does one
    without a unit where ``unit_needed``.

    Details: {"readable": is it a number, "answer": id of the row that counted or None, "unit": "", "missing" or
    "wrong", "earned": fraction}."""
    best = Fraction(0), None, ""
    readings = get_quantities(item, response)
    for value, unit in readings:
        kept = 1 - get_share(item["unit_loss"]) if unit else 1
        for row in item["answers"]:
            if is_near(value, row):
                earned = kept * get_share(row["credit"])
                if best[1] is None or earned > best[0]:
                    best = earned, row["id"], unit
    earned, answer, unit = best
    return Credit(earned, {"readable": bool(readings), "answer": answer, "unit": unit, "earned": str(earned)})


def is_near(value, row):
    tolerance = Fraction(row["tolerance"])
    target = Fraction(row["value"])
    if row["tolerance_kind"] == "percent":
        tolerance *= abs(target) / 100
    return abs(value - target) <= tolerance


def get_quantities(item, text):
    """[(Fraction in the unit of the key, what is wrong with its unit)], the likelier ones first; nothing when ``text``
    is no number, or a number with words around it that cannot be a unit."""
    written = read_number(text)
    if written is None or (written.before and written.after):
        return []
    name = written.before or written.after
    if not name:
        return [(value, "missing" if item["unit_needed"] else "") for value in written.values]
    factor = get_factor(item, name)
    if factor is None and (written.before or not item["units"] or any(char.isnumeric() for char in name)):
        return []  # «3/4», «3 or 4»: two numbers are not one with an unknown unit
    as_written = [(value, "wrong") for value in written.values]
    return as_written if factor is None else [(value * factor, "") for value in written.values] + as_written


def get_factor(item, name):
    """The Fraction by which a number in the unit ``name`` is multiplied, or None. Capitals count where they tell units
    apart, as in mg and Mg, and do not in «KM»."""
    for case in (True, False):
        factors = {unit["factor"] for unit in item["units"]
                   if any(normalise(each, case=case) == normalise(name, case=case) for each in unit["names"])}
        if len(factors) == 1:
            return Fraction(factors.pop())
    return None
