from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock
from assessments.kinds.lines import LineKind, check_full_credit, freeze_credit, get_credit_block, get_feedback_block
from assessments.kinds.short_text import grading
from assessments.kinds.words import get_all, join_answers, normalise, split_answers
from assessments.texts import LocalizedTextBlock, localise

MATCHES = [("exact", _("The whole answer is this")),
           ("contains", _("The answer contains these words")),
           ("wildcard", _("The whole answer is this, and * stands for anything"))]


class AnswerBlock(blocks.StructBlock):
    accepted = LocalizedTextBlock(
        label=_("Answer"), rows=2, needs_translation=False,
        help_text=_("One way to write it on each line. What is accepted in one language is accepted in all."))
    match = blocks.ChoiceBlock(label=_("Comparison"), choices=MATCHES, default="exact", required=True)
    credit = get_credit_block()
    feedback = get_feedback_block()

    class Meta:
        icon = "list-ul"
        label = _("Answer")


class ShortTextBlock(KindBlock):
    """``clean`` refuses points that nobody can earn and an answer that an earlier one always takes."""

    answers = blocks.ListBlock(AnswerBlock(), label=_("Answers"), min_num=1, max_num=30, help_text=_(
        "They are tried from the first to the last, and the first that fits counts."))
    case = blocks.BooleanBlock(label=_("Capital letters matter"), required=False)
    accents = blocks.BooleanBlock(label=_("Accents matter"), required=False,
                                  help_text=_("Otherwise “informacion” is as good as “información”. The ñ always "
                                              "matters."))

    def clean(self, value):
        value = super().clean(value)
        check_full_credit(value["answers"])
        item = freeze_parts(value)
        errors = {index: blocks.StructBlockValidationError(block_errors={"accepted": ValidationError(message)})
                  for index, row in enumerate(item["answers"]) if (message := get_row_error(item, row))}
        if errors:
            raise blocks.StructBlockValidationError(
                block_errors={"answers": ListBlockValidationError(block_errors=errors)})
        return value

    class Meta:
        icon = "edit"
        label = _("Short text")


def get_row_error(item, row):
    answers = get_all(row["accepted"])
    if not answers:
        return _("Write at least one answer.")
    if any(len(answer) > grading.LONGEST for answer in answers):
        return _("Nobody can write an answer that is longer than %(longest)s characters.") % {
            "longest": grading.LONGEST}
    if not any(grading.find_row(item, make_sample(answer, row["match"])) is row for answer in answers):
        return _("An earlier answer always counts in place of this one. Put this one before it.")
    return None


def make_sample(answer, match):
    """The text that an answer accepts and that others are least likely to: what may stand beside it or for its stars is
    a letter that no trainer writes."""
    return {"exact": answer, "contains": f"ŋ {answer} ŋ", "wildcard": answer.replace("*", "ŋ")}[match]


def freeze_parts(value):
    return {
        "case": bool(value["case"]), "accents": bool(value["accents"]),
        "answers": [{"id": row.id, "accepted": split_answers(row.value["accepted"]), "match": row.value["match"],
                     "credit": freeze_credit(row.value["credit"]), "feedback": dict(row.value["feedback"])}
                    for row in value["answers"].bound_blocks]}


class ShortText(LineKind):
    name = "short_text"
    label = _("Short text")
    hint = _("Write a short answer.")
    block = ShortTextBlock
    grading = grading

    def freeze_parts(self, value):
        return freeze_parts(value)

    def get_texts(self, item):
        of_rows = [texts for row in item["answers"] for texts in (join_answers(row["accepted"]), row["feedback"])]
        return [texts for texts in of_rows if any(texts.values())]

    def get_keys(self, item):
        """The first answer that earns everything; what a star stands for is left open."""
        row = next(row for row in item["answers"] if row["credit"] == 100)
        answers, _language = localise(row["accepted"])
        return tuple(answer.replace("*", "…") if row["match"] == "wildcard" else answer for answer in answers[:1])

    def tally(self, item, response):
        return [normalise(response, case=item["case"], accents=item["accents"])] if response else []
