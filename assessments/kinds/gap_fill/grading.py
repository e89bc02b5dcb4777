from fractions import Fraction

from assessments.grading import check_pairs, check_text
from assessments.kinds.words import get_all, matches
from assessments.results import Credit

LONGEST = 200


def check(item, response):
    """{gap id: text}."""
    return check_pairs(response, [gap["id"] for gap in item["gaps"]], lambda text: check_text(text, longest=LONGEST))


def is_right(gap, text):
    return any(matches(text, answer, case=gap["case"], accents=gap["accents"]) for answer in get_all(gap["accepted"]))


def grade(item, response):
    """1/n for each right one of n gaps: a cloze is scored gap by gap and a wrong word costs no more than an empty one
    (Brown 1980, «Relative merits of four methods for scoring cloze tests», Modern Language Journal 64(3): acceptable
    words count as much as the expected one). Details: {"right": [ids of the right gaps]}."""
    right = [gap["id"] for gap in item["gaps"] if gap["id"] in response and is_right(gap, response[gap["id"]])]
    return Credit(Fraction(len(right), len(item["gaps"])), {"right": right})
