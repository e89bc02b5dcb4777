"""Pure grading of frozen forms: no database, clock, request or randomness.

An item is the content of a QuestionVersion::

    {"kind": "multiple_choice", "options": [{"id": "…", "correct": true, …}, …], …}

and a response is the list of the ids of the chosen options. Every item is worth one point."""

from fractions import Fraction

from assessments.results import ItemResult, Result

KINDS = ("single_choice", "multiple_choice", "true_false")


class AnswerRefused(ValueError):
    """A response that no honest form can send. ``reason`` is a stable word: ``shape``, ``unknown_option``,
    ``repeated_option`` or ``too_many_options``."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def check_response(item, response):
    """Return ``response`` as a list of option ids in the order of the item, or raise AnswerRefused. ``item``: an item,
    or its entry in the form of an attempt, whose options are only ids."""
    if not isinstance(response, list) or not all(isinstance(option, str) for option in response):
        raise AnswerRefused("shape")
    known = [option if isinstance(option, str) else option["id"] for option in item["options"]]
    if not set(response) <= set(known):
        raise AnswerRefused("unknown_option")
    if len(set(response)) != len(response):
        raise AnswerRefused("repeated_option")
    if item["kind"] != "multiple_choice" and len(response) > 1:
        raise AnswerRefused("too_many_options")
    return [option for option in known if option in response]


def grade_item(item, response):
    """An ItemResult of at most one point. ``response`` is a list of option ids, empty when not answered.

    Multiple choice gives partial credit as right minus wrong: each right option earns 1/r of the r right ones, each
    wrong option costs 1/w of the w wrong ones, and nothing goes below 0. Choosing everything, or choosing blindly,
    earns 0 on average. Raises AnswerRefused."""
    chosen = set(check_response(item, response))
    right = {option["id"] for option in item["options"] if option["correct"]}
    if item["kind"] == "multiple_choice":
        wrong = {option["id"] for option in item["options"]} - right
        score = Fraction(len(chosen & right), len(right))
        if wrong:
            score -= Fraction(len(chosen & wrong), len(wrong))
    else:
        score = Fraction(bool(chosen & right))
    return ItemResult(score=max(score, Fraction(0)), maximum=Fraction(1), answered=bool(chosen))


def grade(items, responses):
    """The Result of a frozen form. ``items``: contents in the order of the form; ``responses``: {position: list of
    option ids}, positions from 0, missing ones count as not answered. Raises AnswerRefused."""
    return Result(items=tuple(grade_item(item, responses.get(position, [])) for position, item in enumerate(items)))
