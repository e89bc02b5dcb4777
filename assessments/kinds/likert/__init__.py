from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import Kind
from assessments.kinds.likert import grading
from assessments.kinds.likert.block import LikertBlock, find_subscale
from assessments.kinds.likert.scales import OWN, get_labels
from assessments.kinds.matrix import make_columns, make_scale_rows
from assessments.kinds.points import read_points
from assessments.texts import localise


@dataclass(frozen=True, slots=True)
class Given:
    """What a person answered to a statement: ``label`` is None where it was left out."""

    text: str
    language: str
    point: int | None
    label: object
    is_reverse: bool


@dataclass(frozen=True, slots=True)
class Mean:
    """``value`` is a Decimal or None; ``percent``, how far it lies between the lowest and the highest point."""

    name: str
    language: str
    value: Decimal | None
    percent: str
    answered: int
    items: int


class Likert(Kind):
    """Statements rated on one scale. Its ``options`` are the statements; its response is {statement id: point}."""

    name = "likert"
    label = _("Scale of attitudes (Likert)")
    hint = _("Choose one point of the scale for each statement. There are no right or wrong answers.")
    block = LikertBlock
    grading = grading

    def freeze(self, value):
        return super().freeze(value) | {"points": "0"}

    def freeze_parts(self, value):
        own = value["scale"] == OWN
        subscales = value["subscales"]
        return {
            "labels": [dict(label) for label in value["labels"]] if own else get_labels(value["scale"]),
            "subscales": [{"id": child.id, "name": dict(child.value)} for child in subscales.bound_blocks],
            "options": [{"id": child.id, "text": dict(child.value["text"]), "reverse": bool(child.value["reverse"]),
                         "subscale": subscale and subscale.id}
                        for child in value["statements"].bound_blocks
                        for subscale in [find_subscale(child.value["subscale"], subscales)]]}

    def get_texts(self, item):
        return [*super().get_texts(item), *item["labels"], *(subscale["name"] for subscale in item["subscales"])]

    def arrange(self, item, rng):
        """The order of an instrument is part of it: its statements are never shuffled."""
        return super().arrange(item, None)

    def read(self, post, name, item):
        return read_points(post, name, [option["id"] for option in item["options"]], len(item["labels"]))

    def describe_missing(self, item, response):
        empty = len(item["options"]) - len(response)
        return ngettext("%(count)d statement has no answer.", "%(count)d statements have no answer.", empty) % {
            "count": empty} if empty else ""

    def present(self, item, response):
        columns = make_columns(item["labels"])
        return {"rows_title": gettext("Statement"), "columns": columns,
                "rows": make_scale_rows(item["options"], columns, response)}

    def review(self, item, response, details, *, show_key):
        labels = make_columns(item["labels"])
        statements = [Given(*localise(option["text"]), point := response.get(option["id"]),
                            labels[point - 1] if point else None, show_key and option["reverse"])
                      for option in item["options"]]
        means = [make_mean(*localise(subscale["name"]), details["subscales"][subscale["id"]], len(labels))
                 for subscale in item["subscales"]]
        whole = {"mean": details["mean"], "answered": len(response), "items": len(item["options"])}
        means.append(make_mean(gettext("All statements"), "", whole, len(labels)))
        return {"statements": statements, "means": means, "lowest": labels[0], "highest": labels[-1],
                "points": len(labels)}

    def tally(self, item, response):
        return [f"{statement}:{point}" for statement, point in response.items()]


def make_mean(name, language, figures, points):
    value = figures["mean"] and Decimal(figures["mean"])
    percent = format((value - 1) * 100 / (points - 1), ".1f") if value else ""
    return Mean(name, language, value, percent, figures["answered"], figures["items"])
