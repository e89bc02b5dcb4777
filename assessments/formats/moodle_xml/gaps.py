"""Texts with gaps: Moodle's «embedded answers (Cloze)», as in

    The capital of Chile is {1:SHORTANSWER:=Santiago#Right~%50%Santiago de Chile}.

and the types «select missing words» and «drag and drop into text», whose gaps are [[1]], [[2]] … in the text and whose
choices stand in groups beside it.

Where an answer begins and ends is decided as Moodle decides it: a ~, # or } ends it, unless a backslash stands before
it, or an & as in ``&#125;``."""

import re
from html import unescape

from assessments.formats.gift.answers import check_percents
from assessments.formats.model import (
    ALL,
    EMPTY,
    NONE,
    Gap,
    GapFill,
    Number,
    Option,
    QuestionRefused,
    Text,
)
from assessments.formats.moodle_xml.texts import clean, read_string
from assessments.formats.moodle_xml.values import check_percent, find_answers, make_answer, read_decimal, read_switch

SHORT, EXACT_SHORT, NUMBER, CHOICE, CHOICES = "short", "exact", "number", "choice", "choices"
TYPES = (dict.fromkeys(("SHORTANSWER", "SA", "MW"), SHORT) | dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), EXACT_SHORT)
         | dict.fromkeys(("NUMERICAL", "NM"), NUMBER)
         | {f"{word}{way}": CHOICE for word in ("MULTICHOICE_", "MC") for way in ("V", "H", "S", "VS", "HS")}
         | dict.fromkeys(("MULTICHOICE", "MC"), CHOICE)
         | {f"{word}{way}": CHOICES for word in ("MULTIRESPONSE_", "MR") for way in ("H", "S", "HS")}
         | dict.fromkeys(("MULTIRESPONSE", "MR"), CHOICES))
START = re.compile(rf"\{{([0-9]{{0,4}}):({'|'.join(sorted(TYPES, key=len, reverse=True))}):")
WEIGHT = re.compile(r"=|%(-?[0-9]{1,4}(?:[.,][0-9]{0,10})?)%")
ANSWER_END = re.compile(r"(?<!\\)(?<!&)(?<!&amp;)[~#}]")
FEEDBACK_END = re.compile(r"(?<!\\)[~}]")
ESCAPE = re.compile(r"\\([}#~])")
MARKER = re.compile(r"\[\[([0-9]{1,3})\]\]")
MOST_GAPS = 30


def read_cloze(node, stem, remarks):
    pieces, gaps, place, accents = [], [], 0, read_switch(node.get("accents", "true"))
    while (start := START.search(stem.text, place)) and (found := read_alternatives(stem.text, start.end())):
        alternatives, end = found
        gaps.append(make_gap(start[1], TYPES[start[2]], alternatives, accents, remarks))
        check_gaps(gaps)
        pieces += [check_brackets(stem.text[place:start.start()]), f"[[{len(gaps)}]]"]
        place = end
    if not gaps:
        raise QuestionRefused("no_gaps", "There is no {1:…} in its text that Moodle would make a gap of.")
    pieces.append(check_brackets(stem.text[place:]))
    check_weights(gaps)
    return "gap_fill", GapFill(Text("".join(pieces), stem.format, stem.images), tuple(gaps))


def check_gaps(gaps):
    if len(gaps) > MOST_GAPS:
        raise QuestionRefused("too_many_gaps", f"It has more than {MOST_GAPS} gaps.")


def check_weights(gaps):
    if not any(gap.weight for gap in gaps):
        raise QuestionRefused("points", "None of its gaps earns anything.")


def check_brackets(text):
    if "[[" in text or "]]" in text:
        raise QuestionRefused("brackets", "Its text has [[ or ]], which mark the gaps here.")
    return text


def read_alternatives(text, place):
    """([(percentage as it is written, answer, feedback)], where the gap ends), or None when it has no end."""
    found = []
    while True:
        while text.startswith("~", place):
            place += 1
        weight = WEIGHT.match(text, place)
        start = weight.end() if weight else place
        end = ANSWER_END.search(text, start + 1)
        if end is None:
            return None
        answer, feedback = text[start:end.start()], ""
        if end[0] == "#":
            start = end.end()
            end = FEEDBACK_END.search(text, start)
            if end is None:
                return None
            feedback = text[start:end.start()]
        found.append((weight[0].strip("%") if weight else "0", show(answer), show(feedback)))
        place = end.end()
        if end[0] == "}":
            return found, place


def show(written):
    return clean(unescape(ESCAPE.sub(r"\1", written)))


def make_gap(weight, kind, alternatives, accents, remarks):
    if kind == CHOICES:
        raise QuestionRefused("multiresponse", "In one of its gaps several options can be chosen.")
    weight = read_decimal(weight, "points", default=ALL / 100)
    found = [(ALL if percent == "=" else check_percent(read_decimal(percent, "weight", default=NONE)), answer,
              Text(feedback, "html") if feedback else EMPTY) for percent, answer, feedback in alternatives if answer]
    if kind == CHOICE:
        return make_choice_gap(found, weight)
    if kind == NUMBER:
        return make_number_gap(found, weight, remarks)
    answers = tuple(make_answer(answer, percent, feedback) for percent, answer, feedback in found)
    check_percents(answers)
    return Gap(answers, case=kind == EXACT_SHORT, accents=accents, weight=weight)


def make_choice_gap(found, weight):
    if len(found) < 2:
        raise QuestionRefused("too_few_options", "One of its gaps has fewer than two options.")
    if max(percent for percent, _answer, _feedback in found) != ALL:
        raise QuestionRefused("no_right_answer", "In one of its gaps no option earns 100%.")
    return Gap(options=tuple(Option(Text(answer, "html"), percent, feedback) for percent, answer, feedback in found),
               weight=weight)


def make_number_gap(found, weight, remarks):
    numbers = []
    for percent, answer, feedback in found:
        if answer != "*":
            value, _mark, tolerance = answer.partition(":")
            numbers.append(Number(read_decimal(value, "not_a_number", default=NONE),
                                  abs(read_decimal(tolerance, "tolerance", default=NONE)), percent, feedback))
        elif percent:
            raise QuestionRefused("any_number", "Every number earns something.")
        elif feedback.text:
            remarks.add("gap_feedback", "The feedback to every other number in a gap is left out.")
    check_percents(numbers)
    return Gap(numbers=tuple(numbers), weight=weight)


def read_select(node, stem, remarks):
    """A marker is the number of the right choice; the gap offers all of its group."""
    choices = [(read_string(each), each.get("group", "1")) for tag in ("selectoption", "dragbox")
               for each in find_answers(node, tag)]
    gaps = []

    def number(marker):
        right = int(marker[1])
        if not 1 <= right <= len(choices) or not choices[right - 1][0]:
            raise QuestionRefused("no_right_answer", f"{marker[0]} has no choice.")
        gaps.append(make_select_gap(choices, right - 1))
        check_gaps(gaps)
        return f"[[{len(gaps)}]]"

    text = MARKER.sub(number, stem.text)
    check_brackets(MARKER.sub("", text))
    if not gaps:
        raise QuestionRefused("no_gaps", "Its text has no gap.")
    return "gap_fill", GapFill(Text(text, stem.format, stem.images), tuple(gaps))


def make_select_gap(choices, right):
    options = tuple(Option(Text(text, "html"), ALL if place == right else NONE)
                    for place, (text, group) in enumerate(choices) if text and group == choices[right][1])
    if len(options) < 2:
        raise QuestionRefused("too_few_options", "One of its gaps has fewer than two options.")
    return Gap(options=options)
