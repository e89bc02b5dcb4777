"""What the questions of each kind have beside their text, in Moodle XML. A writer returns (type of Moodle, lines)."""

from decimal import Decimal

from assessments.formats.gift.answers import EXACTLY, check_percents
from assessments.formats.gift.writing import ORDERING_WORDS, write_number
from assessments.formats.model import ALL, EMPTY, NONE, QuestionRefused, Text
from assessments.formats.moodle_xml.gap_writing import get_tolerance, join_stars
from assessments.formats.moodle_xml.marks import (
    escape_attribute,
    indent,
    need,
    write_answer,
    write_element,
    write_flag,
    write_string,
    write_text,
)
from assessments.formats.moodle_xml.texts import clean
from assessments.formats.moodle_xml.values import MOST_ANSWERS, check_percent
from assessments.formats.weights import can_be_written


def write_choice(choice, *, single):
    if len(choice.options) > MOST_ANSWERS:
        raise QuestionRefused("too_many_options", f"It has more than {MOST_ANSWERS} options.")
    if not single and choice.scoring == "all_or_nothing":
        return "multichoiceset", write_options(choice)
    if not can_be_written(choice, single=single):
        raise QuestionRefused("scoring", "Moodle's percentages cannot say how its answers are scored.")
    return "multichoice", [write_flag("single", single), *write_options(choice)]


def write_options(choice):
    if len(choice.options) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if all(option.percent <= NONE for option in choice.options):
        raise QuestionRefused("no_right_answer", "No option is right.")
    return [line for option in choice.options
            for line in write_answer(need(option.text), check_percent(option.percent), option.feedback)]


def write_single_choice(choice):
    return write_choice(choice, single=True)


def write_multiple_choice(choice):
    return write_choice(choice, single=False)


def write_true_false(parts):
    if parts.penalty != "none":
        raise QuestionRefused("scoring", "Moodle cannot say what a wrong answer costs.")
    return "truefalse", [
        *write_answer(Text("true", "moodle"), ALL if parts.answer else NONE, parts.when_true),
        *write_answer(Text("false", "moodle"), NONE if parts.answer else ALL, parts.when_false)]


def write_short_text(parts):
    check_percents(parts.answers)
    lines = [f"<usecase>{int(parts.case)}</usecase>"]
    if parts.accents is False:
        lines.append("<accents>0</accents>")
    for answer in parts.answers:
        lines += write_answer(Text(join_stars(answer), "plain"), answer.percent, answer.feedback)
    return "shortanswer", lines


def write_numeric(parts):
    check_percents(parts.answers)
    lines = []
    for answer in parts.answers:
        tolerance = f"<tolerance>{write_number(get_tolerance(answer))}</tolerance>"
        lines += write_answer(Text(write_number(answer.value), "plain"), answer.percent, answer.feedback, [tolerance])
    if parts.otherwise.text:
        lines += write_answer(Text("*", "plain"), NONE, parts.otherwise, ["<tolerance>0</tolerance>"])
    return "numerical", lines + write_units(parts)


def write_units(parts):
    if not parts.units:
        return ["<unitgradingtype>0</unitgradingtype>", "<unitpenalty>0.1</unitpenalty>", "<showunits>3</showunits>",
                "<unitsleft>0</unitsleft>"]
    lines = ["<units>"]
    for unit in parts.units:
        for name in unit.names:
            lines += indent(["<unit>", *indent([write_multiplier(unit.factor), write_element("unit_name", need(name))]),
                             "</unit>"])
    needed = parts.unit_needed and parts.unit_loss
    loss = write_number(parts.unit_loss / 100 if needed else Decimal("0.1"))
    return [*lines, "</units>", f"<unitgradingtype>{int(bool(needed))}</unitgradingtype>",
            f"<unitpenalty>{loss}</unitpenalty>", "<showunits>0</showunits>", "<unitsleft>0</unitsleft>"]


def write_multiplier(factor):
    """Moodle's multiplier is the other way round; where it has no end, the factor itself stands beside it."""
    multiplier = (1 / factor).normalize()
    exactly = "" if EXACTLY.multiply(multiplier, factor) == 1 else f' factor="{escape_attribute(write_number(factor))}"'
    return f"<multiplier{exactly}>{write_number(multiplier)}</multiplier>"


def write_matching(matching):
    if len(matching.pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    lines = []
    for prompt, match in [*((need(pair.prompt), pair.match) for pair in matching.pairs),
                          *((EMPTY, extra) for extra in matching.extras)]:
        lines += write_text("subquestion", prompt, more=write_string("answer", " ".join(need(clean(match)).split())))
    return "matching", lines


def write_ordering(ordering):
    if len(ordering.items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    lines = ["<layouttype>VERTICAL</layouttype>", "<selecttype>ALL</selecttype>",
             f"<selectcount>{len(ordering.items)}</selectcount>",
             f"<gradingtype>{ORDERING_WORDS[ordering.scoring]}</gradingtype>", "<showgrading>SHOW</showgrading>",
             "<numberingstyle>none</numberingstyle>"]
    for place, item in enumerate(ordering.items, 1):
        lines += write_answer(need(item), Decimal(place), EMPTY)
    return "ordering", lines


def write_long_text(parts):
    limits = [f"<{tag}>{limit or ''}</{tag}>" for tag, limit in (("minwordlimit", parts.minimum),
                                                                 ("maxwordlimit", parts.maximum))]
    return "essay", ["<responseformat>editor</responseformat>", "<responserequired>1</responserequired>",
                     "<responsefieldlines>15</responsefieldlines>", *limits, "<attachments>0</attachments>",
                     "<attachmentsrequired>0</attachmentsrequired>", *write_text("graderinfo", parts.guide),
                     *write_text("responsetemplate", parts.template)]


def write_gap_fill(parts):
    return "cloze", ["<accents>0</accents>"] * any(gap.accents is False for gap in parts.gaps)


WRITERS = {"single_choice": write_single_choice, "multiple_choice": write_multiple_choice,
           "true_false": write_true_false, "matching": write_matching, "ordering": write_ordering,
           "numeric": write_numeric, "short_text": write_short_text, "long_text": write_long_text,
           "gap_fill": write_gap_fill}
