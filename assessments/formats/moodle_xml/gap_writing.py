"""Writes the text of a question with gaps as Moodle has it, and what it shares with other kinds."""

import html
from decimal import Decimal

from assessments.formats.gift.answers import EXACTLY, check_percents
from assessments.formats.gift.writing import write_number
from assessments.formats.model import ALL, QuestionRefused, Text
from assessments.formats.moodle_xml.gaps import MARKER, START, check_brackets, check_gaps, check_weights
from assessments.formats.moodle_xml.marks import need
from assessments.formats.moodle_xml.texts import clean
from assessments.formats.moodle_xml.values import check_percent

# Characters with a meaning in gaps, as entities, which Moodle turns back.
ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "&~#}{\\<>\"'"})


def write_gaps(parts):
    """The Text of a question with gaps, as Moodle has it."""
    found = [int(marker[1]) for marker in MARKER.finditer(parts.text.text)]
    if sorted(found) != list(range(1, len(parts.gaps) + 1)):
        raise QuestionRefused("gaps", "The marks in its text are not exactly its gaps.")
    check_brackets(MARKER.sub("", parts.text.text))
    if START.search(parts.text.text):
        raise QuestionRefused("braces", "Its text has something that Moodle would take for a gap.")
    check_gaps(parts.gaps)
    check_weights(parts.gaps)
    text = MARKER.sub(lambda marker: write_gap(parts.gaps[int(marker[1]) - 1]), parts.text.text)
    return Text(clean(text), parts.text.format, parts.text.images)


def write_gap(gap):
    if gap.weight != int(gap.weight) or not 0 <= gap.weight < 10_000:
        raise QuestionRefused("points", "Moodle's gaps weigh a whole number.")
    if gap.options:
        word = "MULTICHOICE"
        rows = [(make_html(option.text), option.percent, option.feedback) for option in gap.options]
        if len(rows) < 2 or max(option.percent for option in gap.options) != ALL:
            raise QuestionRefused("no_right_answer", "One of its gaps has no option that earns 100%.")
    elif gap.numbers:
        check_percents(gap.numbers)
        word, rows = "NUMERICAL", [(f"{write_number(number.value)}:{write_number(get_tolerance(number))}",
                                    number.percent, number.feedback) for number in gap.numbers]
    else:
        check_percents(gap.answers)
        word = "SHORTANSWER_C" if gap.case else "SHORTANSWER"
        rows = [(join_stars(answer), answer.percent, answer.feedback) for answer in gap.answers]
    rows = [(text, percent, gap.feedback if percent == ALL and not feedback.text else feedback)
            for text, percent, feedback in rows]
    return f"{{{int(gap.weight)}:{word}:{'~'.join(write_row(*row) for row in rows)}}}"


def write_row(text, percent, feedback):
    text = need(clean(text))
    percent = "=" if check_percent(percent) == ALL else f"%{write_number(percent)}%"
    feedback = make_html(feedback).translate(ENTITIES)
    return f"{percent}{text.translate(ENTITIES)}{f'#{feedback}' if feedback else ''}"


def make_html(text):
    """In gaps, Moodle has HTML without a word of the format."""
    if text.images:
        raise QuestionRefused("images", "An option or a feedback in its gaps has an image.")
    if text.format == "markdown":
        raise QuestionRefused("formats", "An option or a feedback in its gaps is in Markdown, and Moodle has HTML.")
    return html.escape(clean(text.text), quote=False) if text.format == "plain" else clean(text.text)


def join_stars(answer):
    """Moodle writes \\* for a * that stands for itself."""
    text = " ".join(need(clean(answer.text)).split())
    if answer.match == "contains":
        raise QuestionRefused("contains", "Moodle has no answer that only contains some words.")
    if answer.match == "wildcard":
        if "\\*" in text:
            raise QuestionRefused("wildcard", "Moodle has no \\ before a * that stands for anything.")
        return text
    return text.replace("*", "\\*")


def get_tolerance(number):
    if number.tolerance < 0:
        raise QuestionRefused("tolerance", "A tolerance is less than 0.")
    if number.tolerance_kind == "absolute":
        return number.tolerance
    return EXACTLY.multiply(number.tolerance, EXACTLY.divide(abs(number.value), Decimal(100)))
