from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.choices import ChoiceBlock, ChoiceKind
from assessments.kinds.multiple_choice import grading
from assessments.kinds.weights import is_full

SCORINGS = [("balanced", _("Right minus wrong, never below 0")),
            ("right_only", _("A part for each right one; nothing when too many are chosen")),
            ("all_or_nothing", _("All or nothing")),
            ("negative", _("Right minus wrong, and it may cost points")),
            ("weights", _("Each option has its own percentage, and they are added up, never below 0")),
            ("weights_negative", _("Each option has its own percentage, and it may cost points"))]


class MultipleChoiceBlock(ChoiceBlock):
    scoring = blocks.ChoiceBlock(label=_("Scoring"), choices=SCORINGS, default="balanced", required=True)
    scoring_field = "scoring"

    def get_key_error(self, right):
        return _("At least one option must be correct.") if not right else None

    def get_percents_error(self, percents):
        return None if is_full(percents) else _("The percentages above 0 must come to 100% together, or more.")

    @staticmethod
    def is_correct(percent):
        return percent > 0

    class Meta:
        icon = "tick"
        label = _("Multiple choice")


class MultipleChoice(ChoiceKind):
    name = "multiple_choice"
    label = _("Multiple choice")
    hint = _("Choose all the right answers.")
    block = MultipleChoiceBlock
    grading = grading
    input_type = "checkbox"

    def freeze_parts(self, value):
        return super().freeze_parts(value) | {"scoring": value["scoring"] or "balanced"}
