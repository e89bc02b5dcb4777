"""Until when a certificate is valid: whole calendar months, to the end of a day where the platform's people live."""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from certificates.models import Certificate

RENEWAL_OPENS = timedelta(days=90)  # before the expiry


def add_months(day, months):
    """The same day of the month so many months later, or the last one of a shorter month: 31 August and 6 months is
    28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def get_day(moment):
    """The day of ``moment`` in the time zone of the platform, whatever that of who is asking: what is frozen on a
    certificate does not depend on who marks the last test, and from where."""
    return timezone.localdate(moment, ZoneInfo(settings.TIME_ZONE))


def start_of_day(day):
    """The first moment of ``day`` in the time zone of the platform."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def end_of_day(day):
    """The last moment of ``day`` in the time zone of the platform; None for None."""
    if day is None:
        return None
    return datetime.combine(day, time.max, tzinfo=ZoneInfo(settings.TIME_ZONE))


def get_last_day(*, from_day, months, earlier=None):
    """The last day of the validity of a certificate given on ``from_day`` for ``months``, or None without them. One
    that renews an ``earlier`` certificate which is still valid is valid so much longer: nobody loses days by being
    early. Before renewal opens nothing is taken over, or a validity could be piled up by taking one edition after
    another."""
    if not months:
        return None
    if earlier and earlier.expires_at:
        earlier_day = get_day(earlier.expires_at)
        if from_day >= earlier_day - RENEWAL_OPENS:
            from_day = max(from_day, earlier_day)
    return add_months(from_day, months)


def may_be_renewed(certificate, now):
    """From 90 days before it expires, and for ever after; never one that was revoked or replaced. Says nothing of
    whether it was renewed already."""
    return (certificate.state == Certificate.State.ISSUED and certificate.expires_at is not None
            and now >= certificate.expires_at - RENEWAL_OPENS)


def is_renewed():
    """A condition on certificates: there is one of a later cycle that takes the place of it."""
    later = Certificate.objects.issued().filter(
        Q(renews__code=OuterRef("code"))
        | Q(award=OuterRef("award"), kind=OuterRef("kind"), cycle__gt=OuterRef("cycle")))
    return Exists(later)
