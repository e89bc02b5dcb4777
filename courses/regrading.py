"""A corrected key and what follows from it for the people who answered by the old one."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from assessments.models import Attempt
from assessments.regrading import Outcome, apply_regrade, find_attempts, preview_regrade
from assessments.rights import may_manage, may_use
from certificates.models import Certificate
from courses import progress
from courses.models import Edition, Enrolment, Notice, QuizPage
from courses.notices import announce
from lms.accounts.audit import record_event


@dataclass(frozen=True, slots=True)
class Effect:
    """What the correction of a key does to one attempt. ``certificate``: the valid one of its course, if there is."""

    outcome: Outcome
    certificate: Certificate | None

    @property
    def attempt(self):
        return self.outcome.attempt

    @property
    def percentage_before(self) -> Decimal | None:
        return self.attempt.percentage

    @property
    def loses_pass(self):
        return bool(self.attempt.passed and not self.outcome.passed)

    @property
    def touches_certificate(self):
        """Somebody who has a certificate would not have passed: the trainer decides, nothing is done by itself."""
        return self.loses_pass and self.certificate is not None


def may_regrade(user, question):
    """Whoever may use a question may apply its key as it is now; to which attempts, get_regradable_attempts says."""
    return user.has_perm("assessments.change_question") and may_use(user, question)


def get_regradable_attempts(user, question):
    """The attempts whose results ``user`` may change by the key of ``question``: an administrator all, a trainer those
    of the own editions, and whoever manages the question those of editions without a trainer too. A queryset."""
    if user.is_superuser:
        return Attempt.objects.all()
    if not may_regrade(user, question):
        return Attempt.objects.none()
    of_whom = Q(trainer=user)
    if may_manage(user, question):
        of_whom |= Q(trainer__isnull=True)
    enrolments = Enrolment.objects.filter(edition__in=Edition.objects.filter(of_whom))
    return Attempt.objects.filter(enrolment__in=enrolments.values("pk"))


def count_others(*, question, old_version, attempts):
    """How many attempts could be graded again that are not among ``attempts`` (a queryset): other people decide about
    them."""
    return find_attempts(Attempt.objects.exclude(pk__in=attempts.values("pk")), old_version=old_version,
                         new_digest=question.version_id).count()


def preview_effects(*, question, old_version, attempts):
    """The Effects on those of ``attempts`` (a queryset) that would change, and how many would not: (list, int). Three
    queries more than assessments.regrading.preview_regrade, whose errors it raises."""
    outcomes = preview_regrade(question=question, old_version=old_version, attempts=attempts)
    changed = [outcome for outcome in outcomes if outcome.is_different]
    issued = Certificate.objects.of_completion().issued().filter(
        award__in={outcome.attempt.enrolment for outcome in changed}).order_by("cycle")
    certificates = {certificate.award: certificate for certificate in issued}
    effects = [Effect(outcome, certificates.get(outcome.attempt.enrolment)) for outcome in changed]
    return effects, len(outcomes) - len(changed)


def get_quiz_titles(activities: set[UUID], language):
    """{activity: title of its page} in a language, where it has a page."""
    return dict(QuizPage.objects.filter(translation_key__in=activities, locale__language_code=language)
                .values_list("translation_key", "title"))


@transaction.atomic
def regrade(*, question, old_version, attempts, include, reason, by, now):
    """Grade by the corrected key those of ``attempts`` (a queryset, as of get_regradable_attempts) that showed
    ``old_version``; somebody who has a certificate and would lose the pass only when the attempt is in ``include``
    (primary keys), and the certificate itself stays as it is. Completions and certificates that are now due follow;
    people whose result changed get a mail.

    Returns (Regrade, list of Outcomes that changed). Raises NotRegradable, NothingToRegrade."""
    shown = attempts.filter(answers__version=old_version)
    # Whoever writes an attempt locks its enrolment first (courses.progress).
    list(Enrolment.objects.select_for_update().filter(pk__in=shown.values("enrolment")).order_by("pk").values("pk"))
    effects, _unchanged = preview_effects(question=question, old_version=old_version, attempts=attempts)
    spared = {effect.attempt.pk for effect in effects if effect.touches_certificate} - set(include)
    chosen = shown.exclude(pk__in=spared).values_list("pk", flat=True)
    done, changed = apply_regrade(question=question, old_version=old_version, attempts=list(chosen), reason=reason,
                                  by=by, now=now)
    for outcome in changed:
        if outcome.passed:
            progress.record_graded_attempt(attempt=outcome.attempt, now=now)
    record_event(actor=by, action="question.regraded", subject=f"question:{question.pk}", details={
        "regrade": done.pk, "from": old_version.pk, "to": question.version_id, "changed": len(changed),
        "spared": sorted(map(str, spared))})  # why, the Regrade says: free text is not for the audit log
    announce(attempts=[outcome.attempt.pk for outcome in changed], reason=Notice.Reason.REGRADED, now=now)
    return done, changed
