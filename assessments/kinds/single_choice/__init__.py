from django.utils.translation import gettext_lazy as _

from assessments.kinds.choices import PENALTIES, ChoiceBlock, ChoiceKind, get_penalty_block
from assessments.kinds.single_choice import grading

SCORINGS = [*PENALTIES, ("weights", _("Each option earns or costs its own percentage"))]


class SingleChoiceBlock(ChoiceBlock):
    penalty = get_penalty_block(SCORINGS)
    scoring_field = "penalty"

    def get_key_error(self, right):
        return _("Exactly one option must be correct.") if right != 1 else None

    def get_percents_error(self, percents):
        return None if any(self.is_correct(percent) for percent in percents) else _("An option must earn 100%.")

    @staticmethod
    def is_correct(percent):
        return percent == 100

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
