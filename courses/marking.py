"""Who marks what, and what follows from the last mark."""

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from assessments.marking import get_waiting_answers, give_mark
from assessments.models import Answer, Attempt, Mark
from courses import progress
from courses.models import Edition, Enrolment, Notice, QuizPage
from courses.notices import announce

SEARCHED = 500  # answers of a test among which the next one is looked for


def get_markable_attempts(user):
    """The attempts of others that ``user`` may mark: a trainer those of the own editions and of editions without a
    trainer, and wherever two markers are asked for, because one trainer cannot be both; an administrator all."""
    if not user.has_perm("assessments.add_mark"):
        return Attempt.objects.none()
    attempts = Attempt.objects.exclude(learner=user)
    if user.is_superuser:
        return attempts
    editions = Edition.objects.filter(Q(trainer=user) | Q(trainer__isnull=True))
    enrolments = Enrolment.objects.filter(edition__in=editions)
    return attempts.filter(Q(enrolment__in=enrolments.values("pk")) | Q(rules__second_marker=True))


def get_queue(user):
    """The answers that wait for a mark and that ``user`` may mark, with ``given`` (number of marks), ``is_mine`` (did
    ``user`` give one of them?), ``waiting_since`` and ``title`` (of the test)."""
    marks = Mark.objects.filter(answer=OuterRef("pk"))
    last = marks.order_by().values("answer").annotate(last=Max("marked_at")).values("last")
    return get_waiting_answers().filter(attempt__in=get_markable_attempts(user)).annotate(
        is_mine=Exists(marks.filter(marker=user)),
        waiting_since=Coalesce(Subquery(last, output_field=DateTimeField()), "attempt__submitted_at"),
        title=_get_title(),
    ).select_related("attempt__learner").order_by("waiting_since", "pk")


def get_own_queue(user):
    """What is left to do for ``user``."""
    return get_queue(user).filter(is_mine=False)


def _get_title():
    pages = QuizPage.objects.filter(translation_key=OuterRef("attempt__activity"))
    return Coalesce(*(Subquery(pages.filter(locale__language_code=code).values("title")[:1])
                      for code in (get_language(), settings.LANGUAGE_CODE)), Subquery(pages.values("title")[:1]))


def get_next(user, after: Answer):
    """The primary key of the answer to mark after this one, or None: first the same question, then the same test, then
    the others; each from the one that was handed in earliest, beginning behind this one and then from the start."""
    fields = ("version_id", "attempt__submitted_at", "pk")
    queue = get_own_queue(user).exclude(pk=after.pk).order_by("attempt__submitted_at", "pk")
    same_test = queue.filter(attempt__activity=after.attempt.activity)
    here = (after.version_id, after.attempt.submitted_at, after.pk)
    rows = sorted(same_test.values_list(*fields)[:SEARCHED], key=lambda row: (row[0] != here[0], row < here, *row))
    if rows:
        return rows[0][-1]
    return queue.values_list("pk", flat=True).first()


@transaction.atomic
def mark(*, answer_id, marker, fraction, levels, comment, now):
    """Give a mark (assessments.marking.give_mark, whose errors it raises); when it was the last one that an attempt
    waited for: completion, certificate and a mail to the learner. Returns MarkGiven."""
    # Whoever writes an attempt locks its enrolment first.
    enrolments = Attempt.objects.filter(answers=answer_id).values("enrolment")
    Enrolment.objects.select_for_update().filter(pk__in=enrolments).first()
    given = give_mark(answer_id=answer_id, marker=marker, fraction=fraction, levels=levels, comment=comment, now=now)
    if given.is_graded:
        progress.record_graded_attempt(attempt=given.attempt, now=now)
        announce(attempts=[given.attempt.pk], reason=Notice.Reason.MARKED, now=now)
    return given


def get_learner_name(attempt):
    """Who wrote it, or None where marking is anonymous."""
    return None if attempt.rules.get("anonymous_marking") else attempt.learner.get_full_name()


def get_learner_number(attempt):
    """Says nothing of the learner, and is the same for all answers of an attempt."""
    return attempt.pk.hex[:8].upper()
