from fractions import Fraction

from assessments.grading import check_pairs, check_text
from assessments.kinds.numeric.numbers import read_number
from assessments.kinds.weights import get_share
from assessments.kinds.words import get_all, matches
from assessments.results import Credit

LONGEST = 200


def check(item, response):
    """{gap id: text}."""
    return check_pairs(response, [gap["id"] for gap in item["gaps"]], lambda text: check_text(text, longest=LONGEST))


def is_right(gap, text):
    return fits(gap, gap, text)


def fits(gap, row, text):
    """Does ``text`` fit what ``row`` accepts, the gap itself or one of its ``others``? With a ``tolerance``, what is
    accepted are numbers."""
    answers = get_all(row["accepted"])
    if row.get("tolerance") is None:
        return any(matches(text, answer, case=gap["case"], accents=gap["accents"]) for answer in answers)
    tolerance = Fraction(row["tolerance"])
    return any(abs(value - wanted) <= tolerance for value in read_values(text) for answer in answers
               for wanted in read_values(answer))


def read_values(text):
    """What a number may mean; nothing when ``text`` is no number, or has words around it."""
    written = read_number(text)
    return written.values if written and not written.before and not written.after else ()


def earn(gap, text):
    """(Fraction of the gap, id of the one of its ``others`` that counted or None)."""
    if is_right(gap, text):
        return Fraction(1), None
    other = next((other for other in gap.get("others", ()) if fits(gap, other, text)), None)
    return (get_share(other["credit"]), other["id"]) if other else (Fraction(0), None)


def grade(item, response):
    """1/n for each right one of n gaps, or its ``weight`` of the sum of the weights: a cloze is scored gap by gap and a
    wrong word costs no more than an empty one (Brown 1980, «Relative merits of four methods for scoring cloze tests»,
    Modern Language Journal 64(3): acceptable words count as much as the expected one). An answer that is one of the
    ``others`` of its gap earns its credit. Details: {"right": [ids of the right gaps], "others": {id of a gap: id of
    the other answer}}, the second where there are any."""
    earned, right, others = Fraction(0), [], {}
    for gap in item["gaps"]:
        if gap["id"] not in response:
            continue
        share, other = earn(gap, response[gap["id"]])
        earned += share * Fraction(gap.get("weight", 1))
        if share == 1:
            right.append(gap["id"])
        if other:
            others[gap["id"]] = other
    total = sum(Fraction(gap.get("weight", 1)) for gap in item["gaps"])
    return Credit(earned / total, {"right": right} | ({"others": others} if others else {}))
