from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock
from assessments.kinds.choices import refuse
from assessments.texts import LocalizedTextBlock

MODES = [("rate", _("Rate each option from 1 to 5")),
         ("best_worst", _("Choose the best option and the worst")),
         ("rank", _("Rank all the options")),
         ("panel", _("Choose one option, weighed by the votes of a panel"))]
# Which field of an option holds what the experts said.
EXPERT_FIELDS = {"rate": "rating", "best_worst": "verdict", "rank": "rank", "panel": "votes"}


class BehaviourBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("What one could do"), rows=2)
    rating = blocks.IntegerBlock(label=_("Rating by the experts"), required=False, min_value=1, max_value=5,
                                 help_text=_("When each option is rated: 1 very ineffective, 5 very effective."))
    verdict = blocks.ChoiceBlock(label=_("Verdict of the experts"), required=False,
                                 choices=[("best", _("The best")), ("worst", _("The worst"))],
                                 help_text=_("When the best and the worst are chosen."))
    rank = blocks.IntegerBlock(label=_("Rank by the experts"), required=False, min_value=1, max_value=8,
                               help_text=_("When all are ranked: 1 is the best."))
    votes = blocks.IntegerBlock(label=_("Votes of the panel"), required=False, min_value=0, max_value=1000,
                                help_text=_("When one is chosen: how many experts would do this. Empty is 0."))
    rationale = LocalizedTextBlock(label=_("Rationale"), required=False,
                                   help_text=_("Why the experts see it so. Shown after the attempt."))

    class Meta:
        icon = "list-ul"
        label = _("Option")


class SituationalJudgementBlock(KindBlock):
    stem = LocalizedTextBlock(label=_("Situation"), rows=5)
    mode = blocks.ChoiceBlock(label=_("How it is answered"), choices=MODES, default="rate", required=True)
    options = blocks.ListBlock(BehaviourBlock(), label=_("Options"), min_num=2, max_num=8)

    def clean(self, value):
        value = super().clean(value)
        field = EXPERT_FIELDS[value["mode"]]
        given = [option[field] for option in value["options"]]
        if value["mode"] == "rate":
            require_each(field, given, _("Give the rating by the experts."))
        elif value["mode"] == "best_worst":
            if not {"best", "worst"} <= set(given):
                raise refuse("options", _("At least one option must be the best and one the worst."))
        elif value["mode"] == "rank":
            require_each(field, given, _("Give the rank by the experts."))
            if sorted(given) != list(range(1, len(given) + 1)):
                raise refuse("options", _("The experts' ranks must be 1, 2, 3 and so on, each of them once."))
        elif not any(given):
            raise refuse("options", _("At least one option must have votes of the panel."))
        return value

    class Meta:
        icon = "group"
        label = _("Situational judgement")


def require_each(field, given, message):
    missing = {number: blocks.StructBlockValidationError(block_errors={field: ValidationError(message)})
               for number, value in enumerate(given) if value is None}
    if missing:
        raise blocks.StructBlockValidationError(
            block_errors={"options": ListBlockValidationError(block_errors=missing)})
