from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import Kind
from assessments.kinds.choices import Option
from assessments.kinds.matrix import Cell, Column, Row, make_scale_rows
from assessments.kinds.points import read_points
from assessments.kinds.situational_judgement import grading
from assessments.kinds.situational_judgement.block import EXPERT_FIELDS, SituationalJudgementBlock
from assessments.kinds.situational_judgement.reviewing import review_option
from assessments.kinds.situational_judgement.words import EFFECTIVENESS, HINTS, PARTS
from assessments.texts import get_text, localise


class SituationalJudgement(Kind):
    """What to do in a situation, by the item's ``mode``; its grading says what a response is in each."""

    name = "situational_judgement"
    label = _("Situational judgement")
    block = SituationalJudgementBlock
    grading = grading

    def freeze_parts(self, value):
        field = EXPERT_FIELDS[value["mode"]]
        return {"mode": value["mode"], "options": [
            {"id": child.id, "text": dict(child.value["text"]), "rationale": dict(child.value["rationale"]),
             "expert": child.value[field] or ("" if field == "verdict" else 0)}
            for child in value["options"].bound_blocks]}

    def get_texts(self, item):
        return [*super().get_texts(item), *(option["rationale"] for option in item["options"])]

    def read(self, post, name, item):
        if item["mode"] == "panel":
            return [value for value in post.getlist(name) if value]
        if item["mode"] == "best_worst":
            return {part: post.get(f"{name}-{part}", "") for part in grading.PARTS}
        return read_points(post, name, [option["id"] for option in item["options"]], grading.get_most(item))

    def describe_missing(self, item, response):
        if item["mode"] == "best_worst":
            if len(response) < len(grading.PARTS):
                return gettext("Only one of the two is chosen.")
            return gettext("The same option is chosen twice.") if len(set(response.values())) == 1 else ""
        if item["mode"] == "rank" and len(set(response.values())) < len(item["options"]):
            return gettext("Not everything has a place of its own.")
        empty = len(item["options"]) - len(response) if item["mode"] == "rate" else 0
        return ngettext("%(count)d option has no answer.", "%(count)d options have no answer.", empty) % {
            "count": empty} if empty else ""

    def present(self, item, response):
        return {"mode": item["mode"], "hint": HINTS[item["mode"]], **getattr(self, f"present_{item['mode']}")(
            item["options"], response)}

    def present_rate(self, options, response):
        columns = [Column(text) for text in EFFECTIVENESS]
        return {"rows_title": gettext("Option"), "columns": columns,
                "rows": make_scale_rows(options, columns, response)}

    def present_best_worst(self, options, response):
        columns = {part: Column(text) for part, text in PARTS.items()}
        return {"rows_title": gettext("Option"), "columns": columns.values(), "rows": [
            Row(option["id"], *localise(option["text"]),
                [Cell(part, option["id"], response.get(part) == option["id"], column)
                 for part, column in columns.items()]) for option in options]}

    def present_rank(self, options, response):
        return {"ranks": range(1, len(options) + 1), "options": [
            {"id": option["id"], "text": get_text(option["text"]), "rank": response.get(option["id"])}
            for option in options]}

    def present_panel(self, options, response):
        return {"input_type": "radio", "options": [
            Option(option["id"], get_text(option["text"]), option["id"] in response) for option in options]}

    def review(self, item, response, details, *, show_key):
        return {"options": [review_option(item, option, response, show_key=show_key) for option in item["options"]]}

    def tally(self, item, response):
        if item["mode"] == "panel":
            return response
        return [f"{part}:{value}" for part, value in response.items()]
