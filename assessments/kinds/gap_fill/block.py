from collections import Counter
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock, format_points
from assessments.kinds.choices import refuse
from assessments.kinds.gap_fill.grading import LONGEST, read_values
from assessments.kinds.gap_fill.markers import find_markers, has_broken_marker
from assessments.kinds.lines import freeze_credit, get_credit_block, get_feedback_block
from assessments.kinds.words import get_all, normalise, split_answers
from assessments.texts import LocalizedTextBlock


def get_tolerance_block():
    return blocks.DecimalBlock(label=_("Tolerance"), required=False, min_value=0, max_digits=25, decimal_places=10,
                               help_text=_("Only for numbers: how far away a number may be. Empty: they are words."))


class OtherBlock(blocks.StructBlock):
    accepted = LocalizedTextBlock(label=_("Answer"), rows=1, needs_translation=False,
                                  help_text=_("One way to write it on each line."))
    credit = get_credit_block(0)
    tolerance = get_tolerance_block()
    feedback = get_feedback_block()

    class Meta:
        icon = "list-ul"
        label = _("Other answer")


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
    when_right = LocalizedTextBlock(label=_("Feedback to the accepted answers"), required=False, rows=1,
                                    help_text=_("Shown after the attempt to whoever gave one, in place of the other."))
    tolerance = get_tolerance_block()
    others = blocks.ListBlock(OtherBlock(), label=_("Other answers"), default=[], max_num=30, help_text=_(
        "Wrong or partly right ones, with their own feedback. The first that fits counts."))
    is_list = blocks.BooleanBlock(label=_("Choose from a list"), required=False, help_text=_(
        "The accepted answers and the other ones are offered, in the order of the alphabet."))
    weight = blocks.DecimalBlock(label=_("Weight"), default=1, min_value=Decimal("0.01"), max_value=100, max_digits=5,
                                 decimal_places=2, help_text=_("A gap of weight 2 counts as much as two."))

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
                            help_text=_("The first is [[1]]."))

    def clean(self, value):
        value = super().clean(value)
        texts = {code: ValidationError(message) for code, text in value["text"].items()
                 if text and (message := get_text_error(text, len(value["gaps"])))}
        gaps = {index: error for index, gap in enumerate(value["gaps"]) if (error := get_gap_error(gap))}
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
    """The error of the block of a gap, or None."""
    if message := get_accepted_error(gap):
        return blocks.StructBlockValidationError(block_errors={"accepted": ValidationError(message)})
    others = {index: blocks.StructBlockValidationError(block_errors={"accepted": ValidationError(message)})
              for index, other in enumerate(gap["others"]) if (message := get_accepted_error(other))}
    if others:
        return blocks.StructBlockValidationError(block_errors={"others": ListBlockValidationError(block_errors=others)})
    if gap["is_list"] and (message := get_list_error(gap)):
        return refuse("others", message)
    return None


def get_accepted_error(row):
    accepted = split_answers(row["accepted"])
    if not accepted.get(settings.LANGUAGE_CODE):
        return _("Write at least one answer.")
    if any(len(answer) > LONGEST for answer in get_all(accepted)):
        return _("Nobody can write an answer that is longer than %(longest)s characters.") % {"longest": LONGEST}
    if row["tolerance"] is not None and (wrong := [each for each in get_all(accepted) if not read_values(each)]):
        return _("“%(text)s” is not a number. Leave the tolerance empty where answers are words.") % {"text": wrong[0]}
    return None


def get_list_error(gap):
    if not gap["others"]:
        return _("A list needs other answers beside the accepted ones.")
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        offered = [normalise(answer, case=True, accents=True) for row in (gap, *gap["others"])
                   for answer in split_answers(row["accepted"]).get(code, ())]
        if repeated := [answer for answer, times in Counter(offered).items() if times > 1]:
            return _("“%(text)s” is offered twice.") % {"text": repeated[0]}
    return None


def freeze_parts(value):
    return {"text": dict(value["text"]), "gaps": [freeze_gap(gap) for gap in value["gaps"].bound_blocks]}


def freeze_gap(gap):
    """What a gap may have beside its words stands in it only where it has it."""
    value = gap.value
    frozen = {"id": gap.id, "accepted": split_answers(value["accepted"]), "case": bool(value["case"]),
              "accents": bool(value["accents"]), "feedback": dict(value["feedback"]), **freeze_tolerance(value)}
    if any(value["when_right"].values()):
        frozen["when_right"] = dict(value["when_right"])
    if len(value["others"]):
        frozen["others"] = [
            {"id": other.id, "accepted": split_answers(other.value["accepted"]),
             "credit": freeze_credit(other.value["credit"]), "feedback": dict(other.value["feedback"]),
             **freeze_tolerance(other.value)} for other in value["others"].bound_blocks]
    if value["is_list"]:
        frozen["is_list"] = True
    if value["weight"] not in (None, 1):
        frozen["weight"] = format_points(value["weight"])
    return frozen


def freeze_tolerance(row):
    return {} if row["tolerance"] is None else {"tolerance": format_points(row["tolerance"])}
