from fractions import Fraction

from assessments.grading import check_text
from assessments.kinds.weights import get_share
from assessments.kinds.words import get_all, matches
from assessments.results import Credit

LONGEST = 500


def check(item, response):
    """A text."""
    return check_text(response, longest=LONGEST)


def find_row(item, text):
    """The row of ``answers`` that counts for ``text``: the first one that it matches, so that a trainer can put an
    exception («*not the mayor*», 0%) before a rule («*mayor*», 100%), as in Moodle's short answer."""
    return next((row for row in item["answers"] if any(
        matches(text, answer, way=row["match"], case=item["case"], accents=item["accents"])
        for answer in get_all(row["accepted"]))), None)


def grade(item, response):
    """The credit of the row that counts, else nothing. Details: {"answer": its id or None, "earned": fraction}."""
    row = find_row(item, response) if response else None
    earned = get_share(row["credit"]) if row else Fraction(0)
    return Credit(earned, {"answer": row and row["id"], "earned": str(earned)})
