from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import Kind
from assessments.kinds.gap_fill import grading
from assessments.kinds.gap_fill.block import GapFillBlock, freeze_parts
from assessments.kinds.gap_fill.markers import split_text
from assessments.kinds.words import join_answers, normalise
from assessments.texts import get_text, localise


@dataclass(slots=True)
class Gap:
    """``number``: where it stands in the text as it is shown, from 1. ``key``: the right answer, where it is shown."""

    id: str
    number: int
    written: str
    right: bool = False
    feedback: str = ""
    key: str = ""


class GapFill(Kind):
    """Its response is {gap id: text}."""

    name = "gap_fill"
    label = _("Text with gaps")
    hint = _("Write what is missing in each gap.")
    block = GapFillBlock
    grading = grading

    def freeze_parts(self, value):
        return freeze_parts(value)

    def get_texts(self, item):
        of_gaps = [texts for gap in item["gaps"] for texts in (join_answers(gap["accepted"]), gap["feedback"])]
        return [item["text"], *(texts for texts in of_gaps if any(texts.values()))]

    def read(self, post, name, item):
        return {gap["id"]: post.get(f"{name}-{gap['id']}", "") for gap in item["gaps"]}

    def present(self, item, response):
        def make_gap(gap, number):
            return Gap(gap["id"], number, response.get(gap["id"], ""))

        pieces, language = self.get_pieces(item, make_gap)
        return {"pieces": pieces, "language": language, "total": len(item["gaps"]), "longest": grading.LONGEST}

    def review(self, item, response, details, *, show_key):
        language = localise(item["text"])[1]

        def make_gap(gap, number):
            made = Gap(gap["id"], number, response.get(gap["id"], ""), right=gap["id"] in details["right"])
            if made.written or show_key:
                made.feedback = get_text(gap["feedback"])
            if show_key and not made.right:
                answers = gap["accepted"].get(language) or localise(gap["accepted"])[0]
                made.key = answers[0] if answers else ""
            return made

        pieces, language = self.get_pieces(item, make_gap)
        return {"pieces": pieces, "language": language, "gaps": [piece for piece in pieces if isinstance(piece, Gap)]}

    def get_pieces(self, item, make_gap):
        """([text, Gap, text, …], language) in the active language."""
        text, language = localise(item["text"])
        pieces, shown = [], 0
        for piece in split_text(text, len(item["gaps"])):
            if isinstance(piece, int):
                shown += 1
                piece = make_gap(item["gaps"][piece - 1], shown)
            pieces.append(piece)
        return pieces, language

    def tally(self, item, response):
        return [f"{gap['id']}: {normalise(response[gap['id']], case=gap['case'], accents=gap['accents'])}"
                for gap in item["gaps"] if gap["id"] in response]
