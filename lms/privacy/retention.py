"""For how long what is kept, and why: one rule for each purpose, applied every night."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.erasing import erase_texts
from assessments.models import Answer, HandedInFile
from certificates.models import CorrectionRequest, EarlierRecord
from lms.accounts.audit import record_event
from lms.accounts.models import AuditEvent, User
from lms.privacy.models import ErasureRequest, RetentionRule

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Purpose:
    """``remove(before)`` takes away what is older than ``before`` and returns how many rows that were; ``months`` is
    what holds until somebody sets another time, ``least`` the shortest that may be set."""

    name: str
    label: str
    explanation: str
    months: int | None
    least: int
    remove: Callable[[datetime], int]


class UnknownPurpose(KeyError):
    """No data are kept for this purpose."""


class TooShort(ValueError):
    """The law or the purpose itself needs the data for longer; ``least`` months."""

    def __init__(self, least):
        super().__init__(least)
        self.least = least


def get_rules():
    """[(Purpose, RetentionRule)] of every purpose; a rule that nobody has set is not saved."""
    saved = {rule.purpose: rule for rule in RetentionRule.objects.all()}
    return [(purpose, saved.get(purpose.name) or RetentionRule(purpose=purpose.name, months=purpose.months))
            for purpose in PURPOSES.values()]


@transaction.atomic
def set_rule(*, purpose, months, by):
    """Keep the data of a purpose for ``months``, or with None for as long as the platform. Raises TooShort,
    UnknownPurpose."""
    if purpose not in PURPOSES:
        raise UnknownPurpose(purpose)
    if months is not None and months < PURPOSES[purpose].least:
        raise TooShort(PURPOSES[purpose].least)
    rule, _created = RetentionRule.objects.update_or_create(purpose=purpose, defaults={"months": months})
    record_event(actor=by, action="retention.changed", subject=f"retention:{purpose}", details={"months": months})
    return rule


def apply_rules(*, now):
    """Remove what no rule allows to keep any longer, each purpose in a transaction. Returns {purpose: rows}."""
    removed = {}
    for purpose, rule in get_rules():
        if rule.months is None:
            continue
        try:
            with transaction.atomic():
                removed[purpose.name] = purpose.remove(now - relativedelta(months=rule.months))
                RetentionRule.objects.update_or_create(purpose=purpose.name, defaults={
                    "months": rule.months, "applied_at": now, "removed": removed[purpose.name]})
        except Exception:  # the others are not to wait for this one
            logger.exception("The rule of retention %s could not be applied.", purpose.name)
    return removed


def _remove_sign_ins(before):
    return sum(log.objects.filter(attempt_time__lt=before).delete()[0]
               for log in (AccessAttempt, AccessFailureLog, AccessLog))


def _remove_texts(before):
    old = Q(attempt__submitted_at__lt=before) | Q(attempt__submitted_at=None, attempt__started_at__lt=before)
    written, sent = Answer.objects.filter(old), HandedInFile.objects.filter(old)
    return erase_texts(answers=written, files=sent)


def _remove_corrections(before):
    requests = CorrectionRequest.objects.filter(decided_at__lt=before).exclude(explanation="", evidence="")
    count = 0
    for request in requests:
        if request.evidence:
            storage, name = request.evidence.storage, request.evidence.name
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)
        request.explanation, request.evidence = "", ""
        request.save(update_fields=["explanation", "evidence"])
        count += 1
    return count


def _remove_accounts_never_used(before):
    """Accounts that somebody opened and never did anything with."""
    unused = User.objects.filter(date_joined__lt=before, is_superuser=False, last_login__isnull=True, enrolments=None,
                                 certificates=None, assignments=None, editions=None, role_grants=None, attempts=None,
                                 completions=None, earlier_records=None)
    return unused.exclude(pk__in=AuditEvent.objects.filter(actor__isnull=False).values("actor")).exclude(
        pk__in=ErasureRequest.objects.values("person")).exclude(
        pk__in=EarlierRecord.objects.values("added_by")).delete()[1].get("accounts.User", 0)


PURPOSES = {purpose.name: purpose for purpose in [
    Purpose("sign-ins", _("Signing in safely"), _(
        "When and from which address somebody signed in or failed to, so that an account under attack is noticed."),
        12, 1, _remove_sign_ins),
    Purpose("texts", _("Marking of tests"), _(
        "Long texts and files that learners handed in, and what markers wrote about them. The points stay, for they "
        "are the ground of certificates."), 60, 12, _remove_texts),
    Purpose("corrections", _("Corrections of certificates"), _(
        "What holders explained and sent when they asked for a correction. That there was one, and who decided it, "
        "stays in the history of the certificate."), 24, 6, _remove_corrections),
    Purpose("unused-accounts", _("Accounts that were never used"), _(
        "Name, address and identity number of somebody who never signed in, joined no course and works in no "
        "institution here."), 24, 3, _remove_accounts_never_used),
]}
