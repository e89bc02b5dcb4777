from decimal import Decimal

from django.utils.formats import number_format as format_number
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.kinds.lines import LineKind
from assessments.kinds.numeric import grading
from assessments.kinds.numeric.block import NumericBlock, freeze_parts
from assessments.kinds.words import normalise
from assessments.texts import get_text


class Numeric(LineKind):
    name = "numeric"
    label = _("Number")
    hint = _("Write a number.")
    block = NumericBlock
    grading = grading

    def freeze_parts(self, value):
        return freeze_parts(value)

    def get_texts(self, item):
        of_rows = [*(row["feedback"] for row in item["answers"]), item.get("otherwise", {})]
        return [texts for texts in of_rows if any(texts.values())]

    def get_feedback(self, item, row):
        return super().get_feedback(item, row) or get_text(item.get("otherwise"))

    def get_help(self, item):
        if item["unit_needed"]:
            return gettext("Write the number and then its unit.")
        if item["units"]:
            return gettext("You may write the unit after the number.")
        return gettext("Write the number alone, without a unit.")

    def describe_missing(self, item, response):
        return "" if grading.get_quantities(item, response) else gettext("This could not be read as a number.")

    def get_note(self, item, details):
        if not details["readable"]:
            return gettext("This could not be read as a number.")
        return {"missing": gettext("The unit is missing."), "wrong": gettext("The unit is not right."),
                "": ""}[details["unit"]]

    def get_keys(self, item):
        """The numbers that earn everything, with the unit of the answers and how far away a number may be."""
        unit = next((unit["names"][0] for unit in item["units"] if unit["factor"] == "1"), "")
        return tuple(describe(row, unit) for row in item["answers"] if row["credit"] == 100)

    def tally(self, item, response):
        return [normalise(response)] if response else []


def describe(row, unit):
    value, tolerance = Decimal(row["value"]), Decimal(row["tolerance"])
    if row["tolerance_kind"] == "percent":
        tolerance *= abs(value) / 100
    number = f"{show(value)} {unit}".strip()
    if not tolerance:
        return number
    return gettext("%(number)s (from %(least)s to %(most)s)") % {
        "number": number, "least": show(value - tolerance), "most": show(value + tolerance)}


def show(value):
    """In the way of the active language, without zeros at the end."""
    return format_number(value.normalize())
