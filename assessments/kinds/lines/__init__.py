"""What the kinds share that are answered with a line of text."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.base import Kind, format_points
from assessments.kinds.choices import refuse
from assessments.texts import LocalizedTextBlock, get_text


def get_credit_block(default=100):
    return blocks.DecimalBlock(label=_("Credit (%)"), default=default, min_value=0, max_value=100, max_digits=8,
                               decimal_places=5,
                               help_text=_("How much of the points this answer earns. 33.33333 is a third."))


def freeze_credit(credit):
    """A whole number as such, another one as its text: JSON has no exact decimals."""
    credit = Decimal(credit)
    return int(credit) if credit == int(credit) else format_points(credit)


def get_feedback_block():
    return LocalizedTextBlock(label=_("Feedback"), required=False, rows=1,
                              help_text=_("Shown after the attempt to whoever gave this answer."))


def check_full_credit(answers, field="answers"):
    """Refuse a question whose points nobody can earn."""
    if all(answer["credit"] < 100 for answer in answers):
        raise refuse(field, _("At least one answer must earn 100%."))


@dataclass(slots=True)
class Line:
    """A line of text and what became of it. ``earned``: a Fraction; ``note``: a sentence; ``keys``: right answers, to
    be shown."""

    written: str
    earned: Fraction
    note: str = ""
    feedback: str = ""
    keys: tuple[str, ...] = ()

    @property
    def is_right(self):
        return self.earned >= 1


class LineKind(Kind):
    """Its response is a text. Its item has ``answers``, rows with an ``id``, a ``credit`` in per cent (a number or its
    text) and ``feedback``; its details {"answer": id of the row that counted or None, "earned": fraction as text}."""

    question_template = "lines/question.html"
    review_template = "lines/review.html"

    def read(self, post, name, item):
        return post.get(name, "")

    def get_help(self, item):
        """How to write the answer; shown above the line."""
        return ""

    def get_note(self, item, details):
        """What else there is to say of an answer."""
        return ""

    def get_keys(self, item):
        """The right answers, as they are shown."""
        raise NotImplementedError

    def get_feedback(self, item, row):
        """What is said of an answer that ``row`` accepts, None when nothing does."""
        return get_text(row["feedback"]) if row else ""

    def present(self, item, response):
        return {"written": response, "longest": self.grading.LONGEST, "help": self.get_help(item)}

    def review(self, item, response, details, *, show_key):
        row = next((row for row in item["answers"] if row["id"] == details["answer"]), None)
        line = Line(response, Fraction(details["earned"]), note=self.get_note(item, details) if response else "",
                    feedback=self.get_feedback(item, row) if response else "")
        if show_key and not line.is_right:
            line.keys = self.get_keys(item)
        return {"line": line}
