"""What the kinds share whose answers a person marks."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import Kind, KindBlock
from assessments.texts import LocalizedTextBlock, get_text


class LevelBlock(blocks.StructBlock):
    title = LocalizedTextBlock(label=_("Level"), rows=1)
    description = LocalizedTextBlock(label=_("What an answer of this level is like"), required=False)
    points = blocks.IntegerBlock(label=_("Points"), min_value=0, max_value=100)

    class Meta:
        icon = "list-ol"
        label = _("Level")


class CriterionBlock(blocks.StructBlock):
    title = LocalizedTextBlock(label=_("Criterion"), rows=1)
    weight = blocks.IntegerBlock(label=_("Weight"), default=1, min_value=1, max_value=100,
                                 help_text=_("The points of its levels are multiplied by it."))
    levels = blocks.ListBlock(LevelBlock(), label=_("Levels"), min_num=2, max_num=8)

    class Meta:
        icon = "list-ul"
        label = _("Criterion")

    def clean(self, value):
        value = super().clean(value)
        if not any(level["points"] for level in value["levels"]):
            message = _("At least one level must have points.")
            raise blocks.StructBlockValidationError(
                block_errors={"levels": ListBlockValidationError(non_block_errors=[ValidationError(message)])})
        return value


class MarkedBlock(KindBlock):
    rubric = blocks.ListBlock(
        CriterionBlock(), label=_("Rubric"), min_num=0, max_num=10, default=[],
        help_text=_("Learners see it while they answer. Without one, whoever marks gives points directly."))
    guide = LocalizedTextBlock(
        label=_("Marking guide"), required=False, rows=4,
        help_text=_("For those who mark. Learners see it only where the right answers are shown, after the end."))


class MarkedKind(Kind):
    """``answer_template`` shows what was answered, to its learner and to whoever marks."""

    is_marked = True
    review_template = "marked/review.html"

    @property
    def answer_template(self):
        return f"{self.name}/answer.html"

    def freeze_parts(self, value):
        return {"guide": dict(value["guide"]), "rubric": [
            {"id": criterion.id, "title": dict(criterion.value["title"]), "weight": criterion.value["weight"],
             "levels": [{"id": level.id, "title": dict(level.value["title"]),
                         "description": dict(level.value["description"]), "points": level.value["points"]}
                        for level in criterion.value["levels"].bound_blocks]}
            for criterion in value["rubric"].bound_blocks]}

    def get_texts(self, item):
        texts = [item["guide"]]
        for criterion in item["rubric"]:
            texts.append(criterion["title"])
            for level in criterion["levels"]:
                texts += [level["title"], level["description"]]
        return [text for text in texts if any(text.values())]

    def present(self, item, response):
        return {"rubric": present_rubric(item)}

    def review(self, item, response, details, *, show_key):
        return {"answer_template": self.answer_template, "guide": get_text(item["guide"]) if show_key else ""}


def present_rubric(item):
    """The criteria with their levels, texts in the active language: [{"id", "title", "weight", "levels": [{"id",
    "title", "description", "points"}]}]."""
    return [{"id": criterion["id"], "title": get_text(criterion["title"]), "weight": criterion["weight"],
             "levels": [{"id": level["id"], "title": get_text(level["title"]), "points": level["points"],
                         "description": get_text(level["description"])} for level in criterion["levels"]]}
            for criterion in item["rubric"]]
