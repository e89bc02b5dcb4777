"""What the kinds share in which options are chosen."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import number_format as format_number
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError

from assessments.kinds.base import Kind, KindBlock, format_points
from assessments.kinds.weights import get_share
from assessments.texts import LocalizedTextBlock, get_text


class OptionBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("Text"), rows=1)
    correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = LocalizedTextBlock(label=_("Feedback"), required=False,
                                  help_text=_("Why it is right or wrong. Shown after the attempt."))
    percent = blocks.DecimalBlock(
        label=_("Percentage"), required=False, min_value=-100, max_value=100, max_digits=8, decimal_places=5,
        help_text=_("Only where each option has its own percentage of the points; less than 0 costs points. Empty is "
                    "0. 33.33333 is a third."))

    class Meta:
        icon = "list-ul"
        label = _("Option")


def refuse(field, message):
    """The error of one list of a question's block."""
    return blocks.StructBlockValidationError(
        block_errors={field: ListBlockValidationError(non_block_errors=[ValidationError(message)])})


class ChoiceBlock(KindBlock):
    """What single and multiple choice share; ``clean`` refuses a key that no answer could satisfy. Where its
    ``scoring_field`` is one of ``WEIGHED``, the percentages of the options are the key, and decide which are correct.
    """

    options = blocks.ListBlock(OptionBlock(), label=_("Options"), min_num=2, max_num=30)
    scoring_field = ""

    def clean(self, value):
        value = super().clean(value)
        if value[self.scoring_field] in WEIGHED:
            percents = [get_percent(option) for option in value["options"]]
            message = self.get_percents_error(percents)
            for option, percent in zip(value["options"], percents, strict=True):
                option["correct"] = self.is_correct(percent)
        else:
            refuse_percents(value["options"])
            message = self.get_key_error(sum(bool(option["correct"]) for option in value["options"]))
        if message:
            raise refuse("options", message)
        return value

    def get_key_error(self, right):
        """The sentence that refuses a question with ``right`` correct options, or None."""
        raise NotImplementedError

    def get_percents_error(self, percents):
        raise NotImplementedError

    @staticmethod
    def is_correct(percent):
        """Is an option with this percentage a right answer?"""
        raise NotImplementedError


WEIGHED = ("weights", "weights_negative")


def get_percent(option):
    return option["percent"] or 0


def refuse_percents(options):
    errors = {index: blocks.StructBlockValidationError(block_errors={"percent": ValidationError(
        _("A percentage counts only where each option has its own. Leave this empty, or change how it is scored."))})
        for index, option in enumerate(options) if option["percent"]}
    if errors:
        raise blocks.StructBlockValidationError(block_errors={"options": ListBlockValidationError(block_errors=errors)})


@dataclass(slots=True)
class Option:
    """``percent``: what it earns where each has its own percentage, as the text in the item; else empty."""

    id: str
    text: str
    checked: bool
    correct: bool = False
    shows_key: bool = False
    feedback: str = ""
    percent: str = ""

    @property
    def is_partly_right(self):
        """Does it earn a part of the points, where only one is chosen?"""
        return self.correct is False and bool(self.percent) and get_share(self.percent) > 0

    @property
    def earns(self):
        """What it earns or costs, as a sentence; empty where it has no percentage of its own."""
        if not self.percent:
            return ""
        percent = Decimal(self.percent)
        shown = format_number(abs(round(percent, 2)).normalize())
        return (gettext("It costs %(percent)s%%.") if percent < 0 else gettext("It earns %(percent)s%%.")) % {
            "percent": shown}


class ChoiceKind(Kind):
    """Its response is the list of the ids of the chosen options."""

    input_type = "radio"
    question_template = "choices/question.html"
    review_template = "choices/review.html"

    def freeze_parts(self, value):
        is_weighed = value[self.block.scoring_field] in WEIGHED
        return {"options": [self.freeze_option(option.id, option.value, is_weighed)
                            for option in value["options"].bound_blocks]}

    def freeze_option(self, number, option, is_weighed):
        frozen = {"id": number, "text": dict(option["text"]), "correct": bool(option["correct"]),
                  "feedback": dict(option["feedback"])}
        if is_weighed:
            percent = get_percent(option)
            frozen |= {"correct": self.block.is_correct(percent), "percent": format_points(percent)}
        return frozen

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
                   feedback=get_text(option["feedback"]) if checked or show_key else "",
                   percent=option.get("percent", "") if checked or show_key else "")
            for option in item["options"]]}

    def tally(self, item, response):
        return response


PENALTIES = [("none", _("A wrong answer costs nothing")),
             ("chance", _("A wrong answer costs what guessing would gain: 1/(options - 1)")),
             ("half", _("A wrong answer costs half of the points")),
             ("whole", _("A wrong answer costs all of the points"))]


def get_penalty_block(choices=PENALTIES):
    return blocks.ChoiceBlock(label=_("Penalty"), choices=choices, default="none", required=True)

