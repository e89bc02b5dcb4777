"""Telling holders that a certificate is about to expire, and that it has. What is told is a row of the outbox, once for
each number, whatever versions it has."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from certificates.models import Certificate, Outbox
from certificates.validity import is_renewed

# occasion: (from, to) in days before the expiry. Whom nobody told in time is told what is true now, and no more.
WINDOWS = {"expires_60": (60, 7), "expires_7": (7, 0), "expired": (0, -30)}
BATCH = 500


def plan_reminders(*, now):
    """Write the mails that are due at ``now``; returns how many. Safe to repeat and to run twice at once."""
    return sum(_plan_all(f"{Outbox.MAIL_PREFIX}{occasion}", *window, now) for occasion, window in WINDOWS.items())


def _plan_all(kind, begin, end, now):
    total = 0
    while planned := _plan(kind, begin, end, now):
        total += planned
    return total


@transaction.atomic
def _plan(kind, begin, end, now):
    told = Outbox.objects.filter(certificate__code=OuterRef("code"), kind=kind)
    due = Certificate.objects.issued().of_completion().filter(
        ~Exists(told), ~is_renewed(), erased_at__isnull=True,
        expires_at__lte=now + timedelta(days=begin), expires_at__gt=now + timedelta(days=end),
        # One that is valid for less than that has not come nearer to its end.
        issued_at__lt=F("expires_at") - timedelta(days=begin))
    # Whoever plans at the same moment takes others.
    certificates = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")[:BATCH])
    rows = Outbox.objects.bulk_create(
        (Outbox(certificate=each, kind=kind, stage=Outbox.stage_of(kind), next_at=now) for each in certificates),
        ignore_conflicts=True)
    return len(rows)
