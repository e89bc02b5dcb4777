from fractions import Fraction

from assessments.grading import check_ids
from assessments.kinds.penalties import get_penalty
from assessments.kinds.weights import get_share
from assessments.results import Credit


def check(item, response):
    """A list of at most one option id."""
    return check_ids(response, [option["id"] for option in item["options"]], most=1)


def grade(item, response):
    """All of the points or none; a wrong option costs the penalty of the item. With the penalty ``weights`` the chosen
    option earns its own ``percent``, which may be less than 0, as in Moodle's multiple choice with one answer."""
    right = {option["id"] for option in item["options"] if option["correct"]}
    if not response:
        return Credit(Fraction(0))
    if item.get("penalty") == "weights":
        return Credit(next(get_share(option["percent"]) for option in item["options"] if option["id"] in response))
    if right.issuperset(response):
        return Credit(Fraction(1))
    return Credit(-get_penalty(item.get("penalty", "none"), len(item["options"])))
