from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import KindBlock, format_points
from assessments.kinds.choices import refuse
from assessments.kinds.lines import check_full_credit, freeze_credit, get_credit_block, get_feedback_block
from assessments.kinds.numeric.numbers import read_number
from assessments.kinds.words import normalise
from assessments.texts import LocalizedTextBlock


def get_number_block(label, **kwargs):
    return blocks.DecimalBlock(label=label, max_digits=25, decimal_places=10, **kwargs)


class AnswerBlock(blocks.StructBlock):
    value = get_number_block(_("Number"))
    tolerance = get_number_block(_("Tolerance"), default=0, min_value=0,
                                 help_text=_("How far away a number may be. 0: it must be exact."))
    tolerance_kind = blocks.ChoiceBlock(
        label=_("Tolerance is"), default="absolute", required=True,
        choices=[("absolute", _("a number")), ("percent", _("a percentage of the number"))])
    credit = get_credit_block()
    feedback = get_feedback_block()

    class Meta:
        icon = "list-ol"
        label = _("Answer")


class UnitBlock(blocks.StructBlock):
    names = blocks.TextBlock(label=_("Ways to write it"), rows=2,
                             help_text=_("One on each line, in all languages: km, kilómetros, kilometres."))
    factor = get_number_block(_("Factor"), default=1, min_value=0, help_text=_(
        "By what a number in this unit is multiplied: 1 for the unit of the answers; 0.001 for metres when that is "
        "kilometres."))

    class Meta:
        icon = "order"
        label = _("Unit")


class NumericBlock(KindBlock):
    """``clean`` refuses what nobody can write or earn."""

    answers = blocks.ListBlock(AnswerBlock(), label=_("Answers"), min_num=1, max_num=20, help_text=_(
        "Several may be partly right, or wrong with a reason. Of those that fit, the one that earns most counts. "
        "People may write 1.234,5 or 1,234.5; where 1.234 can mean two numbers, it is right if one of them is."))
    otherwise = LocalizedTextBlock(label=_("Feedback to every other number"), required=False, rows=1,
                                   help_text=_("Shown after the attempt to whoever wrote a number that no answer "
                                               "takes."))
    units = blocks.ListBlock(UnitBlock(), label=_("Units"), default=[], max_num=20, help_text=_(
        "Also for signs such as % or $. Without units only a number can be read."))
    unit_needed = blocks.BooleanBlock(label=_("The unit must be written"), required=False)
    unit_loss = blocks.DecimalBlock(label=_("Credit lost for the unit (%)"), default=50, min_value=0, max_value=100,
                                    max_digits=8, decimal_places=5,
                                    help_text=_("When the number is right and its unit is wrong or missing."))

    def clean(self, value):
        value = super().clean(value)
        check_full_credit(value["answers"])
        if errors := get_unit_errors(value["units"]):
            raise blocks.StructBlockValidationError(block_errors={"units": ListBlockValidationError(block_errors={
                index: blocks.StructBlockValidationError(block_errors={field: ValidationError(message)})
                for index, (field, message) in errors.items()})})
        if value["units"] and all(unit["factor"] != 1 for unit in value["units"]):
            raise refuse("units", _("The unit of the answers is missing: one unit must have the factor 1."))
        if value["unit_needed"] and not value["units"]:
            raise refuse("units", _("Give the units that may be written, or do not ask for one."))
        return value

    class Meta:
        icon = "decimal"
        label = _("Number")


def get_unit_errors(units):
    """{index: (field, message)}."""
    errors, factors = {}, {}
    for index, unit in enumerate(units):
        names = split_names(unit["names"])
        if unit["factor"] == 0:
            errors[index] = "factor", _("The factor must be more than 0.")
        elif not names:
            errors[index] = "names", _("Write at least one way.")
        for name in names:
            written = read_number(f"1 {name}")
            if written is None or written.values != (1,) or normalise(written.after) != normalise(name):
                errors[index] = "names", _("“%(name)s” cannot be told from a number.") % {"name": name}
            if factors.setdefault(normalise(name, case=True), unit["factor"]) != unit["factor"]:
                errors[index] = "names", _("“%(name)s” stands for another unit already.") % {"name": name}
    return errors


def split_names(text):
    return [line.strip() for line in text.splitlines() if normalise(line)]


def freeze_parts(value):
    return {
        "answers": [{"id": row.id, "value": format_points(row.value["value"]),
                     "tolerance": format_points(row.value["tolerance"]), "tolerance_kind": row.value["tolerance_kind"],
                     "credit": freeze_credit(row.value["credit"]), "feedback": dict(row.value["feedback"])}
                    for row in value["answers"].bound_blocks],
        "units": [{"names": split_names(unit["names"]), "factor": format_points(unit["factor"])}
                  for unit in value["units"]],
        "unit_needed": bool(value["unit_needed"]), "unit_loss": freeze_credit(value["unit_loss"]),
        "otherwise": dict(value["otherwise"])}
