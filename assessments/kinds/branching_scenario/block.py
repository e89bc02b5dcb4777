"""How a trainer writes a branching scenario."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from assessments.kinds.base import KindBlock, format_points
from assessments.kinds.branching_scenario.graph import get_nodes, is_ending, measure_distances
from assessments.texts import LocalizedTextBlock

CODE = r"^[-a-zA-Z0-9_]+$"
CODE_ERRORS = {"invalid": _("Use letters without accents, digits, hyphens and underscores, without spaces.")}
OUTCOMES = [("good", _("Good outcome")), ("mixed", _("Mixed outcome")), ("bad", _("Bad outcome"))]


def refuse(block_errors):
    return blocks.StructBlockValidationError(
        block_errors={field: ValidationError(message) if isinstance(message, str) else message
                      for field, message in block_errors.items()})


class ScenarioChoiceBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("What can be done"), rows=1)
    target = blocks.RegexBlock(CODE, label=_("Leads to"), max_length=40, error_messages=CODE_ERRORS,
                               help_text=_("The code of another situation or of this one."))
    consequence = LocalizedTextBlock(label=_("Consequence"), required=False,
                                     help_text=_("What happens then. Shown after choosing."))
    points = blocks.DecimalBlock(label=_("Points"), default=0, min_value=-100, max_value=100, max_digits=5,
                                 decimal_places=2,
                                 help_text=_("What this choice adds or, below 0, takes away. It counts once, however "
                                             "often it is taken."))

    class Meta:
        icon = "arrow-right"
        label = _("Choice")


class SituationBlock(blocks.StructBlock):
    code = blocks.RegexBlock(CODE, label=_("Code"), max_length=40, error_messages=CODE_ERRORS,
                             help_text=_("A short name for the choices that lead here. Learners do not see it."))
    text = LocalizedTextBlock(label=_("What happens"), rows=3)
    image = ImageChooserBlock(label=_("Image"), required=False)
    alt = LocalizedTextBlock(label=_("What the image shows, in words"), rows=1, required=False,
                             help_text=_("For people who do not see the image. Needed when there is one."))
    choices = blocks.ListBlock(ScenarioChoiceBlock(), label=_("Choices"), max_num=8, default=[],
                               help_text=_("A situation without choices is an ending."))
    ending = LocalizedTextBlock(label=_("Title of the ending"), rows=1, required=False,
                                help_text=_("Only for an ending, which needs it."))
    outcome = blocks.ChoiceBlock(label=_("Kind of ending"), choices=OUTCOMES, required=False,
                                 help_text=_("Only for an ending, which needs it."))

    class Meta:
        icon = "comment"
        label = _("Situation")


class BranchingScenarioBlock(KindBlock):
    stem = LocalizedTextBlock(label=_("Title and introduction"))
    nodes = blocks.ListBlock(SituationBlock(), label=_("Situations"), min_num=2, max_num=60,
                             help_text=_("The story starts with the first one. Save the question to see its map."))
    restart = blocks.BooleanBlock(label=_("Learners may start the story again"), required=False,
                                  help_text=_("Otherwise what was chosen stands."))

    def clean(self, value):
        value = super().clean(value)
        nodes = freeze_nodes(value)
        codes = [node["code"] for node in nodes]
        errors = {index: refuse(found) for index, node in enumerate(nodes)
                  if (found := find_errors(node, value["nodes"][index], codes, index))}
        if errors:
            raise refuse({"nodes": ListBlockValidationError(block_errors=errors)})
        if not any(is_ending(get_nodes(nodes)[code]) for code in measure_distances(nodes, codes[0])):
            message = _("No ending can be reached from the first situation, so the story cannot be finished.")
            raise refuse({"nodes": ListBlockValidationError(non_block_errors=[ValidationError(message)])})
        return value

    class Meta:
        icon = "crosshairs"
        label = _("Branching scenario")


def find_errors(node, value, codes, index):
    """{field: error} of one situation. ``node``: frozen; ``codes``: of all situations."""
    errors = {}
    if node["code"] in codes[:index]:
        errors["code"] = ValidationError(_("Another situation has this code already."))
    unknown = {number: refuse({"target": ValidationError(_("No situation has this code."))})
               for number, choice in enumerate(node["choices"]) if choice["target"] not in codes}
    if unknown:
        errors["choices"] = ListBlockValidationError(block_errors=unknown)
    if value["image"] and not any(node["alt"].values()):
        errors["alt"] = ValidationError(_("Say in words what the image shows."))
    if is_ending(node) and index == 0:
        message = _("The first situation needs choices: the story starts with it.")
        errors["choices"] = ListBlockValidationError(non_block_errors=[ValidationError(message)])
    elif is_ending(node):
        message = ValidationError(_("A situation without choices is an ending. Give it this, or give it choices."))
        errors |= {field: message for field, missing in (("ending", not any(value["ending"].values())),
                                                         ("outcome", not value["outcome"])) if missing}
    elif any(value["ending"].values()) or value["outcome"]:
        errors["choices"] = ListBlockValidationError(non_block_errors=[ValidationError(
            _("A situation with choices is no ending. Take away its choices, or its title and kind of ending."))])
    return errors


def freeze_nodes(value):
    """The ``nodes`` of an item. An image is kept by its id: it may be deleted later, its words stay."""
    return [freeze_node(node) for node in value["nodes"]]


def freeze_node(value):
    choices = [{"id": choice.id, "text": dict(choice.value["text"]), "target": choice.value["target"],
                "consequence": dict(choice.value["consequence"]), "points": format_points(choice.value["points"])}
               for choice in value["choices"].bound_blocks]
    return {"code": value["code"], "text": dict(value["text"]), "image": value["image"] and value["image"].pk,
            "alt": dict(value["alt"]), "choices": choices,
            "ending": None if choices else {"title": dict(value["ending"]), "outcome": value["outcome"] or "mixed"}}
