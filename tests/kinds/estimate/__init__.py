"""A kind of question that the platform does not have, added from outside as docs/question-kinds.md tells: to guess a
percentage. tests/settings.py lists it; nothing else knows of it."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.base import Kind, KindBlock
from tests.kinds.estimate import grading


class EstimateBlock(KindBlock):
    right = blocks.IntegerBlock(label="Right figure (%)", min_value=0, max_value=100)
    reach = blocks.IntegerBlock(label="Points away at which nothing is earned", min_value=1, max_value=100, default=20)


class Estimate(Kind):
    name = "estimate"
    label = "Estimate"
    hint = _("Choose one answer.")
    block = EstimateBlock
    grading = grading

    def freeze_parts(self, value):
        return {"right": value["right"], "reach": value["reach"]}

    def read(self, post, name, item):
        text = post.get(name, "").strip()
        return {"percent": int(text)} if text.isdecimal() and len(text) < 4 else text or None

    def present(self, item, response):
        return {"percent": response.get("percent", "")}

    def review(self, item, response, details, *, show_key):
        return {"percent": response.get("percent", ""), "right": item["right"] if show_key else None}

    def tally(self, item, response):
        return [str(response["percent"])] if response else []
