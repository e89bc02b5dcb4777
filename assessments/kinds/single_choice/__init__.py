from django.utils.translation import gettext_lazy as _

from assessments.kinds.choices import ChoiceBlock, ChoiceKind, get_penalty_block
from assessments.kinds.single_choice import grading


class SingleChoiceBlock(ChoiceBlock):
    penalty = get_penalty_block()

    def get_key_error(self, right, total):
        return _("Exactly one option must be correct.") if right != 1 else None

    class Meta:
        icon = "radio-full"
        label = _("Single choice")


class SingleChoice(ChoiceKind):
    name = "single_choice"
    label = _("Single choice")
    hint = _("Choose one answer.")
    block = SingleChoiceBlock
    grading = grading

    def freeze_parts(self, value):
        return super().freeze_parts(value) | {"penalty": value["penalty"] or "none"}
