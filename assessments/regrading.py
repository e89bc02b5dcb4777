"""Grading again: what was frozen (replay), or by a corrected key (re-grade)."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from assessments.attempts import get_items, record_result, to_decimal
from assessments.grading import AnswerRefused, check_response, grade
from assessments.kinds import get_graders
from assessments.models import Answer, Attempt, QuestionVersion, Regrade, RegradedAttempt
from assessments.presenting import get_final_mark
from assessments.results import Result
from assessments.versions import get_contents

CHUNK = 500


class NotRegradable(ValueError):
    """The corrected version asks something else: it is of another kind, or some answers have no meaning for it."""


class NothingToRegrade(ValueError):
    """No finished attempt was graded by the version in question."""


def compute_result(attempt, *, items=None):
    """The Result of a finished attempt from what is frozen; marks that people gave are inputs. ``items``: other
    contents than those by which it was graded. Its answers are prefetched with their marks, or queries read them."""
    responses, marks = {}, {}
    for answer in attempt.answers.all():
        responses[answer.position] = answer.response
        mark = get_final_mark(answer)
        if mark is not None:
            marks[answer.position] = mark
    return grade(items or get_items(attempt, corrected=True), responses, get_graders(), marks)


# --- Replay -----------------------------------------------------------------------------------------------------------

def replay(attempts):
    """Grade every finished attempt of a queryset again and compare with what is stored, reading CHUNK at a time.

    Yields (attempt, None) when nothing differs, else (attempt, {"stored": …, "computed": …}): the score, the maximum,
    whether it was passed, and the points of each item."""
    finished = attempts.filter(submitted_at__isnull=False).order_by("pk").prefetch_related("answers__marks")
    for attempt in finished.iterator(chunk_size=CHUNK):
        stored, computed = _describe_stored(attempt), _describe(attempt, compute_result(attempt))
        yield attempt, None if stored == computed else {"stored": stored, "computed": computed}


def _describe_stored(attempt):
    scores = {answer.position: answer.score for answer in attempt.answers.all()}
    return {"score": _text(attempt.score), "maximum": _text(attempt.maximum), "passed": attempt.passed,
            "items": [_text(scores.get(position)) for position in range(len(attempt.form))]}


def _describe(attempt: Attempt, result: Result):
    pending = result.is_pending
    return {"score": None if pending else _text(to_decimal(result.score)), "maximum": _text(to_decimal(result.maximum)),
            "passed": None if pending else result.reaches(attempt.pass_mark),
            "items": [None if item.score is None else _text(to_decimal(item.score)) for item in result.items]}


def _text(number):
    return None if number is None else format(number, ".4f")


# --- Re-grade ---------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Outcome:
    """What a re-grade changes in one attempt."""

    attempt: Attempt
    result: Result
    form: list

    @property
    def score(self):
        return to_decimal(self.result.score)

    @property
    def passed(self):
        return self.result.reaches(self.attempt.pass_mark)

    @property
    def maximum(self):
        return to_decimal(self.result.maximum)

    @property
    def percentage(self):
        return self.score * 100 / self.maximum if self.maximum else None

    @property
    def is_different(self):
        stored = self.attempt.score, self.attempt.maximum, self.attempt.passed
        return (self.score, self.maximum, self.passed) != stored


def get_graded_versions(question, attempts):
    """The versions of a question that were shown in finished ones of ``attempts`` (a queryset) which are graded by
    another than its present one: a list of (QuestionVersion, number of attempts), the newest first."""
    versions = {edit.version_id: edit.version for edit in question.edits.select_related("version").defer("body")}
    counts = [(version, find_attempts(attempts, old_version=version, new_digest=question.version_id).count())
              for version in versions.values()]
    return [(version, count) for version, count in counts if count]


def find_attempts(attempts, *, old_version, new_digest):
    """Those of a queryset of Attempts that are graded, in which ``old_version`` was shown and which the new one does
    not grade now: what was corrected by mistake can be corrected back."""
    shown = Answer.objects.filter(version=old_version).values("attempt")
    regrades = RegradedAttempt.objects.filter(attempt=OuterRef("pk"), regrade__old_version=old_version)
    last = regrades.order_by("-pk").values("regrade__new_version")[:1]
    return attempts.filter(pk__in=shown, graded_at__isnull=False).annotate(
        graded_by=Coalesce(Subquery(last), Value(old_version.pk), output_field=CharField()),
    ).exclude(graded_by=new_digest)


def preview_regrade(*, question, old_version, attempts):
    """The Outcomes of grading by the question's present key what was answered to ``old_version``, for those of
    ``attempts`` (a queryset) that showed it and are graded. Raises NotRegradable, NothingToRegrade."""
    contents = get_contents([old_version.pk, question.version_id])
    new = contents[question.version_id]
    if new["kind"] != contents[old_version.pk]["kind"]:
        raise NotRegradable
    found = find_attempts(attempts, old_version=old_version, new_digest=question.version_id).select_related(
        "learner").prefetch_related("answers__marks").order_by("submitted_at", "pk")
    outcomes = [_compute_outcome(attempt, old_version.pk, question.version_id, new) for attempt in found]
    if not outcomes:
        raise NothingToRegrade
    return outcomes


def _compute_outcome(attempt, old_digest, new_digest, new):
    form = [{**entry, "key": new_digest} if entry["version"] == old_digest else entry for entry in attempt.form]
    regraded = Attempt(form=form)
    for answer in attempt.answers.all():
        if form[answer.position].get("key") == new_digest:
            try:
                check_response(new, answer.response, get_graders())
            except AnswerRefused as refusal:
                raise NotRegradable from refusal
    result = compute_result(attempt, items=get_items(regraded, corrected=True))
    return Outcome(attempt=attempt, result=result, form=form)


@transaction.atomic
def apply_regrade(*, question, old_version, attempts, reason, by, now):
    """Grade by the question's present key the given ``attempts`` (their primary keys) among those of preview_regrade.

    Returns (Regrade, list of the Outcomes that changed something, applied). All attempts given are graded by the new
    key from now on, a RegradedAttempt tells what each was before. Raises NotRegradable, NothingToRegrade."""
    locked = Attempt.objects.select_for_update().filter(pk__in=attempts).order_by("pk")
    chosen = set(locked.values_list("pk", flat=True))
    outcomes = preview_regrade(question=question, old_version=old_version,
                               attempts=Attempt.objects.filter(pk__in=chosen))
    regrade = Regrade.objects.create(
        question=question, old_version=old_version, reason=reason, by=by, at=now,
        new_version=QuestionVersion.objects.get(pk=question.version_id))
    changed = [outcome for outcome in outcomes if outcome.is_different]
    for outcome in outcomes:
        _apply(regrade, outcome)
    return regrade, changed


def _apply(regrade, outcome):
    attempt, result = outcome.attempt, outcome.result
    RegradedAttempt.objects.create(
        regrade=regrade, attempt=attempt, score_before=attempt.score, passed_before=attempt.passed,
        score_after=outcome.score, passed_after=outcome.passed)
    answers = list(attempt.answers.all())
    for answer in answers:
        score = result.items[answer.position].score
        answer.score = None if score is None else to_decimal(score)
    Answer.objects.bulk_update(answers, ["score"])
    attempt.form = outcome.form
    attempt.save(update_fields=["form"])
    record_result(attempt, result, at=attempt.graded_at)
