"""Who marks what, and what follows from the last mark."""

from django.conf import settings
from django.db import transaction
from django.db.models import Count, DateTimeField, Exists, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from assessments.marking import correct_mark, get_waiting_answers, give_mark
from assessments.models import Answer, Attempt, Mark
from certificates.models import Certificate
from courses import progress
from courses.models import Edition, Enrolment, Notice, QuizPage
from courses.notices import announce
from lms.accounts.audit import record_event

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


class CertificateAtStake(Exception):
    """By the corrected mark somebody who has ``certificate`` would not have passed: a person has to say that this is
    meant. Nothing was changed."""

    def __init__(self, certificate):
        super().__init__(certificate.folio)
        self.certificate = certificate


def get_correctable_answers(user):
    """The answers whose mark counts and that ``user`` may put right: what the user marked, and as the trainer of the
    edition or an administrator what others did. With the annotations of get_queue."""
    marks = Mark.objects.filter(answer=OuterRef("pk"))
    own = Q(is_mine=True)
    if user.is_superuser:
        own = Q()
    else:
        editions = Edition.objects.filter(trainer=user)
        own |= Q(attempt__enrolment__in=Enrolment.objects.filter(edition__in=editions).values("pk"))
    return Answer.objects.filter(
        Exists(marks.filter(is_final=True)), score__isnull=False, attempt__in=get_markable_attempts(user),
    ).annotate(
        given=Count("marks", filter=Q(marks__marker__isnull=False)), is_mine=Exists(marks.filter(marker=user)),
        waiting_since=F("attempt__submitted_at"), title=_get_title(),
    ).filter(own).select_related("attempt__learner").order_by("-attempt__submitted_at", "pk")


@transaction.atomic
def correct(*, answer_id, marker, fraction, levels, comment, reason, now, although_certified=False):
    """Put right a mark that counts (assessments.marking.correct_mark, whose errors it raises), and leave a trace of it,
    in which the words of ``reason`` are not: they stay with the answer. The learner who was told a result gets a mail
    when it changes, completion and certificate follow when it is passed now, and what was issued stays as it is:
    CertificateAtStake unless ``although_certified``. Returns a Correction."""
    enrolments = Attempt.objects.filter(answers=answer_id).values("enrolment")
    enrolment = Enrolment.objects.select_for_update().filter(pk__in=enrolments).first()
    done = correct_mark(answer_id=answer_id, marker=marker, fraction=fraction, levels=levels, comment=comment,
                        reason=reason, now=now)
    if done.loses_pass and not although_certified:
        certificate = Certificate.objects.of_completion().issued().filter(award=enrolment.pk).first()
        if certificate:
            raise CertificateAtStake(certificate)
    attempt = done.attempt
    scores = [None if score is None else str(score) for score in (done.score_before, attempt.score)]
    record_event(actor=marker, action="mark.corrected", subject=f"answer:{answer_id}", details={
        "correction": done.kept.pk, "mark": [str(done.fraction_before), str(fraction)], "score": scores,
        "passed": [done.passed_before, attempt.passed]})
    if done.changes_result:
        progress.record_graded_attempt(attempt=attempt, now=now)
        announce(attempts=[attempt.pk], reason=Notice.Reason.REGRADED, now=now)
    return done


def get_learner_name(attempt):
    """Who wrote it, or None where marking is anonymous."""
    return None if attempt.rules.get("anonymous_marking") else attempt.learner.get_full_name()


def get_learner_number(attempt):
    """Says nothing of the learner, and is the same for all answers of an attempt."""
    return attempt.pk.hex[:8].upper()
