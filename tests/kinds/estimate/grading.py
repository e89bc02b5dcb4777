from fractions import Fraction

from assessments.grading import AnswerRefused
from assessments.results import Credit


def check(item, response):
    """A whole number from 0 to 100 as {"percent": n}, or {} when nothing was answered."""
    if response in (None, {}, ""):
        return {}
    if not isinstance(response, dict) or set(response) != {"percent"}:
        raise AnswerRefused("shape")
    percent = response["percent"]
    if isinstance(percent, bool) or not isinstance(percent, int) or not 0 <= percent <= 100:
        raise AnswerRefused("shape")
    return {"percent": percent}


def grade(item, response):
    """Everything at the right figure, nothing from ``reach`` points away from it, in between by the distance."""
    if not response:
        return Credit(Fraction(0))
    distance = abs(response["percent"] - item["right"])
    return Credit(max(1 - Fraction(distance, item["reach"]), Fraction(0)), {"distance": distance})
