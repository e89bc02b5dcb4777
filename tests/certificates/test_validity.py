import datetime as dt

import pytest

from certificates.models import Certificate
from certificates.validity import add_months, end_of_day, get_last_day, is_renewed, may_be_renewed
from tests.factories import make_certificate

MOMENT = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(("day", "months", "last"), [
    ("2026-11-22", 12, "2027-11-22"), ("2026-08-31", 6, "2027-02-28"), ("2027-08-31", 6, "2028-02-29"),
    ("2028-02-29", 12, "2029-02-28"), ("2026-12-31", 2, "2027-02-28"), ("2026-01-31", 1, "2026-02-28"),
    ("2026-12-01", 24, "2028-12-01"),
])
def test_add_months_keeps_to_the_end_of_short_months(day, months, last):
    assert add_months(dt.date.fromisoformat(day), months) == dt.date.fromisoformat(last)


def test_a_day_ends_at_midnight_where_the_people_are(settings):
    settings.TIME_ZONE = "America/Santiago"
    summer, winter = end_of_day(dt.date(2027, 11, 22)), end_of_day(dt.date(2027, 7, 1))
    assert summer.astimezone(dt.UTC) == dt.datetime(2027, 11, 23, 3, tzinfo=dt.UTC) - MOMENT
    assert winter.astimezone(dt.UTC) == dt.datetime(2027, 7, 2, 4, tzinfo=dt.UTC) - MOMENT
    assert end_of_day(None) is None


def test_expiry_follows_from_the_frozen_day(db):
    certificate = make_certificate(expires_on=dt.date(2027, 11, 22))
    midnight = dt.datetime(2027, 11, 23, 3, tzinfo=dt.UTC)
    assert certificate.expires_at == midnight - MOMENT
    assert not certificate.is_expired(midnight - dt.timedelta(seconds=1))
    assert certificate.is_expired(midnight)


def test_renewing_early_loses_no_days(db):
    earlier = make_certificate(expires_on=dt.date(2027, 11, 22))
    early, late = dt.date(2027, 9, 1), dt.date(2028, 1, 5)
    assert get_last_day(from_day=early, months=12, earlier=earlier) == dt.date(2028, 11, 22)
    assert get_last_day(from_day=late, months=12, earlier=earlier) == dt.date(2029, 1, 5)
    assert get_last_day(from_day=early, months=12) == dt.date(2028, 9, 1)
    assert get_last_day(from_day=early, months=None) is None


@pytest.mark.parametrize(("from_day", "last"), [("2027-08-23", "2028-08-23"), ("2027-08-24", "2028-11-22")])
def test_days_are_taken_over_once_renewal_is_open(db, from_day, last):
    earlier = make_certificate(expires_on=dt.date(2027, 11, 22))
    assert get_last_day(from_day=dt.date.fromisoformat(from_day), months=12,
                        earlier=earlier) == dt.date.fromisoformat(last)


def test_renewal_opens_ninety_days_before_the_expiry(db):
    certificate = make_certificate(expires_on=dt.date(2027, 11, 22))
    opens = certificate.expires_at - dt.timedelta(days=90)
    assert not may_be_renewed(certificate, opens - dt.timedelta(seconds=1))
    assert may_be_renewed(certificate, opens)
    assert may_be_renewed(certificate, opens + dt.timedelta(days=1000))
    assert not may_be_renewed(make_certificate(), opens)
    certificate.state = "revoked"
    assert not may_be_renewed(certificate, opens)


def test_is_renewed_by_a_later_cycle(db):
    from certificates.ending import renew
    from tests.factories import make_snapshot

    first, other = make_certificate(), make_certificate()
    following = renew(certificate=first, award=first.award, kind="approval", snapshot=make_snapshot(),
                      now=first.issued_at)
    assert (following.cycle, following.renews, following.number) == (2, first, first.number + 2)
    assert set(Certificate.objects.filter(~is_renewed())) == {other, following}
