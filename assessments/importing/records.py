"""From a question of the bank to a record, in one language."""

from decimal import Decimal

from django.conf import settings

from assessments.formats import model
from assessments.formats.model import ALL, NONE, QuestionRefused, Text
from assessments.formats.weights import get_percents
from assessments.importing.gaps import make_record_gap
from assessments.importing.images import add_images
from assessments.importing.texts import from_plain

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def make_record(content, language, *, with_translations=False, images=(), **labels):
    """The record of the frozen ``content`` of a question. What is not translated is in the first language that has it;
    with translations, the other languages are tied to it. ``images``: {primary key: Image}, where
    the format takes them. ``labels``: its name, id, category and tags. Raises
    QuestionRefused for a kind that no format has, and for a question that has no text in ``language`` at all."""
    kind = content["kind"]
    if kind not in MAKERS:
        raise QuestionRefused("kind", "The format has no questions of this kind.")
    translations = ()
    if with_translations:
        language = language if content["stem"].get(language) else next(
            each for each in LANGUAGES if content["stem"].get(each))
        translations = tuple(make_one(content, each, is_translation=True) for each in LANGUAGES
                             if each != language and content["stem"].get(each))
    elif not content["stem"].get(language):
        raise QuestionRefused("not_translated", "It has no text in this language.")
    return make_one(content, language, images=images, translations=translations, **labels)


def make_one(content, language, *, is_translation=False, images=(), **labels):
    reader = _Reader(content, language, is_translation)
    stem = reader.text(content["stem"])
    if content["kind"] == "gap_fill":
        stem = same_format(stem, reader.text(content["text"]))
    if images:
        stem = add_images(reader.plain(content["stem"]), [
            (images[each["image"]], reader.plain(each["alt"])) for each in content["images"]
            if each["image"] in images])
    return model.Question(content["kind"], stem, MAKERS[content["kind"]](reader),
                          feedback=reader.remark(content["feedback"]), points=Decimal(content["points"]),
                          language=language, **labels)


def same_format(text, other):
    """``text`` as plain text where the other one is: in Moodle a stem and its text with gaps are one."""
    return Text(text.text, "plain") if text.text and other.format == "plain" else text


class _Reader:
    """The parts of a content in a language; a translation shows no other in place of what it lacks."""

    def __init__(self, content, language, is_translation):
        self.content, self.language, self.is_translation = content, language, is_translation

    def plain(self, texts):
        languages = [self.language] if self.is_translation else [self.language, *LANGUAGES]
        return next((texts[code] for code in languages if (texts or {}).get(code)), "")

    def text(self, texts):
        return from_plain(self.plain(texts))

    def remark(self, texts):
        """A feedback or a guide: what is missing in the language is not there."""
        return from_plain((texts or {}).get(self.language))

    def lines(self, accepted):
        return self.plain(accepted) or []

    def answers(self, row, **fields):
        """One for each accepted line; a translation has as many as the first language that has any."""
        lines = self.lines(row["accepted"])
        if self.is_translation:
            first = next((row["accepted"][code] for code in LANGUAGES if row["accepted"].get(code)), [])
            lines = [*lines, *[""] * (len(first) - len(lines))]
        return [model.Answer(line, feedback=self.remark(row.get("feedback")), **fields) for line in lines]


def make_choice(reader):
    item = reader.content
    single = item["kind"] == "single_choice"
    scoring = item["penalty" if single else "scoring"]
    if scoring in ("weights", "weights_negative"):
        percents = [Decimal(option.get("percent") or 0) for option in item["options"]]
    else:
        try:
            percents = get_percents([option["correct"] for option in item["options"]], scoring, single=single)
        except QuestionRefused:
            percents = [ALL if option["correct"] else NONE for option in item["options"]]
    return model.Choice(tuple(
        model.Option(reader.text(option["text"]), percent, reader.remark(option["feedback"]))
        for option, percent in zip(item["options"], percents, strict=True)), scoring)


def make_true_false(reader):
    options = {option["id"]: option for option in reader.content["options"]}
    return model.TrueFalse(options["true"]["correct"], reader.remark(options["true"]["feedback"]),
                           reader.remark(options["false"]["feedback"]), reader.content["penalty"])


def make_matching(reader):
    item = reader.content
    texts = {option["id"]: option["text"] for option in item["options"]}
    used = {prompt["match"] for prompt in item["prompts"]}
    return model.Matching(
        tuple(model.Pair(reader.text(prompt["text"]), reader.plain(texts[prompt["match"]]),
                         reader.remark(prompt["feedback"])) for prompt in item["prompts"]),
        tuple(reader.plain(text) for number, text in texts.items() if number not in used))


def make_ordering(reader):
    texts = {option["id"]: option["text"] for option in reader.content["options"]}
    return model.Ordering(tuple(reader.text(texts[each]) for each in reader.content["order"]),
                          reader.content["scoring"])


def make_short_text(reader):
    item = reader.content
    answers = [answer for row in item["answers"]
               for answer in reader.answers(row, percent=Decimal(row["credit"]), match=row["match"])]
    return model.ShortText(tuple(answers), item["case"], item["accents"])


def make_numeric(reader):
    item = reader.content
    return model.Numeric(
        tuple(model.Number(Decimal(row["value"]), Decimal(row["tolerance"]), Decimal(row["credit"]),
                           reader.remark(row["feedback"]), row["tolerance_kind"]) for row in item["answers"]),
        reader.remark(item.get("otherwise")),
        tuple(model.Unit(tuple(unit["names"]), Decimal(unit["factor"])) for unit in item["units"]),
        item["unit_needed"], Decimal(item["unit_loss"]) if item["units"] else NONE)


def make_gap_fill(reader):
    item = reader.content
    return model.GapFill(same_format(reader.text(item["text"]), reader.text(item["stem"])),
                         tuple(make_record_gap(reader, gap) for gap in item["gaps"]))


def make_long_text(reader):
    item = reader.content
    return model.LongText(item["minimum"], item["maximum"], reader.remark(item["guide"]))


MAKERS = {"single_choice": make_choice, "multiple_choice": make_choice, "true_false": make_true_false,
          "matching": make_matching, "ordering": make_ordering, "gap_fill": make_gap_fill, "numeric": make_numeric,
          "short_text": make_short_text, "long_text": make_long_text}
