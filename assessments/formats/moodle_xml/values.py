"""The single values that stand in Moodle XML."""

from decimal import Decimal

from assessments.formats.gift.answers import LONGEST_NUMBER, NUMBER, STAR
from assessments.formats.model import ALL, NONE, Answer, QuestionRefused
from assessments.formats.weights import round_percent

MOST_ANSWERS = 100


def read_switch(written):
    """Yes or no, as Moodle takes it."""
    return written.strip() not in ("", "0", "false")


def read_decimal(written, reason, *, default):
    """With a point or a comma before the decimals."""
    written = written.strip().replace(" ", "")
    if not written:
        return default
    if written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    if len(written) > LONGEST_NUMBER or not NUMBER.fullmatch(written):
        raise QuestionRefused(reason, f"“{written[:LONGEST_NUMBER]}” is not a number.")
    return Decimal(written)


def read_percent(node):
    return check_percent(read_decimal(node.attributes.get("fraction", ""), "weight", default=NONE))


def check_percent(percent):
    if abs(percent) > ALL:
        raise QuestionRefused("weight", "A percentage is more than 100 or less than -100.")
    return round_percent(percent)


def find_answers(node, tag="answer"):
    answers = node.find_all(tag)
    if len(answers) > MOST_ANSWERS:
        raise QuestionRefused("too_many_options", f"It has more than {MOST_ANSWERS} answers.")
    return answers


def make_answer(text, percent, feedback):
    """A * stands for anything, and \\* for itself."""
    text = " ".join(text.split())
    if not STAR.search(text):
        return Answer(text.replace("\\*", "*"), percent, feedback)
    if "\\*" in text:
        raise QuestionRefused("wildcard", "An answer has a * that stands for anything and one that stands for itself.")
    return Answer(text, percent, feedback, "wildcard")
