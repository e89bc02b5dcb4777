"""The questions of an attempt as a page shows them, in the active language."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format as format_number

from assessments.attempts import get_fingerprint, get_items
from assessments.grading import grade_item
from assessments.kinds import get_graders, get_kind
from assessments.kinds.base import Kind
from assessments.texts import get_text, localise


@dataclass(slots=True)
class Question:
    """One item. ``field`` begins the names of its fields; ``before`` is the fingerprint of the saved response; ``view``
    is what its kind returned for its template. ``credit`` is the Fraction of the points, on a review page alone."""

    position: int
    item: dict
    kind: Kind
    stem: str
    language: str
    before: str
    view: dict
    feedback: str = ""
    credit: Fraction | None = None
    score: Fraction | None = None

    @property
    def number(self):
        return self.position + 1

    @property
    def field(self):
        return f"q{self.position}"

    @property
    def is_answered(self):
        return bool(self.before)

    @property
    def has_points(self):
        return bool(Fraction(self.item["points"]))

    @property
    def points_earned(self):
        """Rounded down to two decimals, as text: what is shown never exceeds what was earned."""
        return format_number(Decimal(self.score.numerator * 100 // self.score.denominator) / 100)

    @property
    def is_pending(self):
        return self.has_points and self.credit is None

    @property
    def is_right(self):
        return self.credit is not None and self.credit >= 1

    @property
    def is_partly(self):
        return self.credit is not None and 0 < self.credit < 1


def get_saved_responses(attempt):
    """{position: response} as each kind keeps it; for positions without an answer its kind's empty one."""
    return {answer.position: answer.response for answer in attempt.answers.all()}


def make_question(position, item, response, view, **fields):
    stem, language = localise(item["stem"])
    return Question(position=position, item=item, kind=get_kind(item["kind"]), stem=stem, language=language,
                    before=get_fingerprint(response), view=view, **fields)


def present_questions(attempt, positions=None):
    """The Questions of an open attempt, with what is saved; of all positions or the given ones."""
    responses, questions = get_saved_responses(attempt), []
    for position, item in enumerate(get_items(attempt)):
        if positions is None or position in positions:
            kind = get_kind(item["kind"])
            response = kind.grading.check(item, responses.get(position))
            questions.append(make_question(position, item, response, kind.present(item, response)))
    return questions


def review_questions(attempt, *, show_key, positions=None):
    """The Questions of an attempt with what was right, as it was graded; ``show_key``: also of what was not answered
    right."""
    answers = {answer.position: answer for answer in attempt.answers.prefetch_related("marks")}
    questions = []
    for position, item in enumerate(get_items(attempt, corrected=True)):
        if positions is None or position in positions:
            answer = answers.get(position)
            kind = get_kind(item["kind"])
            response = kind.grading.check(item, answer.response if answer else None)
            result = grade_item(item, response, get_graders(), mark=get_final_mark(answer))
            points = Fraction(item["points"])
            questions.append(make_question(
                position, item, response, kind.review(item, response, result.details, show_key=show_key),
                feedback=get_text(item["feedback"]) if show_key else "", score=result.score,
                credit=result.score / points if points and result.score is not None else None))
    return questions


def get_final_mark(answer):
    """The Fraction that counts of what markers gave for an Answer (its ``marks`` prefetched), or None."""
    final = answer and next((mark for mark in answer.marks.all() if mark.is_final), None)
    return Fraction(final.fraction) if final else None
