"""What a survey is made of: each text in all languages side by side. Nothing is right or wrong here."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

from assessments.kinds.choices import refuse
from assessments.kinds.likert.scales import OWN, get_choices, get_labels
from assessments.texts import LocalizedTextBlock

SATISFACTION_POINTS = 5  # of a scale by which satisfaction is measured; its upper two are satisfied
MOST_LABELS = 7


class PassageBlock(blocks.StructBlock):
    """A text between the questions."""

    text = LocalizedTextBlock(label=_("Text"), rows=3)

    class Meta:
        icon = "pilcrow"
        label = _("Text")

    def freeze(self, child):
        return {"kind": "text", "stem": dict(child.value["text"])}


class RatedBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("Text"), rows=2)
    satisfaction = blocks.BooleanBlock(
        label=_("Measures satisfaction"), required=False,
        help_text=_("Satisfaction in reports: of those who answered this statement, the share who chose one of the two "
                    "highest of five points. At most one statement of a survey."))

    class Meta:
        icon = "list-ul"
        label = _("Statement")


class ScaleBlock(blocks.StructBlock):
    """Statements on one scale (Likert)."""

    stem = LocalizedTextBlock(label=_("Instruction"), rows=2)
    scale = blocks.ChoiceBlock(label=_("Scale"), choices=get_choices, default="agreement", required=True)
    labels = blocks.ListBlock(
        LocalizedTextBlock(rows=1), label=_("My own labels"), default=[], max_num=MOST_LABELS,
        help_text=_("Only with “My own labels”: 3 to 7, from the lowest point to the highest."))
    statements = blocks.ListBlock(RatedBlock(), label=_("Statements"), min_num=1, max_num=40)
    required = blocks.BooleanBlock(label=_("Every statement must be answered"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("Scale (Likert)")

    def clean(self, value):
        value = super().clean(value)
        own, labels = value["scale"] == OWN, value["labels"]
        if own and len(labels) < 3:
            raise refuse("labels", _("Write 3 to 7 labels, or choose one of the scales that are offered."))
        if not own and len(labels):
            raise refuse("labels", _("The chosen scale has its own labels: remove these, or choose “My own labels”."))
        points = len(labels) if own else len(get_labels(value["scale"]))
        if points != SATISFACTION_POINTS and any(statement["satisfaction"] for statement in value["statements"]):
            raise blocks.StructBlockValidationError(block_errors={"scale": ValidationError(
                _("Satisfaction is measured on a scale of five points: choose one, or let no statement of this scale "
                  "measure it."))})
        return value

    def freeze(self, child):
        value = child.value
        return {"kind": "scale", "stem": dict(value["stem"]), "required": bool(value["required"]),
                "labels": ([dict(label) for label in value["labels"]] if value["scale"] == OWN
                           else get_labels(value["scale"])),
                "options": [{"id": each.id, "text": dict(each.value["text"]),
                             "satisfaction": bool(each.value["satisfaction"])}
                            for each in value["statements"].bound_blocks]}


class ChoiceBlock(blocks.StructBlock):
    stem = LocalizedTextBlock(label=_("Question"), rows=2)
    options = blocks.ListBlock(LocalizedTextBlock(rows=1), label=_("Options"), min_num=2, max_num=20)
    required = blocks.BooleanBlock(label=_("Must be answered"), required=False)

    class Meta:
        icon = "list-ul"
        label = _("Choice of one")

    def freeze(self, child):
        value = child.value
        return {"kind": "choice", "stem": dict(value["stem"]), "required": bool(value["required"]),
                "options": [{"id": each.id, "text": dict(each.value)} for each in value["options"].bound_blocks]}


class OpenBlock(blocks.StructBlock):
    stem = LocalizedTextBlock(label=_("Question"), rows=2)

    class Meta:
        icon = "edit"
        label = _("Open question")

    def freeze(self, child):
        return {"kind": "open", "stem": dict(child.value["stem"]), "required": False}


class SurveyBlock(blocks.StreamBlock):
    text = PassageBlock()
    scale = ScaleBlock()
    choice = ChoiceBlock()
    open = OpenBlock()

    def clean(self, value):
        value = super().clean(value)
        measures = [statement for child in value if child.block_type == "scale"
                    for statement in child.value["statements"] if statement["satisfaction"]]
        if len(measures) > 1:
            raise blocks.StreamBlockValidationError(non_block_errors=[
                _("Only one statement of a survey can measure satisfaction.")])
        if not any(child.block_type != "text" for child in value):
            raise blocks.StreamBlockValidationError(non_block_errors=[_("Add at least one question.")])
        return value


class SurveyField(StreamField):
    """A StreamField of the items of a survey, whose blocks migrations do not repeat."""

    def __init__(self, *args, **kwargs):
        kwargs.pop("block_lookup", None)
        super().__init__(*(args or [SurveyBlock()]), **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


def freeze(body):
    """The JSON of a survey: {"items": [{"id", "kind", "stem", …}]} in every language."""
    return {"items": [{"id": child.id, **child.block.freeze(child)} for child in body]}
