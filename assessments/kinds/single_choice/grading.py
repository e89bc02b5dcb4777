from fractions import Fraction

from assessments.grading import check_ids
from assessments.kinds.penalties import get_penalty
from assessments.results import Credit


def check(item, response):
    """A list of at most one option id."""
    return check_ids(response, [option["id"] for option in item["options"]], most=1)


def grade(item, response):
    """All of the points or none; a wrong option costs the penalty of the item."""
    right = {option["id"] for option in item["options"] if option["correct"]}
    if not response:
        return Credit(Fraction(0))
    if right.issuperset(response):
        return Credit(Fraction(1))
    return Credit(-get_penalty(item.get("penalty", "none"), len(item["options"])))
