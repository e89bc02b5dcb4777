import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils.translation import override

from certificates.ending import renew, revoke
from certificates.models import Certificate
from lms.reports.training_record import YearLine, get_total, get_training_record
from tests import factories
from tests.reports.town import NOW


@pytest.fixture
def person(town):
    return town.add_person(document=("rut", "12.345.678-5"))


def get(person, now=NOW):
    with override("en"):
        return get_training_record(person=person, now=now)


def add_completed(town, person, year, hours, kind):
    enrolment = town.add_completed(person=person, edition=factories.make_edition(course_page=town.course),
                                   completed_at=dt.datetime(year, 12, 31, 23, 30, tzinfo=NOW.tzinfo))
    enrolment.hours, enrolment.hours_kind = Decimal(hours), kind
    enrolment.save()
    return enrolment


def test_hours_of_each_kind_are_summed_by_the_year_of_the_completion(town, person):
    """In the time zone of the platform: the last evening of the year is the next year in UTC."""
    for year, hours, kind in ((2024, "10", "chronological"), (2024, "4.5", "chronological"),
                              (2024, "8", "pedagogical"), (2025, "3", "pedagogical")):
        add_completed(town, person, year, hours, kind)
    town.add_started(person=person)
    factories.make_earlier_record(learner=person, hours=None, hours_kind="")
    factories.make_earlier_record(learner=person, titles={"es": "Otro"})
    record = get(person)
    assert record.years == [YearLine(2025, 1, Decimal(0), Decimal(3)),
                            YearLine(2024, 3, Decimal("14.5"), Decimal(8))]
    assert get_total(record.years) == YearLine(0, 4, Decimal("14.5"), Decimal(11))
    assert record.earlier_years == [YearLine(2019, 2, Decimal(0), Decimal(16))]


@pytest.mark.parametrize(("fields", "state", "is_valid"), [
    ({}, "Valid", True),
    ({"expires_at": NOW + dt.timedelta(days=1)}, "Valid until 23 November 2026", True),
    ({"expires_at": dt.datetime(2026, 11, 21, tzinfo=NOW.tzinfo)}, "Expired: valid until 20 November 2026", False),
    ({"state": "revoked", "ended_at": NOW, "reason": "mistake"},
     "Revoked on 22 November 2026. It was issued by mistake.", False),
])
def test_certificate_has_a_state_in_words(person, fields, state, is_valid):
    certificate = factories.make_certificate(learner=person, now=NOW)
    Certificate.objects.filter(pk=certificate.pk).update(**fields)
    line, = get(person).certificates
    assert (line.state, line.is_valid) == (state, is_valid)


def test_certificate_that_was_renewed_says_so(person):
    first = factories.make_certificate(learner=person, now=NOW)
    Certificate.objects.filter(pk=first.pk).update(expires_at=dt.datetime(2026, 11, 21, tzinfo=NOW.tzinfo))
    second = factories.make_certificate(learner=person, now=NOW)
    Certificate.objects.filter(pk=second.pk).update(award=first.award, cycle=2, issued_at=NOW + dt.timedelta(hours=1))
    assert [line.state for line in get(person).certificates] == [
        "Valid", "Expired: valid until 20 November 2026, renewed since"]


def test_certificate_of_another_enrolment_renews_and_a_revoked_one_does_not(person):
    first = factories.make_certificate(learner=person, now=NOW)
    second = renew(certificate=first, award=uuid4(), kind="approval", snapshot=factories.make_snapshot(),
                   now=NOW + dt.timedelta(hours=1))
    assert [line.state for line in get(person).certificates] == ["Valid", "Valid, renewed since"]
    revoke(certificate=second, reason="mistake", by=factories.make_user(), now=NOW)
    assert [line.state for line in get(person).certificates] == [
        "Revoked on 22 November 2026. It was issued by mistake.", "Valid"]


def test_constancy_is_never_renewed(person):
    first = factories.make_certificate(learner=person, now=NOW)
    second = factories.make_certificate(learner=person, now=NOW)
    Certificate.objects.filter(pk=second.pk).update(award=first.award, cycle=2)
    Certificate.objects.update(kind="progress")
    assert [line.state for line in get(person).certificates] == ["Valid", "Valid"]


def test_courses_are_there_with_the_newest_first_and_those_under_way_before(town, person):
    _old, new = (add_completed(town, person, year, "10", "chronological") for year in (2023, 2025))
    town.add_started(person=person)
    certificate = factories.make_certificate(learner=person, award=new.pk)
    record = get(person)
    assert [(line.state.value, line.completed_on) for line in record.courses] == [
        ("in_progress", None), ("completed", dt.date(2025, 12, 31)),
        ("completed", dt.date(2023, 12, 31))]
    assert [[each.certificate for each in line.certificates] for line in record.courses] == [[], [certificate], []]
    assert record.identity == "RUT (Chile): ••••5678-5"
    assert record.workplace == town.unit.name
