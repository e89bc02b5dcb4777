from fractions import Fraction

from assessments.grading import check_ids
from assessments.kinds.weights import get_shares
from assessments.results import Credit

LEAST_OF_WEIGHTS = {"weights": Fraction(0), "weights_negative": Fraction(-1)}


def check(item, response):
    """A list of different option ids."""
    return check_ids(response, [option["id"] for option in item["options"]])


def grade(item, response):
    """By the item's ``scoring``:

    ``balanced``: right minus wrong; each right option earns 1/r of the r right ones, each wrong one costs 1/w of the w
    wrong ones, and nothing goes below 0, so that choosing everything, or blindly, earns 0 on average.
    ``right_only``: 1/r for each right option, nothing when more are chosen than are right.
    ``all_or_nothing``: exactly the right ones.
    ``negative``: as balanced, and it may go below 0 down to -1: the trainer's penalty.
    ``weights``: the ``percent`` of the chosen ones added up, from 0 to 1, as in Moodle's multiple choice with several
    answers.
    ``weights_negative``: as weights, and it may go below 0 down to -1: the trainer's penalty."""
    chosen = set(response)
    scoring = item.get("scoring", "balanced")
    if scoring in LEAST_OF_WEIGHTS:
        return Credit(grade_weights(item, chosen, LEAST_OF_WEIGHTS[scoring]))
    right = {option["id"] for option in item["options"] if option["correct"]}
    wrong = {option["id"] for option in item["options"]} - right
    if scoring == "all_or_nothing":
        return Credit(Fraction(chosen == right))
    earned = Fraction(len(chosen & right), len(right))
    if scoring == "right_only":
        return Credit(earned if len(chosen) <= len(right) else Fraction(0))
    if wrong:
        earned -= Fraction(len(chosen & wrong), len(wrong))
    return Credit(earned if scoring == "negative" else max(earned, Fraction(0)))


def grade_weights(item, chosen, least):
    shares = get_shares([option["percent"] for option in item["options"]])
    earned = sum((share for option, share in zip(item["options"], shares, strict=True) if option["id"] in chosen),
                 Fraction(0))
    return min(max(earned, least), Fraction(1))
