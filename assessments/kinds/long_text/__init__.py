from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.long_text import grading
from assessments.kinds.marked import MarkedBlock, MarkedKind


class LongTextBlock(MarkedBlock):
    minimum = blocks.IntegerBlock(label=_("Words at least"), default=0, min_value=0, max_value=5000,
                                  help_text=_("0: no minimum. A shorter text is taken all the same, and it is said."))
    maximum = blocks.IntegerBlock(label=_("Words at most"), default=0, min_value=0, max_value=5000,
                                  help_text=_("0: no maximum. A longer text is taken all the same, and it is said."))

    def clean(self, value):
        value = super().clean(value)
        if value["maximum"] and value["maximum"] < value["minimum"]:
            raise blocks.StructBlockValidationError(
                block_errors={"maximum": ValidationError(_("It must not be less than the words at least."))})
        return value

    class Meta:
        icon = "pilcrow"
        label = _("Long text, marked by a person")


class LongText(MarkedKind):
    """Its response is the text."""

    name = "long_text"
    label = _("Long text, marked by a person")
    hint = _("Write your answer. A person will read and mark it.")
    block = LongTextBlock
    grading = grading
    scripts = ("js/long_text.js",)

    def freeze_parts(self, value):
        return super().freeze_parts(value) | {"minimum": value["minimum"] or 0, "maximum": value["maximum"] or 0}

    def read(self, post, name, item):
        return post.get(name, "")

    def describe_missing(self, item, response):
        words, least, most = grading.count_words(response), item["minimum"], item["maximum"]
        if words < least:
            return gettext("It has %(words)d words; at least %(least)d are asked for.") % {
                "words": words, "least": least}
        if most and words > most:
            return gettext("It has %(words)d words; at most %(most)d are asked for.") % {"words": words, "most": most}
        return ""

    def present(self, item, response):
        return super().present(item, response) | {
            "text": response, "words": grading.count_words(response), "minimum": item["minimum"],
            "maximum": item["maximum"], "longest": grading.LONGEST}

    def review(self, item, response, details, *, show_key):
        return super().review(item, response, details, show_key=show_key) | {
            "text": response, "minimum": item["minimum"], "maximum": item["maximum"], **details}

    def tally(self, item, response):
        return ["written"] if response else []
