from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from assessments.kinds.base import Kind
from assessments.kinds.gap_fill import grading
from assessments.kinds.gap_fill.block import GapFillBlock, freeze_parts
from assessments.kinds.gap_fill.markers import split_text
from assessments.kinds.weights import get_share
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
    partly: bool = False
    choices: tuple[str, ...] = ()


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
        of_gaps = [texts for gap in item["gaps"] for row in (gap, *gap.get("others", ()))
                   for texts in (join_answers(row["accepted"]), row["feedback"], row.get("when_right", {}))]
        return [item["text"], *(texts for texts in of_gaps if any(texts.values()))]

    def read(self, post, name, item):
        return {gap["id"]: post.get(f"{name}-{gap['id']}", "") for gap in item["gaps"]}

    def describe_missing(self, item, response):
        empty = len(item["gaps"]) - len(response)
        return ngettext("%(count)d gap is empty.", "%(count)d gaps are empty.", empty) % {
            "count": empty} if empty else ""

    def present(self, item, response):
        def make_gap(gap, number):
            return Gap(gap["id"], number, response.get(gap["id"], ""), choices=get_choices(gap))

        pieces, language = self.get_pieces(item, make_gap)
        return {"pieces": pieces, "language": language, "total": len(item["gaps"]), "longest": grading.LONGEST}

    def review(self, item, response, details, *, show_key):
        language = localise(item["text"])[1]

        def make_gap(gap, number):
            made = Gap(gap["id"], number, response.get(gap["id"], ""), right=gap["id"] in details["right"])
            if made.right:
                made.feedback = get_text(gap.get("when_right"))
            other = find_other(gap, details)
            if other:
                made.partly = not made.right and get_share(other["credit"]) > 0
                made.feedback = get_text(other["feedback"])
            if not made.feedback and (made.written or show_key):
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


def find_other(gap, details):
    """The one of the other answers of a gap that counted, or None."""
    chosen = details.get("others", {}).get(gap["id"])
    return next((other for other in gap.get("others", ()) if other["id"] == chosen), None)


def get_choices(gap):
    """What is offered in a gap with a list, in the active language or in the first one as a whole; the order does not
    tell which is right."""
    if not gap.get("is_list"):
        return ()
    rows = [row["accepted"] for row in (gap, *gap["others"])]
    wanted = [get_language(), settings.LANGUAGE_CODE, *rows[0]]
    language = next((code for code in wanted if all(row.get(code) for row in rows)), wanted[-1])
    offered = [answer for row in rows for answer in row.get(language, ())]
    return tuple(sorted(offered, key=lambda text: (normalise(text), text)))
