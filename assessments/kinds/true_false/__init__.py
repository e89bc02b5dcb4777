from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.base import KindBlock
from assessments.kinds.choices import ChoiceKind, get_penalty_block
from assessments.kinds.single_choice import grading
from assessments.texts import LocalizedTextBlock, LocalText


class TrueFalseBlock(KindBlock):
    stem = LocalizedTextBlock(label=_("Statement"))
    answer = blocks.ChoiceBlock(label=_("The statement is"), choices=[("true", _("True")), ("false", _("False"))])
    when_true = LocalizedTextBlock(label=_("Feedback to “true”"), required=False)
    when_false = LocalizedTextBlock(label=_("Feedback to “false”"), required=False)
    penalty = get_penalty_block()

    class Meta:
        icon = "circle-check"
        label = _("True or false")


class TrueFalse(ChoiceKind):
    """A single choice between two words, which are never shuffled."""

    name = "true_false"
    label = _("True or false")
    hint = _("Choose one answer.")
    block = TrueFalseBlock
    grading = grading

    def freeze_parts(self, value):
        return {"penalty": value["penalty"] or "none", "options": [
            {"id": answer, "text": None, "correct": value["answer"] == answer,
             "feedback": dict(value[f"when_{answer}"])} for answer in ("true", "false")]}

    def get_option_text(self, option):
        return LocalText({"true": gettext("True"), "false": gettext("False")}[option["id"]], get_language())

    def arrange(self, item, rng):
        return super().arrange(item, None)
