from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock
from assessments.kinds.choices import refuse
from assessments.kinds.likert.scales import OWN, get_choices
from assessments.texts import LocalizedTextBlock


class StatementBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("Text"), rows=2)
    subscale = blocks.CharBlock(label=_("Sub-scale"), required=False, max_length=150,
                                help_text=_("Its number in the list of sub-scales, or its name."))
    reverse = blocks.BooleanBlock(label=_("Reverse statement"), required=False,
                                  help_text=_("To agree with it means the opposite of what the scale measures: its "
                                              "points are turned round for the mean."))

    class Meta:
        icon = "list-ul"
        label = _("Statement")


def find_subscale(text, subscales):
    """The child of the list of sub-scales that a statement names by its number, from 1, or by its name in any language,
    however it is written in capitals; None for no text. Raises LookupError when it names none."""
    wanted = (text or "").strip().casefold()
    if not wanted:
        return None
    for number, child in enumerate(subscales.bound_blocks, start=1):
        if wanted in {str(number), *((name or "").strip().casefold() for name in child.value.values())}:
            return child
    raise LookupError(text)


class LikertBlock(KindBlock):
    stem = LocalizedTextBlock(label=_("Instruction"))
    scale = blocks.ChoiceBlock(label=_("Scale"), choices=get_choices, default="agreement", required=True)
    labels = blocks.ListBlock(
        LocalizedTextBlock(rows=1), label=_("My own labels"), default=[], max_num=7,
        help_text=_("Only with “My own labels”: 3 to 7, from the lowest point to the highest."))
    subscales = blocks.ListBlock(
        LocalizedTextBlock(rows=1), label=_("Sub-scales"), default=[], max_num=10,
        help_text=_("The names under which the means are shown. Leave it empty when there is only one mean."))
    statements = blocks.ListBlock(StatementBlock(), label=_("Statements"), min_num=2, max_num=40)
    points = None  # nothing is right or wrong

    def clean(self, value):
        value = super().clean(value)
        labels, subscales, statements = value["labels"], value["subscales"], value["statements"]
        if value["scale"] == OWN and len(labels) < 3:
            raise refuse("labels", _("Write 3 to 7 labels, or choose one of the scales that are offered."))
        if value["scale"] != OWN and len(labels):
            raise refuse("labels", _("The chosen scale has its own labels: remove these, or choose “My own labels”."))
        unknown, used = {}, []
        for number, statement in enumerate(statements):
            try:
                used.append(find_subscale(statement["subscale"], subscales))
            except LookupError:
                error = ValidationError(_("There is no sub-scale with this number or name."))
                unknown[number] = blocks.StructBlockValidationError(block_errors={"subscale": error})
        if unknown:
            raise blocks.StructBlockValidationError(
                block_errors={"statements": ListBlockValidationError(block_errors=unknown)})
        if not all(child in used for child in subscales.bound_blocks):
            raise refuse("subscales", _("Each sub-scale needs at least one statement."))
        return value

    class Meta:
        icon = "list-ul"
        label = _("Scale of attitudes (Likert)")
