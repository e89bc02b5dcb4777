"""Writes Moodle XML as Moodle's own export does, so that it is read back as it was; what Moodle has no place for is
refused, or left out and named. What Moodle would not ask for and this platform needs to read its own files back stands
in elements that Moodle passes over: the <stem> of a text with gaps, <accents>."""

from decimal import Decimal

from assessments.formats.gift.categories import TOP, join_path
from assessments.formats.gift.writing import describe, write_number
from assessments.formats.model import EMPTY, QuestionRefused, Text, Written, get_title
from assessments.formats.moodle_xml.gap_writing import write_gaps
from assessments.formats.moodle_xml.marks import (
    escape,
    indent,
    need,
    strip_tags,
    write_element,
    write_string,
    write_text,
)
from assessments.formats.moodle_xml.parts import WRITERS
from assessments.formats.moodle_xml.texts import clean

COURSE = "$course$"
THIRD = Decimal("0.3333333")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
TAIL = "</quiz>\n"


def write(questions):
    """The Written of an iterable of Questions, in their order."""
    refused, changed = [], []
    text = "".join(write_parts(questions, refused, changed))
    return Written(text, tuple(refused), tuple(changed))


def write_parts(questions, refused, changed):
    """The file in parts, as ``questions`` come: with their images it may be larger than memory. What is refused and
    changed is added to the two lists."""
    yield HEAD
    category = get_path(())
    for question in questions:
        try:
            block = write_question(question)
        except QuestionRefused as error:
            refused.append(describe(question, error.reason, error.sentence))
            continue
        changed += [describe(question, *change) for change in get_changes(question)]
        if (path := get_path(question.category)) != category:
            category = path
            yield write_category(category)
        yield block
    yield TAIL


def get_changes(question):
    parts = question.parts
    if getattr(parts, "accents", True) is False or any(gap.accents is False for gap in getattr(parts, "gaps", ())):
        yield "accents", "For Moodle, accents always matter."
    if question.kind == "matching" and any(pair.feedback.text for pair in parts.pairs):
        yield "pair_feedback", "Moodle has no feedback to pairs: it is written without it."
    if question.kind == "numeric" and parts.unit_loss and not parts.unit_needed:
        yield "unit_loss", "In Moodle a wrong unit costs something only where one is needed: it is written without it."
    if question.translations:
        yield "translations", "It is written in one language."
    if question.kind == "gap_fill" and not is_sum(question):
        yield "points", "Moodle gives as many points as the gaps have together."


def get_path(names):
    path = join_path([clean(name) for name in names])
    return f"{COURSE}/{path}" if path.split("/")[0] == TOP else f"{COURSE}/{TOP}/{path}"


def write_category(path):
    lines = [*write_string("category", path), *write_text("info", EMPTY), "<idnumber></idnumber>"]
    return write_block(['<question type="category">', *indent(lines), "</question>"])


def write_block(lines):
    return "".join(f"{line}\n" for line in indent(lines))


def write_question(question):
    if question.kind not in WRITERS:
        raise QuestionRefused("kind", "Moodle has no questions of this kind.")
    kind, lines = WRITERS[question.kind](question.parts)
    extras = question.extras
    own = []
    if question.kind == "gap_fill":
        stem = join_stem(question.stem, write_gaps(question.parts))
        own = write_text("stem", question.stem) if clean(question.stem.text) else []
    else:
        stem = need(question.stem)
    points = []
    if kind != "cloze" or not is_sum(question):
        points = [write_element("defaultgrade", write_number(question.points))]
    penalty = THIRD if extras.penalty is None else extras.penalty
    return write_block([
        f'<question type="{kind}">', *indent([
            *write_string("name", get_name(question)), *write_text("questiontext", stem),
            *write_text("generalfeedback", question.feedback), *points,
            write_element("penalty", write_number(penalty)), f"<hidden>{int(extras.hidden)}</hidden>",
            write_element("idnumber", " ".join(question.id.split())), *own, *lines,
            *write_extras(question.kind, extras), *write_tags(question.tags)]),
        "</question>"])


def is_sum(question):
    """Moodle gives a cloze question as many points as its gaps have together."""
    return question.points == sum(gap.weight for gap in question.parts.gaps)


def get_name(question):
    return " ".join(clean(question.name).split()) or get_title(strip_tags(clean(question.stem.text))) or "…"


def join_stem(stem, text):
    if not clean(stem.text):
        return text
    if stem.format != text.format:
        raise QuestionRefused("formats", "Its question and its text with gaps have two formats, and in Moodle they are "
                                         "one text.")
    names = {image.name for image in stem.images}
    images = (*stem.images, *(image for image in text.images if image.name not in names))
    return Text(f"{clean(stem.text)}\n\n{text.text}", text.format, images)


def write_extras(kind, extras):
    lines = []
    if kind in ("single_choice", "multiple_choice", "matching", "ordering") or (
            extras.right, extras.partly, extras.wrong) != (EMPTY, EMPTY, EMPTY):
        lines += [*write_text("correctfeedback", extras.right), *write_text("partiallycorrectfeedback", extras.partly),
                  *write_text("incorrectfeedback", extras.wrong)]
    if kind in ("single_choice", "multiple_choice"):
        lines.append(write_element("answernumbering", extras.numbered or "abc"))
    if kind in ("single_choice", "multiple_choice", "matching"):
        lines.append(f"<shuffleanswers>{'false' if extras.shuffled is False else 'true'}</shuffleanswers>")
    for hint in extras.hints:
        marks = ["<shownumcorrect/>"] * hint.counts + ["<clearwrong/>"] * hint.clears
        lines += write_text("hint", hint.text, more=marks)
    return lines


def write_tags(tags):
    tags = dict.fromkeys(tag for tag in (" ".join(clean(tag).split()) for tag in tags) if tag)
    if not tags:
        return []
    return ["<tags>", *indent([f"<tag><text>{escape(tag)}</text></tag>" for tag in tags]), "</tags>"]
