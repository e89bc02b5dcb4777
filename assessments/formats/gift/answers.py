"""What stands between the braces of GIFT, for each kind of question. A reader takes it with escaped characters hidden,
and the format of the stem, and returns (kind, parts, warnings)."""

import re
from decimal import Context, Decimal

from assessments.formats.gift.marks import show, show_text
from assessments.formats.model import (
    ALL,
    NONE,
    Answer,
    Choice,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    QuestionRefused,
    Remark,
    ShortText,
    TrueFalse,
)
from assessments.formats.weights import get_remarks, get_scoring, round_percent

WEIGHT = re.compile(r"%(-*[0-9]{1,2}\.?[0-9]*)%")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
STAR = re.compile(r"(?<!\\)\*")
# «3,5», and not «1,500», which may be a whole number.
COMMA = re.compile(r"(?<![0-9,])(?<![0-9]\.)([0-9]{1,30}),([0-9]{1,2}|[0-9]{4,30})(?![0-9,])")
DECIMAL_COMMA = Remark("decimal_comma", "The decimals of a number follow a comma, which Moodle does not read.")
LONGEST_NUMBER = 60
# Enough for the exact middle of any two numbers of that length.
EXACTLY = Context(prec=400)
ORDERING = re.compile(r">\s*([0-9]+)[^\S\n]*((?:(?:[A-Z_]+|[01]|none|123|abc|iii)\b[^\S\n]*)*)")
ORDERING_SCORINGS = {"ABSOLUTE_POSITION": "positions", "ABSOLUTE": "positions", "ABS": "positions",
                     "RELATIVE_NEXT_EXCLUDE_LAST": "adjacent", "ALL_OR_NOTHING": "exact"}
MOST_SHOWN = 6


def read_essay(inner, style):
    return "long_text", LongText(), ()


def read_choice(inner, style):
    """One may be chosen when there is an «=», as in Moodle."""
    single = "=" in inner
    options = [read_option(piece, style) for piece in inner.replace("=", "~=").split("~") if piece.strip()]
    options = tuple(option for option in options if option.text.text)
    percents = [option.percent for option in options]
    choice = Choice(options, get_scoring(percents, single=single))
    return "single_choice" if single else "multiple_choice", choice, get_remarks(percents, single=single)


def read_option(piece, style):
    piece = piece.strip()
    if piece.startswith("="):
        percent, piece = ALL, piece[1:]
    else:
        percent, piece = split_weight(piece, NONE)
    text, _mark, feedback = piece.partition("#")
    return Option(show_text(text, style), percent, show_text(feedback, style))


def split_weight(piece, default):
    """(percentage, rest) of «%50%rest»."""
    found = WEIGHT.match(piece)
    if found is None:
        return default, piece
    if len(found[1]) > 12 or found[1].startswith("--"):
        raise QuestionRefused("weight", "A percentage is not a number from -100 to 100.")
    return round_percent(Decimal(found[1])), piece[found.end():]


def read_matching(inner, style):
    pairs, extras = [], []
    for piece in inner.split("="):
        prompt, mark, match = piece.partition("->")
        if not piece.strip():
            continue
        if not mark:
            raise QuestionRefused("pair", "A pair has no -> between its two texts.")
        prompt, match = show_text(prompt, style), show(match)
        if prompt.text and not match:
            raise QuestionRefused("empty_match", "A prompt has nothing that matches it.")
        if prompt.text:
            pairs.append(Pair(prompt, match))
        elif match:
            extras.append(match)
    if len(pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    return "matching", Matching(tuple(pairs), tuple(extras)), ()


def read_true_false(inner, style):
    """{TRUE#feedback to the wrong answer#feedback to the right one}"""
    word, wrong, right = (*inner.split("#", 2), "", "")[:3]
    wrong, right = show_text(wrong, style), show_text(right, style)
    if word.strip() in ("T", "TRUE"):
        return "true_false", TrueFalse(True, when_true=right, when_false=wrong), ()
    return "true_false", TrueFalse(False, when_true=wrong, when_false=right), ()


def read_short_text(inner, style):
    answers = [read_answer(piece, style) for piece in inner.split("=") if piece.strip()]
    answers = tuple(answer for answer in answers if answer.text)
    check_percents(answers)
    return "short_text", ShortText(answers), ()


def read_answer(piece, style):
    """A * stands for anything, and \\* for itself."""
    percent, piece = split_weight(piece.strip(), ALL)
    text, _mark, feedback = piece.partition("#")
    text = show_text(text).text
    feedback = show_text(feedback, style)
    if not STAR.search(text):
        return Answer(text.replace("\\*", "*"), percent, feedback)
    if "\\*" in text:
        raise QuestionRefused("wildcard", "An answer has a * that stands for anything and one that stands for itself.")
    return Answer(text, percent, feedback, "wildcard")


def check_percents(answers):
    if not answers:
        raise QuestionRefused("no_answers", "It has no answers.")
    if any(not NONE <= answer.percent <= ALL for answer in answers):
        raise QuestionRefused("weight", "A percentage of an answer is less than 0 or more than 100.")
    if all(answer.percent < ALL for answer in answers):
        raise QuestionRefused("no_right_answer", "No answer earns 100%.")


def read_numeric(inner, style):
    """What follows a ~ is the feedback to any other number."""
    inner, _mark, rest = inner[1:].partition("~")
    otherwise = show_text(rest.partition("#")[2], style)
    answers, warnings = [], ()
    for piece in inner.split("="):
        if not piece.strip():
            continue
        percent, piece = split_weight(piece.strip(), ALL)
        text, _mark, feedback = piece.partition("#")
        text, feedback = show_text(text).text, show_text(feedback, style)
        if (pointed := COMMA.sub(r"\1.\2", text)) != text:
            text, warnings = pointed, (DECIMAL_COMMA,)
        if text != "*":
            answers.append(Number(*read_number(text), percent, feedback))
        elif percent != NONE:
            raise QuestionRefused("any_number", "Every number earns something.")
        elif feedback.text:
            otherwise = feedback
    check_percents(answers)
    return "numeric", Numeric(tuple(answers), otherwise), warnings


def read_number(text):
    """(value, tolerance) of «3», «3:0.5» and «2.5..3.5»."""
    if text.find("..") > 0:
        least, _mark, most = text.partition("..")
        least, most = read_decimal(least), read_decimal(most)
        value = EXACTLY.divide(EXACTLY.add(least, most), Decimal(2))
        tolerance = EXACTLY.subtract(most, value)
    else:
        value, mark, tolerance = text.partition(":")
        value, tolerance = read_decimal(value), read_decimal(tolerance) if mark else NONE
    if tolerance < 0:
        raise QuestionRefused("tolerance", "A range ends before it begins, or a tolerance is less than 0.")
    return value, tolerance


def read_decimal(text):
    text = text.strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise QuestionRefused("not_a_number", f"“{text[:LONGEST_NUMBER]}” is not a number. Decimals follow a point.")
    return Decimal(text)


def read_ordering(inner, style):
    """{>3 ALL VERTICAL ABSOLUTE_POSITION SHOW none and then a line for each item}, of Moodle's ordering question."""
    header = ORDERING.match(inner)
    items = tuple(show_text(line) for line in inner[header.end():].split("\n") if line.strip())
    words = header[2].split()
    if len(items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    if get_shown(header[1], words, len(items)) < len(items):
        raise QuestionRefused("subset", "Only some of its items are shown, others to each person.")
    grading = [word for word in words if word in ORDERING_SCORINGS or word.startswith(("RELATIVE_", "LONGEST_"))]
    scoring = ORDERING_SCORINGS.get(grading[0]) if grading else "adjacent"
    if scoring is None:
        raise QuestionRefused("scoring", "There is no such way to score an order.")
    return "ordering", Ordering(items, scoring), ()


def get_shown(number, words, items):
    """How many of the items Moodle shows."""
    if "ALL" in words or "EXACT" in words:
        return items
    number = int(number) if len(number) < 10 else 0
    return number if 2 <= number <= items else min(MOST_SHOWN, items)


READERS = {"essay": read_essay, "multichoice": read_choice, "match": read_matching, "truefalse": read_true_false,
           "shortanswer": read_short_text, "numerical": read_numeric, "ordering": read_ordering}
