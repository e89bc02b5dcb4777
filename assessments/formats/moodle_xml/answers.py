"""What the questions of each type of Moodle have beside their text. A reader takes the Node, the Text and the Remarks
of a question and returns (kind, parts)."""

from decimal import Decimal

from assessments.formats.gift.answers import MOST_SHOWN, ORDERING_SCORINGS, check_percents
from assessments.formats.model import (
    ALL,
    EMPTY,
    NONE,
    Choice,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    QuestionRefused,
    ShortText,
    TrueFalse,
    Unit,
)
from assessments.formats.moodle_xml.gaps import read_cloze, read_select
from assessments.formats.moodle_xml.texts import clean, read_string, read_text
from assessments.formats.moodle_xml.values import (
    find_answers,
    make_answer,
    read_decimal,
    read_percent,
    read_switch,
)
from assessments.formats.weights import get_remarks, get_scoring

ORDERING_NUMBERS = {"-1": "exact", "0": "positions", "1": "adjacent", "": "adjacent", "RELATIVE": "adjacent"}
SHOW_ALL = ("ALL", "EXACT", "0")


def read_feedback(node, stem, remarks):
    return read_text(node.find("feedback"), remarks, stem.format)


def read_options(node, stem, remarks):
    options = [Option(read_text(each, remarks, stem.format), read_percent(each), read_feedback(each, stem, remarks))
               for each in find_answers(node)]
    return tuple(option for option in options if option.text.text)


def read_choice(node, stem, remarks):
    single = read_switch(node.get("single", "true"))
    options = read_options(node, stem, remarks)
    percents = [option.percent for option in options]
    choice = Choice(options, get_scoring(percents, single=single))
    for remark in get_remarks(percents, single=single):
        remarks.add(remark.reason, remark.sentence)
    return "single_choice" if single else "multiple_choice", choice


def read_choice_set(node, stem, remarks):
    """Of the plugin «All-or-nothing multiple choice»."""
    options = read_options(node, stem, remarks)
    if len(options) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if all(option.percent <= NONE for option in options):
        raise QuestionRefused("no_right_answer", "No option is right.")
    return "multiple_choice", Choice(options, "all_or_nothing")


def read_true_false(node, stem, remarks):
    """Old files have the words of a language in place of true and false, the first one for true."""
    answer, feedback = None, {}
    for place, each in enumerate(find_answers(node)):
        word = read_string(each)
        if word not in ("true", "false"):
            word = "false" if place else "true"
        is_right = read_percent(each) == ALL
        answer = is_right if word == "true" else not is_right
        feedback[word] = read_feedback(each, stem, remarks)
    if len(feedback) < 2:
        raise QuestionRefused("no_answers", "It does not have an answer for true and one for false.")
    return "true_false", TrueFalse(answer, feedback["true"], feedback["false"])


def read_short_text(node, stem, remarks):
    answers = [make_answer(read_string(each), read_percent(each), read_feedback(each, stem, remarks))
               for each in find_answers(node)]
    answers = tuple(answer for answer in answers if answer.text)
    check_percents(answers)
    accents = read_switch(node.get("accents", "true"))
    return "short_text", ShortText(answers, read_switch(node.get("usecase")), accents)


def read_numeric(node, stem, remarks):
    answers, otherwise = [], EMPTY
    for each in find_answers(node):
        text, percent = read_string(each) or each.text.strip(), read_percent(each)
        feedback = read_feedback(each, stem, remarks)
        if text not in ("*", ""):
            tolerance = abs(read_decimal(each.get("tolerance"), "tolerance", default=NONE))
            answers.append(Number(read_decimal(text, "not_a_number", default=NONE), tolerance, percent, feedback))
        elif percent:
            raise QuestionRefused("any_number", "Every number earns something.")
        elif feedback.text:
            otherwise = feedback
    check_percents(answers)
    units = read_units(node)
    loss = read_unit_loss(node, answers) if units else NONE
    if units and node.get("showunits") in ("1", "2"):
        remarks.add("units_written", "In the file, the unit is chosen from a list; here, it is written.")
    return "numeric", Numeric(tuple(answers), otherwise, units, bool(loss), loss)


def read_units(node):
    """In Moodle the number of the key is multiplied to get it in another unit; here the one that was answered is."""
    units = {}
    for each in (unit for group in node.find_all("units") for unit in group.find_all("unit")):
        name = clean(each.get("unit_name"))
        multiplier = each.find("multiplier")
        written = multiplier.attributes.get("factor", "") if multiplier is not None else ""
        if written:
            factor = read_decimal(written, "units", default=None)
        else:
            factor = invert(read_decimal(each.get("multiplier"), "units", default=Decimal(1)))
        if name and factor:
            units.setdefault(factor, []).append(name)
    if not units:
        return ()
    if Decimal(1) not in units:
        raise QuestionRefused("units", "None of its units has the multiplier 1.")
    return tuple(Unit(tuple(dict.fromkeys(names)), factor) for factor, names in units.items())


def invert(multiplier):
    if multiplier <= 0:
        raise QuestionRefused("units", "The multiplier of a unit is not more than 0.")
    return (1 / multiplier).normalize()


def read_unit_loss(node, answers):
    """The percentage of what was earned that a missing or wrong unit costs."""
    way = node.get("unitgradingtype", "0")
    loss = read_decimal(node.get("unitpenalty"), "units", default=Decimal("0.1")) * 100
    if way == "0":
        return NONE
    if not NONE <= loss <= ALL:
        raise QuestionRefused("units", "What a wrong unit costs is less than nothing or more than everything.")
    if way == "2" and any(answer.percent not in (NONE, ALL) for answer in answers):
        raise QuestionRefused("units", "A wrong unit costs a part of all points, not of what the number earns.")
    return loss.normalize()


def read_matching(node, stem, remarks):
    pairs, extras = [], []
    for each in find_answers(node, "subquestion"):
        prompt, match = read_text(each, remarks, stem.format), " ".join(read_string(each.find("answer")).split())
        if prompt.text and not match:
            raise QuestionRefused("empty_match", "A prompt has nothing that matches it.")
        if prompt.text:
            pairs.append(Pair(prompt, match))
        elif match:
            extras.append(match)
    if len(pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    return "matching", Matching(tuple(pairs), tuple(extras))


def read_ordering(node, stem, remarks):
    """In the order of the file, as Moodle's plugin reads it."""
    found = find_answers(node)
    items = tuple(item for item in (read_text(each, remarks, stem.format) for each in found) if item.text)
    if len(items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    if get_shown(node, len(items)) < len(items):
        raise QuestionRefused("subset", "Only some of its items are shown, others to each person.")
    if any(read_feedback(each, stem, remarks).text for each in found):
        remarks.add("item_feedback", "The feedback to single items is left out.")
    way = node.get("gradingtype")
    scoring = (ORDERING_SCORINGS | ORDERING_NUMBERS).get(way)
    if scoring is None:
        sentence = "Here there is no such way to score an order"
        raise QuestionRefused("scoring", f"{sentence}: {way[:60]}.")
    return "ordering", Ordering(items, scoring)


def get_shown(node, items):
    """How many of the items Moodle shows."""
    if node.get("selecttype", "ALL") in SHOW_ALL:
        return items
    number = read_decimal(node.get("selectcount"), "subset", default=NONE)
    return number if 2 <= number <= items else min(MOST_SHOWN, items)


def read_essay(node, stem, remarks):
    if node.get("responseformat") == "noinline":
        raise QuestionRefused("attachments", "It is answered with a file and not with a text.")
    if node.get("attachments", "0") != "0":
        remarks.add("attachments", "In the file, files can be handed in with the text; here, the text alone.")
    limits = [read_decimal(node.get(tag), "word_limits", default=NONE) for tag in ("minwordlimit", "maxwordlimit")]
    minimum, maximum = (int(limit) if 0 <= limit <= 10**6 else 0 for limit in limits)
    return "long_text", LongText(minimum, maximum, *(read_text(node.find(tag), remarks, stem.format) for tag in (
        "graderinfo", "responsetemplate")))


READERS = {"multichoice": read_choice, "multichoiceset": read_choice_set, "truefalse": read_true_false,
           "shortanswer": read_short_text, "numerical": read_numeric, "matching": read_matching,
           "match": read_matching, "ordering": read_ordering, "essay": read_essay, "cloze": read_cloze,
           "multianswer": read_cloze, "gapselect": read_select, "ddwtos": read_select}
GAPPED = ("cloze", "multianswer", "gapselect", "ddwtos")
