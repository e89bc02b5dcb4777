"""Marks that people give for answers. A mark is an exact fraction of the points of an item."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import Count, Q

from assessments.attempts import record_result, to_decimal
from assessments.kinds import get_kind
from assessments.models import Answer, Attempt, Mark, MarkCorrection
from assessments.regrading import compute_result
from assessments.versions import get_contents

LONGEST_COMMENT = 5_000


class MarkRefused(Exception):
    """The mark was not taken."""


class NotToMark(MarkRefused):
    """The answer is not waiting for a mark: its attempt runs, or everything was marked already."""


class OwnAnswer(MarkRefused):
    """Nobody marks what they wrote themselves."""


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """``is_final``: the answer has the mark that counts; ``is_graded``: and with it the attempt has its result."""

    attempt: Attempt
    is_final: bool
    is_graded: bool


def settle(fractions, *, second_marker=False, difference=20):
    """The Fraction that counts of those given, in the order in which they were given, or None while more are needed.

    One mark counts by itself. With ``second_marker`` the mean of two counts when they are at most ``difference``
    percentage points apart; else a third person decides, whose mark counts as it is."""
    needed = 2 if second_marker else 1
    if len(fractions) < needed:
        return None
    if not second_marker:
        return fractions[0]
    first, second = fractions[:2]
    if abs(first - second) * 100 <= difference:
        return (first + second) / 2
    return fractions[2] if len(fractions) > 2 else None


@transaction.atomic
def give_mark(*, answer_id, marker, fraction: Fraction, levels, comment, now):
    """Write what ``marker`` gives for an answer, or changes while it does not count yet. ``levels``: {criterion id:
    level id}. When it was the last one missing, the result of the attempt is recorded. Returns MarkGiven. Raises
    NotToMark, OwnAnswer, Answer.DoesNotExist, ValueError for a fraction that is not from 0 to 1.

    Two markers at once wait for each other, so exactly one of them finds that the answer is settled."""
    if not 0 <= fraction <= 1:
        raise ValueError("A mark is from 0 to 1.")
    attempt = Attempt.objects.select_for_update().filter(answers=answer_id).first()
    answer = Answer.objects.get(pk=answer_id)
    if not _is_waiting(attempt, answer):
        raise NotToMark
    if attempt.learner_id == marker.pk:
        raise OwnAnswer
    Mark.objects.update_or_create(answer=answer, marker=marker, defaults={
        "fraction": fraction, "levels": levels, "comment": comment, "marked_at": now})
    is_final = _settle(attempt, answer, now)
    is_graded = is_final and _record_result_if_complete(attempt, now)
    return MarkGiven(attempt, is_final, is_graded)


@dataclass(frozen=True, slots=True)
class Correction:
    """A mark that counted, put right. What the attempt was before is None where it had no result yet."""

    attempt: Attempt
    kept: MarkCorrection
    fraction_before: Fraction
    score_before: Decimal | None
    passed_before: bool | None

    @property
    def changes_result(self):
        return self.passed_before is not None and (
            self.score_before, self.passed_before) != (self.attempt.score, self.attempt.passed)

    @property
    def loses_pass(self):
        return bool(self.passed_before and not self.attempt.passed)


@transaction.atomic
def correct_mark(*, answer_id, marker, fraction: Fraction, levels, comment, reason, now):
    """Put a mark right that counts already, and with it the result of its attempt; ``reason`` is kept beside it.
    Returns a Correction.

    Until the attempt has its result, whoever gave a mark may give another, and all marks of the answer are settled anew
    (so it may wait for a person again); where a third person has decided, only that one. Afterwards somebody has been
    told a result: the correction is a decision and counts as it is. Who may do that, the caller knows. Raises
    NotToMark, OwnAnswer, Answer.DoesNotExist, ValueError as give_mark does."""
    if not 0 <= fraction <= 1:
        raise ValueError("A mark is from 0 to 1.")
    attempt = Attempt.objects.select_for_update().filter(answers=answer_id).first()
    answer = Answer.objects.get(pk=answer_id)
    if answer.score is None or not get_kind(attempt.form[answer.position]["kind"]).is_marked:
        raise NotToMark
    if attempt.learner_id == marker.pk:
        raise OwnAnswer
    fraction_before, score_before, passed_before = (
        answer.marks.get(is_final=True).fraction, attempt.score, attempt.passed)
    given = list(answer.marks.filter(marker__isnull=False).order_by("pk"))
    if not attempt.is_graded and marker.pk not in [mark.marker_id for mark in (given[2:] or given)]:
        raise NotToMark
    kept = MarkCorrection.objects.create(answer=answer, by=marker, at=now, reason=reason)
    answer.marks.filter(marker__isnull=True).delete()
    answer.marks.update(is_final=False)
    own, _created = Mark.objects.update_or_create(answer=answer, marker=marker, defaults={
        "fraction": fraction, "levels": levels, "comment": comment, "marked_at": now})
    if attempt.is_graded or len(given) > 2:
        _make_final(attempt, answer, own)
    else:
        answer.score = None
        answer.save(update_fields=["score"])
        _settle(attempt, answer, now)
    if attempt.is_graded:
        record_result(attempt, compute_result(attempt), at=attempt.graded_at)
    return Correction(attempt, kept, fraction_before, score_before, passed_before)


def _make_final(attempt, answer, mark):
    mark.is_final = True
    mark.save(update_fields=["is_final"])
    answer.score = to_decimal(mark.fraction * Fraction(_get_item(attempt, answer)["points"]))
    answer.save(update_fields=["score"])


def _is_waiting(attempt, answer):
    is_marked = get_kind(attempt.form[answer.position]["kind"]).is_marked
    return is_marked and not attempt.is_open and not attempt.is_graded and answer.score is None


def _settle(attempt, answer, now):
    """Make the mark count that counts by the rules of the attempt. False while another person has to mark."""
    marks = list(answer.marks.order_by("pk"))
    final = settle([mark.fraction for mark in marks], second_marker=attempt.rules.get("second_marker", False),
                   difference=attempt.rules.get("mark_difference", 20))
    if final is None:
        return False
    if len(marks) == 2:
        marks.append(Mark(answer=answer, fraction=final, is_final=True, marked_at=now))
        marks[-1].save()
    _make_final(attempt, answer, marks[-1])
    return True


def _get_item(attempt, answer):
    entry = attempt.form[answer.position]
    digest = entry.get("key") or entry["version"]
    return get_contents({digest})[digest]


def _record_result_if_complete(attempt, now):
    if attempt.answers.filter(score__isnull=True).exists():
        return False
    record_result(attempt, compute_result(attempt), at=now)
    return attempt.is_graded


def get_waiting_answers():
    """Answers that wait for a person, with ``given``, the number of the marks they have."""
    return Answer.objects.filter(
        score__isnull=True, attempt__submitted_at__isnull=False, attempt__graded_at__isnull=True,
    ).annotate(given=Count("marks", filter=Q(marks__marker__isnull=False)))
