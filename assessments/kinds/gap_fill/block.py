from collections import Counter

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock
from assessments.kinds.gap_fill.grading import LONGEST
from assessments.kinds.gap_fill.markers import find_markers, has_broken_marker
from assessments.kinds.words import get_all, split_answers
from assessments.texts import LocalizedTextBlock


class GapBlock(blocks.StructBlock):
    accepted = LocalizedTextBlock(
        label=_("Accepted answers"), rows=2, needs_translation=False,
        help_text=_("One on each line; the first is shown as the right one. What is accepted in one language is "
                    "accepted in all."))
    case = blocks.BooleanBlock(label=_("Capital letters matter"), required=False)
    accents = blocks.BooleanBlock(label=_("Accents matter"), required=False,
                                  help_text=_("Otherwise “informacion” is as good as “información”. The ñ always "
                                              "matters."))
    feedback = LocalizedTextBlock(label=_("Feedback"), required=False, rows=1,
                                  help_text=_("Why this is the answer. Shown after the attempt."))

    class Meta:
        icon = "edit"
        label = _("Gap")


class GapFillBlock(KindBlock):
    """``clean`` refuses a text whose markers are not exactly the gaps, in any language that is filled in."""

    text = LocalizedTextBlock(
        label=_("Text with gaps"), rows=5,
        help_text=_("Write [[1]] where the first gap of the list below stands, [[2]] for the second, and so on. Each "
                    "stands once in each language, in the order that the language asks for. "
                    "Example: The capital of Chile is [[1]] and that of Mexico is [[2]]."))
    gaps = blocks.ListBlock(GapBlock(), label=_("Gaps"), min_num=1, max_num=30,
                            help_text=_("The first is [[1]]. All count the same."))

    def clean(self, value):
        value = super().clean(value)
        texts = {code: ValidationError(message) for code, text in value["text"].items()
                 if text and (message := get_text_error(text, len(value["gaps"])))}
        gaps = {index: blocks.StructBlockValidationError(block_errors={"accepted": ValidationError(message)})
                for index, gap in enumerate(value["gaps"]) if (message := get_gap_error(gap))}
        errors = {}
        if texts:
            errors["text"] = blocks.StructBlockValidationError(block_errors=texts)
        if gaps:
            errors["gaps"] = ListBlockValidationError(block_errors=gaps)
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return value

    class Meta:
        icon = "form"
        label = _("Text with gaps")


def get_text_error(text, total):
    """The sentence that refuses a text with ``total`` gaps, or None."""
    found = Counter(find_markers(text))
    if has_broken_marker(text):
        return _("Double brackets stand only around the number of a gap, as in [[1]].")
    if repeated := [number for number, times in found.items() if times > 1]:
        return _("[[%(number)s]] stands more than once.") % {"number": repeated[0]}
    if unknown := [number for number in found if not 1 <= number <= total]:
        return _("[[%(number)s]] has no gap in the list.") % {"number": unknown[0]}
    if missing := [number for number in range(1, total + 1) if number not in found]:
        return _("[[%(number)s]] does not stand in the text.") % {"number": missing[0]}
    return None


def get_gap_error(gap):
    accepted = split_answers(gap["accepted"])
    if not accepted.get(settings.LANGUAGE_CODE):
        return _("Write at least one answer.")
    if any(len(answer) > LONGEST for answer in get_all(accepted)):
        return _("Nobody can write an answer that is longer than %(longest)s characters.") % {"longest": LONGEST}
    return None


def freeze_parts(value):
    return {
        "text": dict(value["text"]),
        "gaps": [{"id": gap.id, "accepted": split_answers(gap.value["accepted"]), "case": bool(gap.value["case"]),
                  "accents": bool(gap.value["accents"]), "feedback": dict(gap.value["feedback"])}
                 for gap in value["gaps"].bound_blocks]}
