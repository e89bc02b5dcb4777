"""From a record to the value of a question's block, as its form makes it, and as strictly."""

import uuid
from decimal import Decimal
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.formats.model import QuestionRefused, Remark
from assessments.formats.moodle_xml.texts import PLACE
from assessments.importing.gaps import make_gap
from assessments.importing.images import check_image, get_hash
from assessments.importing.texts import to_plain
from assessments.kinds import get_kinds
from assessments.kinds.short_text import grading, make_sample
from assessments.kinds.words import normalise

FIRST = settings.LANGUAGE_CODE
LOST = {"image_alt": Remark("image_alt", "An image has no description for people who do not see it: add one."),
        "image": Remark("image", "A picture of a text is not in the file: its description stands in its place."),
        "media": Remark("media", "A text has sound, video or something embedded, which is left out."),
        "looks": Remark("looks", "Bold type, italics and the like are left out."),
        "table": Remark("table", "A table becomes lines of text.")}
CENT = Decimal("0.01")
TOO_MANY_POINTS = Decimal(10 ** 9)  # the form refuses them, and more cannot be rounded


def make_value(record, language, keep_image=None):
    """(raw value of the block of its kind, Remarks). Texts are in the language of the record, in ``language`` when it
    does not say, and in those of its translations. ``keep_image(image, title)`` gives the primary key in the library;
    without it the value has no images. Raises QuestionRefused where the block refuses them."""
    maker = _Maker({record.language or language: record} | {each.language: each for each in record.translations})
    raw = maker.make(record)
    kind = get_kinds().get(record.kind)
    if kind is None:
        raise QuestionRefused("kind", "There are no questions of this kind here.")
    if keep_image:
        raw["images"] = maker.make_images(keep_image)
    return clean(kind, raw, maker.languages), maker.get_remarks()


def clean(kind, raw, languages):
    """The raw value as the form of its kind would keep it. The form wants the first language; a question that has none
    yet is checked as if its texts were in that one."""
    swap = FIRST not in languages and next(iter(languages))
    block = kind.block()
    try:
        value = block.clean(block.to_python(rename_language(raw, swap, FIRST) if swap else raw))
    except ValidationError as error:
        raise QuestionRefused("refused_by_form", describe_error(error)) from error
    cleaned = block.get_prep_value(value)
    return rename_language(cleaned, FIRST, swap) if swap else cleaned


def rename_language(value, old, new):
    """A raw value in which each {language: text} has its text in ``old`` as ``new`` in place of it."""
    if isinstance(value, list):
        return [rename_language(each, old, new) for each in value]
    if not isinstance(value, dict):
        return value
    if old in value:
        return {**dict.fromkeys(value, ""), new: value[old], old: ""}
    return {name: rename_language(each, old, new) for name, each in value.items()}


def describe_error(error):
    """What a form says of a value, as one line."""
    messages = []

    def collect(error):
        inner = [*getattr(error, "block_errors", {}).values()] if isinstance(
            getattr(error, "block_errors", None), dict) else list(getattr(error, "block_errors", None) or [])
        for each in inner + list(getattr(error, "non_block_errors", None) or []):
            if each is not None:
                collect(each)
        if not inner and not getattr(error, "non_block_errors", None):
            messages.extend(str(message) for message in getattr(error, "messages", [error]))

    collect(error)
    return " ".join(dict.fromkeys(messages))


class _Maker:
    """Values of the records of one question, {language: record}."""

    def __init__(self, records):
        self.languages, self.lost, self.remarks, self.images = records, set(), [], {}

    def get_remarks(self):
        return [LOST[word] for word in LOST if word in self.lost] + self.remarks

    def text(self, get, *, in_stem=False):
        """{language: plain text} of the Text that ``get`` takes from each record."""
        texts = {}
        for language, record in self.languages.items():
            texts[language], lost = to_plain(get(record), self.get_taker(get(record), language, in_stem))
            self.lost |= lost
        return texts

    def get_taker(self, text, language, in_stem):
        """For html.flatten: the images of ``text`` become images of the question. In the stem nothing stands for them;
        other texts tell their number."""
        files = {f"{PLACE}/{image.name}": image for image in text.images}

        def take(src, alt):
            image = files.get(unquote(src))
            if image is None:
                return None
            digest = get_hash(image.data)
            if digest not in self.images:
                check_image(image)
                self.images[digest] = (image, {})
            self.images[digest][1].setdefault(language, alt)
            if not alt:
                self.lost.add("image_alt")
            with override(language):
                return "" if in_stem else _("[Image %(number)d]") % {"number": [*self.images].index(digest) + 1}

        return take

    def make_images(self, keep_image):
        return self.rows(self.images.values(), lambda _number, each: {
            "image": keep_image(each[0], next(filter(None, each[1].values()), "")), "alt": each[1]})

    def make(self, record):
        stem = self.text(lambda each: each.stem, in_stem=True)
        if not any(stem.values()) and record.name:
            stem = dict.fromkeys(self.languages, record.name)
        return {"stem": stem, "feedback": self.text(lambda each: each.feedback),
                "points": self.get_points(record.points), **getattr(self, f"make_{record.kind}")(record.parts)}

    def get_points(self, points):
        points = min(points, TOO_MANY_POINTS)
        if points != points.quantize(CENT):
            self.remarks.append(Remark("points", "Its points are rounded to two decimals."))
        return points.quantize(CENT).normalize() + 0

    def rows(self, several, make):
        """A raw list of what ``make(number, each)`` gives."""
        return [{"type": "item", "id": str(uuid.uuid4()), "value": make(number, each)}
                for number, each in enumerate(several)]

    def make_single_choice(self, parts):
        return {"penalty": parts.scoring, "options": self.make_options(parts)}

    def make_multiple_choice(self, parts):
        return {"scoring": parts.scoring, "options": self.make_options(parts)}

    def make_options(self, parts):
        has_weights = parts.scoring.startswith("weights")
        return self.rows(parts.options, lambda number, option: {
            "text": self.text(lambda each: each.parts.options[number].text), "correct": option.percent > 0,
            "feedback": self.text(lambda each: each.parts.options[number].feedback),
            "percent": option.percent if has_weights else None})

    def make_true_false(self, parts):
        return {"answer": "true" if parts.answer else "false", "penalty": parts.penalty,
                "when_true": self.text(lambda each: each.parts.when_true),
                "when_false": self.text(lambda each: each.parts.when_false)}

    def make_matching(self, parts):
        return {
            "pairs": self.rows(parts.pairs, lambda number, pair: {
                "prompt": self.text(lambda each: each.parts.pairs[number].prompt),
                "match": {language: each.parts.pairs[number].match for language, each in self.languages.items()},
                "feedback": self.text(lambda each: each.parts.pairs[number].feedback)}),
            "extras": self.rows(parts.extras, lambda number, extra: {
                language: each.parts.extras[number] for language, each in self.languages.items()})}

    def make_ordering(self, parts):
        return {"scoring": parts.scoring, "options": self.rows(
            parts.items, lambda number, item: self.text(lambda each: each.parts.items[number]))}

    def make_short_text(self, parts):
        accents = parts.accents if parts.accents is not None else need_accents(parts)
        counting = find_counting(parts.answers, case=parts.case, accents=accents)
        if len(counting) < len(parts.answers):
            self.remarks.append(Remark("same_answer", "An answer that an earlier one always takes is left out."))
        return {"case": parts.case, "accents": accents, "answers": self.rows(
            counting, lambda _number, place: {
                "accepted": {language: each.parts.answers[place].text for language, each in self.languages.items()},
                "match": parts.answers[place].match, "credit": parts.answers[place].percent,
                "feedback": self.text(lambda each: each.parts.answers[place].feedback)})}

    def make_numeric(self, parts):
        return {
            "answers": self.rows(parts.answers, lambda number, answer: {
                "value": answer.value, "tolerance": answer.tolerance, "tolerance_kind": answer.tolerance_kind,
                "credit": answer.percent, "feedback": self.text(lambda each: each.parts.answers[number].feedback)}),
            "otherwise": self.text(lambda each: each.parts.otherwise),
            "units": self.rows(parts.units, lambda _number, unit: {"names": "\n".join(unit.names),
                                                                  "factor": unit.factor}),
            "unit_needed": parts.unit_needed, "unit_loss": parts.unit_loss}

    def make_long_text(self, parts):
        return {"minimum": parts.minimum, "maximum": parts.maximum, "rubric": [],
                "guide": self.text(lambda each: each.parts.guide)}

    def make_gap_fill(self, parts):
        return {"text": self.text(lambda each: each.parts.text, in_stem=True),
                "gaps": self.rows(parts.gaps, lambda number, gap: make_gap(self, number, gap))}


def need_accents(parts):
    """Do two answers that earn different credit differ in their accents alone?"""
    seen = {}
    for answer in parts.answers:
        written = normalise(answer.text, case=parts.case, accents=True)
        other, earned = seen.setdefault(normalise(answer.text, case=parts.case), (written, answer.percent))
        if other != written and earned != answer.percent:
            return True
    return False


def find_counting(answers, *, case, accents):
    """The places of the answers that no earlier one always takes."""
    item = {"case": case, "accents": accents, "answers": []}
    counting = []
    for place, answer in enumerate(answers):
        if grading.find_row(item, make_sample(answer.text, answer.match)) is None:
            item["answers"].append({"accepted": {"": [answer.text]}, "match": answer.match})
            counting.append(place)
    return counting


def make_body(record, language, keep_image=None):
    """(raw body of a Question, Remarks). Raises QuestionRefused."""
    value, remarks = make_value(record, language, keep_image)
    return [{"type": record.kind, "id": str(uuid.uuid4()), "value": value}], remarks
