from fractions import Fraction

from assessments.grading import check_pairs
from assessments.kinds.points import check_point
from assessments.results import Credit

# The least part of its statements that has to be answered for a mean. Graham (2009, «Missing data analysis: making it
# work in the real world», Annual Review of Psychology 60) accepts the mean of the statements that were answered where a
# high proportion of them was, and never less than half; two thirds is stricter than that common «half rule».
LEAST_ANSWERED = Fraction(2, 3)


def check(item, response):
    """{statement id: point}, points from 1 to the number of labels."""
    most = len(item["labels"])
    return check_pairs(response, [option["id"] for option in item["options"]], lambda point: check_point(point, most))


def grade(item, response):
    """No points: nothing is right or wrong. ``details``: ``mean`` of all statements, and in ``subscales`` {id: {mean,
    answered, items}}. A mean is the person's mean over the statements answered (Likert 1932, «A technique for the
    measurement of attitudes», sums them; the mean stays on the scale of the answers), statements in reverse recoded
    first, rounded half up to two decimals as text; None where fewer than LEAST_ANSWERED of them were answered."""
    most = len(item["labels"])
    recoded = {option["id"]: most + 1 - response[option["id"]] if option["reverse"] else response[option["id"]]
               for option in item["options"] if option["id"] in response}
    subscales = {}
    for subscale in item["subscales"]:
        statements = [option["id"] for option in item["options"] if option["subscale"] == subscale["id"]]
        answered = [recoded[statement] for statement in statements if statement in recoded]
        subscales[subscale["id"]] = {"mean": get_mean(answered, len(statements)), "answered": len(answered),
                                     "items": len(statements)}
    return Credit(Fraction(0), details={
        "subscales": subscales, "mean": get_mean(list(recoded.values()), len(item["options"]))})


def get_mean(points, statements):
    """The mean of the ``points`` given to so many ``statements`` as text («3.25»), or None."""
    if not points or Fraction(len(points), statements) < LEAST_ANSWERED:
        return None
    hundredths = (Fraction(sum(points), len(points)) * 100 + Fraction(1, 2)).__floor__()
    return f"{hundredths // 100}.{hundredths % 100:02d}"
