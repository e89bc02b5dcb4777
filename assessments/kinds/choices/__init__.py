"""What the kinds share in which options are chosen."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import Kind, KindBlock
from assessments.texts import LocalizedTextBlock, get_text


class OptionBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("Text"), rows=1)
    correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = LocalizedTextBlock(label=_("Feedback"), required=False,
                                  help_text=_("Why it is right or wrong. Shown after the attempt."))

    class Meta:
        icon = "list-ul"
        label = _("Option")


def refuse(field, message):
    """The error of one list of a question's block."""
    return blocks.StructBlockValidationError(
        block_errors={field: ListBlockValidationError(non_block_errors=[ValidationError(message)])})


class ChoiceBlock(KindBlock):
    """What single and multiple choice share; ``clean`` refuses a key that no answer could satisfy."""

    options = blocks.ListBlock(OptionBlock(), label=_("Options"), min_num=2, max_num=12)

    def clean(self, value):
        value = super().clean(value)
        right = sum(bool(option["correct"]) for option in value["options"])
        if message := self.get_key_error(right, len(value["options"])):
            raise refuse("options", message)
        return value


@dataclass(slots=True)
class Option:
    id: str
    text: str
    checked: bool
    correct: bool = False
    shows_key: bool = False
    feedback: str = ""


class ChoiceKind(Kind):
    """Its response is the list of the ids of the chosen options."""

    input_type = "radio"
    question_template = "choices/question.html"
    review_template = "choices/review.html"

    def freeze_parts(self, value):
        return {"options": [
            {"id": option.id, "text": dict(option.value["text"]), "correct": bool(option.value["correct"]),
             "feedback": dict(option.value["feedback"])}
            for option in value["options"].bound_blocks]}

    def get_option_text(self, option):
        return get_text(option["text"])

    def read(self, post, name, item):
        return [value for value in post.getlist(name) if value]

    def present(self, item, response):
        return {"input_type": self.input_type,
                "options": [Option(option["id"], self.get_option_text(option), option["id"] in response)
                            for option in item["options"]]}

    def review(self, item, response, details, *, show_key):
        return {"options": [
            Option(option["id"], self.get_option_text(option), checked := option["id"] in response,
                   correct=option["correct"], shows_key=show_key,
                   feedback=get_text(option["feedback"]) if checked or show_key else "")
            for option in item["options"]]}

    def tally(self, item, response):
        return response


PENALTIES = [("none", _("A wrong answer costs nothing")),
             ("chance", _("A wrong answer costs what guessing would gain: 1/(options - 1)")),
             ("half", _("A wrong answer costs half of the points")),
             ("whole", _("A wrong answer costs all of the points"))]


def get_penalty_block():
    return blocks.ChoiceBlock(label=_("Penalty"), choices=PENALTIES, default="none", required=True)

