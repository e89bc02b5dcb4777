"""Accommodations: what is different for one person is granted, changed and withdrawn here only, with a trace.

A new rule never changes an attempt that runs. An accommodation may be given to it too, by an act of its own: it makes
the deadline later, never earlier."""

from django.db import transaction

from assessments.lengthening import lengthen_attempt
from assessments.models import Attempt
from courses.models import Accommodation, Enrolment
from lms.accounts.audit import record_event


@transaction.atomic
def save_accommodation(*, accommodation, by, now, apply_to_running=False):
    """Grant or change ``accommodation``, an Accommodation with its fields set. Returns how many running attempts got
    more time: none unless ``apply_to_running``."""
    is_new = accommodation.pk is None
    accommodation.granted_by, accommodation.granted_at = by, now
    accommodation.save()
    lengthened = _apply_to_running_attempts(accommodation, now) if apply_to_running else []
    record_event(actor=by, action="accommodation.granted" if is_new else "accommodation.changed",
                 subject=f"enrolment:{accommodation.enrolment_id}",
                 details=_describe(accommodation) | {"lengthened": [str(pk) for pk in lengthened]})
    return len(lengthened)


@transaction.atomic
def withdraw_accommodation(*, accommodation, by):
    """Take it back. Attempts that run keep the time they have."""
    record_event(actor=by, action="accommodation.withdrawn", subject=f"enrolment:{accommodation.enrolment_id}",
                 details=_describe(accommodation))
    Accommodation.objects.filter(pk=accommodation.pk).delete()


def _describe(accommodation):
    """Without the reason, which may tell of a person's health."""
    def to_text(moment):
        return moment and moment.isoformat()

    return {
        "activity": accommodation.activity_id and str(accommodation.activity_id),
        "extra_time": accommodation.extra_time, "extra_attempts": accommodation.extra_attempts,
        "opens_at": to_text(accommodation.opens_at), "closes_at": to_text(accommodation.closes_at),
    }


def _apply_to_running_attempts(accommodation, now):
    """The primary keys of the attempts whose deadline is later now."""
    Enrolment.objects.select_for_update(of=("self",)).get(pk=accommodation.enrolment_id)
    running = Attempt.objects.open().filter(enrolment=accommodation.enrolment_id)
    if accommodation.activity_id:
        running = running.filter(activity=accommodation.activity_id)
    return [attempt for attempt in running.values_list("pk", flat=True)
            if lengthen_attempt(attempt_id=attempt, extra_time=accommodation.extra_time,
                                closes_at=accommodation.closes_at, now=now)]
