"""Writes GIFT, so that it is read back as it was; what this format has no place for is refused."""

from decimal import Decimal

from assessments.formats.decoding import drop_nonsense
from assessments.formats.gift.answers import EXACTLY, check_percents, read_number
from assessments.formats.gift.categories import join_path
from assessments.formats.gift.marks import escape, escape_line, escape_text
from assessments.formats.model import ALL, NONE, QuestionRefused, Refused, Text, Written
from assessments.formats.weights import EXACT, can_be_written

ORDERING_WORDS = {"positions": "ABSOLUTE_POSITION", "adjacent": "RELATIVE_NEXT_EXCLUDE_LAST", "exact": "ALL_OR_NOTHING"}


def write(questions):
    """The Written of an iterable of Questions, in their order."""
    blocks, refused, changed, category = [], [], [], join_path(())
    for question in questions:
        try:
            block = write_question(question)
        except QuestionRefused as error:
            refused.append(describe(question, error.reason, error.sentence))
            continue
        changed += [describe(question, *change) for change in get_changes(question)]
        if (path := join_path(question.category)) != category:
            category = path
            blocks.append("$CATEGORY: " + path.replace("\\", "\\\\") + "\n")
        blocks.append(block)
    return Written("\n".join(blocks), tuple(refused), tuple(changed))


def describe(question, reason, sentence):
    return Refused(question.line, question.title, question.kind, reason, sentence)


def get_changes(question):
    if question.points != 1:
        yield "points", "The format has no points: it is written without them."
    if question.kind == "multiple_choice" and question.parts.scoring == "right_only":
        yield "right_only", "In the format, choosing more options than are right still earns something."
    if question.kind == "matching" and any(pair.feedback.text for pair in question.parts.pairs):
        yield "pair_feedback", "The format has no feedback to pairs: it is written without it."
    extras = question.extras
    if extras.hints or any(text.text for text in (extras.right, extras.partly, extras.wrong)):
        yield "hints", "The format has no hints and no feedback to right and wrong answers as a whole."
    if question.kind == "long_text" and (question.parts.guide.text or question.parts.template.text):
        yield "guide", "The format has no guide for marking and no beginning of the answer: it is written without them."
    if question.kind == "long_text" and (question.parts.minimum or question.parts.maximum):
        yield "word_limits", "The format has no number of words: it is written without it."


def write_question(question):
    if question.kind not in WRITERS:
        raise QuestionRefused("kind", "The format has no questions of this kind.")
    style = question.stem.format
    stem, name = need(escape_text(question.stem)), escape_line(question.name)
    if not name and stem.startswith("//"):
        stem = f"[{style}]{stem}"
    lines = WRITERS[question.kind](question.parts, style)
    if feedback := escape_text(question.feedback, style):
        lines.append(f"####{feedback}")
    title = f"::{name}::" if name else ""
    inner = "\n\t".join(lines) + "\n" * (len(lines) > 1)
    return f"{write_comment(question)}{title}{stem}{{{inner}}}\n"


def write_comment(question):
    tokens = [("id", question.id), *(("tag", tag) for tag in question.tags)]
    written = dict.fromkeys(f"[{word}:{token}]" for word, text in tokens if (token := escape_token(text)))
    return f"// {' '.join(written)}\n" if written else ""


def escape_token(text):
    return " ".join(drop_nonsense(text).split()).rstrip("\\ ").replace("]", "\\]")


def need(written):
    if not written:
        raise QuestionRefused("no_text", "One of its texts is empty.")
    return written


def write_feedback(text, style):
    written = escape_text(text, style)
    return f"#{written}" if written else ""


def write_weight(percent, default, text):
    """Left out where it is the ``default``, unless the ``text`` begins like another one."""
    if percent == default and not text.startswith("%"):
        return ""
    return f"%{write_number(percent.quantize(EXACT))}%"


def write_number(number):
    written = format(EXACTLY.normalize(number), "f")
    return "0" if written == "-0" else written


# Each returns a list of lines; the first one stands beside the brace.

def write_choice(choice, style, *, single):
    if not can_be_written(choice, single=single):
        raise QuestionRefused("scoring", "The format cannot say how its answers are scored.")
    return ["", *(write_option(option, style, single) for option in choice.options)]


def write_option(option, style, single):
    text = need(escape_text(option.text, style))
    mark = "=" if single and option.percent == ALL else f"~{write_weight(option.percent, NONE, text)}"
    return f"{mark}{text}{write_feedback(option.feedback, style)}"


def write_single_choice(choice, style):
    return write_choice(choice, style, single=True)


def write_multiple_choice(choice, style):
    return write_choice(choice, style, single=False)


def write_true_false(parts, style):
    if parts.penalty != "none":
        raise QuestionRefused("scoring", "The format cannot say what a wrong answer costs.")
    wrong, right = parts.when_false, parts.when_true
    if not parts.answer:
        wrong, right = right, wrong
    right = write_feedback(right, style)
    wrong = write_feedback(wrong, style) or ("#" if right else "")
    return [f"{'TRUE' if parts.answer else 'FALSE'}{wrong}{right}"]


def write_matching(matching, style):
    if len(matching.pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    lines = [""]
    for pair in matching.pairs:
        refuse_arrow(pair.prompt.text)
        lines.append(f"={need(escape_text(pair.prompt, style))} -> {need(escape(pair.match))}")
    return lines + [f"= -> {need(escape(extra))}" for extra in matching.extras]


def refuse_arrow(text):
    if "->" in text:
        raise QuestionRefused("arrow", "One of its texts has ->, which divides pairs in this format.")


def write_short_text(parts, style):
    if parts.case:
        raise QuestionRefused("case", "The format cannot say that capital letters matter.")
    check_percents(parts.answers)
    return ["", *(write_answer(answer, style) for answer in parts.answers)]


def write_answer(answer, style):
    refuse_arrow(answer.text)
    refuse_arrow(answer.feedback.text)
    if answer.match == "contains":
        raise QuestionRefused("contains", "The format has no answer that only contains some words.")
    if answer.match == "wildcard" and "\\*" in answer.text:
        raise QuestionRefused("wildcard", "The format has no \\ before a * that stands for anything.")
    text = answer.text if answer.match == "wildcard" else answer.text.replace("*", "\\*")
    text = need(escape_text(Text(text)))
    return f"={write_weight(answer.percent, ALL, text)}{text}{write_feedback(answer.feedback, style)}"


def write_numeric(parts, style):
    if parts.units or parts.unit_needed:
        raise QuestionRefused("units", "The format has no units.")
    check_percents(parts.answers)
    lines = ["#", *(write_number_answer(answer, style) for answer in parts.answers)]
    if otherwise := write_feedback(parts.otherwise, style):
        lines.append(f"~{otherwise}")
    return lines


def write_number_answer(answer, style):
    tolerance = answer.tolerance
    if answer.tolerance_kind == "percent":
        tolerance = EXACTLY.multiply(tolerance, EXACTLY.divide(abs(answer.value), Decimal(100)))
    written = f"{write_number(answer.value)}:{write_number(tolerance)}"
    read_number(written)
    return f"={write_weight(answer.percent, ALL, written)}{written}{write_feedback(answer.feedback, style)}"


def write_ordering(ordering, style):
    if len(ordering.items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    header = f">{len(ordering.items)} ALL VERTICAL {ORDERING_WORDS[ordering.scoring]} SHOW none"
    return [header, *(write_item(item) for item in ordering.items)]


def write_item(item):
    text = need(escape_text(item))
    return f"[{item.format}]{text}" if text.startswith("//") else text


def write_long_text(parts, style):
    return [""]


WRITERS = {"single_choice": write_single_choice, "multiple_choice": write_multiple_choice,
           "true_false": write_true_false, "matching": write_matching, "ordering": write_ordering,
           "numeric": write_numeric, "short_text": write_short_text, "long_text": write_long_text}
