"""Reads Moodle XML: what is common to all questions, and which reader takes the rest."""

from decimal import Decimal

from assessments.formats.decoding import MOST_QUESTIONS
from assessments.formats.gift.categories import split_path
from assessments.formats.model import (
    EMPTY,
    Extras,
    Hint,
    Question,
    QuestionRefused,
    ReadResult,
    Refused,
    Text,
    get_title,
)
from assessments.formats.moodle_xml.answers import GAPPED, READERS
from assessments.formats.moodle_xml.parsing import open_source, parse
from assessments.formats.moodle_xml.texts import PLACE, Remarks, clean, find_names, read_image, read_string, read_text
from assessments.formats.moodle_xml.values import read_decimal, read_switch
from assessments.formats.multilang import LANGUAGES, divide

MOST_BYTES = 100_000_000
LONGEST_NAME = 255
ONE = Decimal(1)
# Older files round a third.
THIRD, NEAR_THIRD = Decimal("0.3333333"), Decimal("0.005")


def read(source, *, most=MOST_QUESTIONS, most_bytes=MOST_BYTES, languages=LANGUAGES):
    """The ReadResult of a file of Moodle XML: its bytes, or the file open for reading them, or its text. Raises
    FileUnreadable when nothing of it can be read; questions that are no good are refused in the result. A question
    whose texts are in several of ``languages`` at once is in the first of them, with the others as translations."""
    questions, refused, descriptions, category = [], [], 0, ()
    for node in parse(open_source(source, most_bytes=most_bytes), most=most, most_bytes=most_bytes):
        kind = node.attributes.get("type", "").strip()
        if kind == "category":
            category = read_category(node)
            continue
        if kind == "description":
            descriptions += 1
            continue
        try:
            questions.append(divide(read_question(node, kind, category), languages))
        except QuestionRefused as error:
            refused.append(Refused(node.line, read_title(node), kind, error.reason, error.sentence))
    return ReadResult(tuple(questions), tuple(refused), descriptions)


def read_category(node):
    element = node.find("category")
    if element is None:
        return ()
    return split_path(clean((element.find("text") or element).text))


def read_title(node):
    """The name of a question that is refused, whatever is wrong with it."""
    for tag in ("name", "questiontext"):
        element = node.find(tag)
        text = element.find("text") if element is not None else None
        if text is not None and (title := get_title(clean(text.text[:LONGEST_NAME]))):
            return title
    return ""


def read_question(node, kind, category):
    if node.excess:
        raise QuestionRefused("too_long", "It is too large for a question.")
    if kind not in READERS:
        raise QuestionRefused("type", f"There are no questions of the type “{kind[:60]}” here." if kind else
                              "It does not say of which type it is.")
    remarks = Remarks()
    whole = read_stem(node, remarks)
    if not whole.text:
        raise QuestionRefused("no_text", "It has no text.")
    stem, rest = split_stem(node, whole, remarks) if kind in GAPPED else (whole, whole)
    kind, parts = READERS[kind](node, rest, remarks)
    points = sum(gap.weight for gap in parts.gaps) if kind == "gap_fill" else ONE
    points = read_decimal(node.get("defaultgrade"), "points", default=points)
    if points < 0:
        raise QuestionRefused("points", "It has less than 0 points.")
    name = " ".join(read_string(node.find("name")).split())[:LONGEST_NAME].strip()
    return Question(kind, stem, parts, node.line, name, category, " ".join(clean(node.get("idnumber")).split()),
                    read_tags(node), read_text(node.find("generalfeedback"), remarks, whole.format), points,
                    remarks.get_all(), read_extras(node, remarks, whole.format))


def split_stem(node, whole, remarks):
    """(stem, text with gaps) of a question with gaps. Moodle has one text for both; this platform says in <stem> what
    of it is the stem."""
    stem = read_text(node.find("stem"), remarks, whole.format)
    if not stem.text or not whole.text.startswith(stem.text):
        return EMPTY, whole
    rest = whole.text[len(stem.text):].strip()
    own = {image.name for image in stem.images} - find_names(rest)
    return stem, Text(rest, whole.format, tuple(image for image in whole.images if image.name not in own))


def read_stem(node, remarks):
    """The text of the question; in files of Moodle 1 its image stands beside it."""
    stem = read_text(node.find("questiontext"), remarks)
    name, file = clean(node.get("image")).replace("/", "_"), node.find("image_base64")
    if not name:
        return stem
    image = read_image(name, file, remarks) if file is not None else None
    if image is None:
        remarks.add("file_left_out", f"The file “{name[:100]}” is left out.")
        return stem
    return Text(f'{stem.text} <img src="{PLACE}/{name}" alt="" />', "html", (*stem.images, image))


def read_tags(node):
    tags = [read_string(tag) for group in ("tags", "coursetags") for element in node.find_all(group)
            for tag in element.find_all("tag")]
    return tuple(dict.fromkeys(tag for tag in (" ".join(tag.split()) for tag in tags) if tag))


def read_extras(node, remarks, style):
    penalty = read_decimal(node.get("penalty"), "penalty", default=None)
    if penalty is not None and abs(penalty - THIRD) < NEAR_THIRD:
        penalty = THIRD
    right, partly, wrong = (read_text(node.find(f"{each}feedback"), remarks, style) for each in (
        "correct", "partiallycorrect", "incorrect"))
    hints = [read_hint(each, remarks, style) for each in node.find_all("hint")]
    shuffled = node.find("shuffleanswers")
    return Extras(right, partly, wrong, tuple(hint for hint in hints if hint.text.text), penalty,
                  None if shuffled is None else read_switch(shuffled.text), clean(node.get("answernumbering")),
                  read_switch(node.get("hidden")))


def read_hint(node, remarks, style):
    """Before Moodle 2, its text was in <hintcontent>."""
    old = node.find("hintcontent")
    return Hint(read_text(node if old is None else old, remarks, style),
                counts=node.find("shownumcorrect") is not None or read_switch(
                    node.get("statenumberofcorrectresponses")),
                clears=node.find("clearwrong") is not None or read_switch(node.get("clearincorrectresponses")))
