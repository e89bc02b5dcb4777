"""The questions of an attempt as a page shows them, in the active language."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.formats import number_format as format_number

from assessments.attempts import can_check, find_answers, get_fingerprint, get_items
from assessments.grading import grade_item
from assessments.kinds import get_graders, get_kind
from assessments.kinds.base import Kind
from assessments.kinds.marked import present_rubric
from assessments.models import HandedInFile
from assessments.pictures import load_renditions, make_pictures
from assessments.texts import get_text, localise


@dataclass
class Question:
    """One item. ``field`` begins the names of its fields; ``before`` is the fingerprint of the saved response; ``view``
    is what its kind returned for its template; ``file`` the HandedInFile that answers it. ``credit`` is the Fraction of
    the points and ``remarks`` what markers said, both on a review page alone."""

    position: int
    item: dict
    kind: Kind
    stem: str
    language: str
    before: str
    view: dict
    file: HandedInFile | None = None
    feedback: str = ""
    pictures: tuple = ()
    remarks: tuple = ()
    credit: Fraction | None = None
    score: Fraction | None = None
    can_check: bool = False
    is_checked: bool = False

    @property
    def number(self):
        return self.position + 1

    @property
    def field(self):
        return f"q{self.position}"

    @property
    def is_answered(self):
        return bool(self.before)

    @cached_property
    def has_points(self):
        return bool(Fraction(self.item["points"]))

    @property
    def points_earned(self):
        """Rounded down to two decimals, as text: what is shown never exceeds what was earned. Empty while pending."""
        if self.score is None:
            return ""
        return format_number(Decimal(self.score.numerator * 100 // self.score.denominator) / 100)

    @property
    def is_negative(self):
        return self.score is not None and self.score < 0

    @property
    def points_most(self):
        return format_number(Decimal(self.item["points"]))

    @property
    def is_pending(self):
        return self.has_points and self.credit is None

    @property
    def is_right(self):
        return self.credit is not None and self.credit >= 1

    @property
    def is_partly(self):
        return self.credit is not None and 0 < self.credit < 1

    @property
    def verdict(self):
        """``right``, ``partly``, ``wrong``, ``unanswered`` or ``pending``; empty where there are no points."""
        if not self.has_points:
            return ""
        if self.is_pending:
            return "pending"
        if self.is_right or self.is_partly:
            return "right" if self.is_right else "partly"
        return "wrong" if self.is_answered else "unanswered"


def make_question(position, item, response, view, renditions=None, **fields):
    """``renditions``: those of load_renditions for several items at once."""
    renditions = load_renditions([item]) if renditions is None else renditions
    stem, language = localise(item["stem"])
    return Question(position=position, item=item, kind=get_kind(item["kind"]), stem=stem, language=language,
                    before=get_fingerprint(response), view=view,
                    pictures=make_pictures(item, renditions), **fields)


def present_questions(attempt, responses, positions=None):
    """The Questions of an open attempt, with the saved ``responses`` {position: response}; of all positions or the
    given ones (a set). Those that were checked come as review_questions shows them."""
    checked = set(attempt.checked) if positions is None else positions.intersection(attempt.checked)
    questions = review_questions(attempt, show_key=True, positions=checked) if checked else []
    files, items = get_files(attempt), get_items(attempt)
    renditions = load_renditions(items)
    for position, item in enumerate(items):
        if position not in checked and (positions is None or position in positions):
            kind = get_kind(item["kind"])
            response = kind.grading.check(item, responses.get(position))
            questions.append(make_question(position, item, response, kind.present(item, response), renditions,
                                           file=get_file(files, response), can_check=can_check(attempt, item)))
    return sorted(questions, key=lambda question: question.position)


def review_questions(attempt, *, show_key, positions=None):
    """The Questions of an attempt with what was right, as it was graded; ``show_key``: also of what was not answered
    right, but what a person marks only when all is marked, because until then the key is of use to others."""
    is_marked = any(get_kind(entry["kind"]).is_marked for entry in attempt.form)
    rows = attempt.answers.prefetch_related("marks") if is_marked else find_answers(attempt.pk)
    answers = {answer.position: answer for answer in rows}
    questions, files, items = [], get_files(attempt), get_items(attempt, corrected=True)
    renditions = load_renditions(items)
    for position, item in enumerate(items):
        if positions is None or position in positions:
            answer = answers.get(position)
            kind = get_kind(item["kind"])
            with_key = show_key and (attempt.is_graded or not kind.is_marked)
            response = kind.grading.check(item, answer.response if answer else None)
            result = grade_item(item, response, get_graders(), mark=get_final_mark(answer) if kind.is_marked else None)
            points = Fraction(item["points"])
            questions.append(make_question(
                position, item, response, kind.review(item, response, result.details, show_key=with_key), renditions,
                feedback=get_text(item["feedback"]) if with_key else "", score=result.score,
                credit=result.score / points if points and result.score is not None else None,
                file=get_file(files, response), is_checked=position in attempt.checked,
                remarks=get_remarks(item, answer) if kind.is_marked and attempt.is_graded else ()))
    return questions


def preview_question(item):
    """(the Question before anybody answers, the same with its key as it is shown afterwards) of an item."""
    kind = get_kind(item["kind"])
    response = kind.grading.check(item, None)
    result = grade_item(item, response, get_graders())
    asked = make_question(0, item, response, kind.present(item, response))
    points = Fraction(item["points"])
    credit = result.score / points if points and result.score is not None else None
    reviewed = make_question(0, item, response, kind.review(item, response, result.details, show_key=True),
                             feedback=get_text(item["feedback"]), score=result.score, credit=credit)
    return asked, reviewed


def get_final_mark(answer):
    """The Fraction that counts of what markers gave for an Answer (its ``marks`` prefetched), or None."""
    final = answer and next((mark for mark in answer.marks.all() if mark.is_final), None)
    return Fraction(final.fraction) if final else None


def get_files(attempt):
    """{primary key as text: HandedInFile} of an attempt; no query where no question takes files."""
    if not any(get_kind(entry["kind"]).takes_files for entry in attempt.form):
        return {}
    return {str(file.pk): file for file in attempt.files.all()}


def get_file(files, response):
    return files.get(response.get("file")) if isinstance(response, dict) else None


@dataclass(frozen=True, slots=True)
class Remark:
    """What one marker said: the level of each criterion, {"criterion", "title", "description"}, and a comment."""

    levels: tuple
    comment: str


def get_remarks(item, answer):
    """The Remarks of those whose marks made the one that counts, texts in the active language. The ``marks`` of the
    Answer are prefetched."""
    marks = list(answer.marks.all()) if answer else []
    counting = [mark for mark in marks if mark.is_final and mark.marker_id]
    if not counting and any(mark.is_final for mark in marks):
        counting = [mark for mark in marks if mark.marker_id]  # the mean of them
    remarks = [Remark(get_levels(item, mark.levels), mark.comment) for mark in counting]
    return tuple(remark for remark in remarks if remark.levels or remark.comment)


def get_levels(item, levels):
    """The chosen level of each criterion of a rubric, from {criterion id: level id}."""
    return tuple({"criterion": criterion["title"], "title": level["title"], "description": level["description"]}
                 for criterion in present_rubric(item) for level in criterion["levels"]
                 if levels.get(criterion["id"]) == level["id"])
