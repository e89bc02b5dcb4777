import datetime as dt

import pytest
from django.db import connection

from certificates.events import HistoryAltered, add_event, verify_history
from certificates.models import CertificateEvent
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2027, 1, 5, 12, 30, 15, 123456, tzinfo=dt.UTC)


@pytest.fixture
def certificate():
    certificate = make_certificate()
    for action in ("shown", "printed"):
        add_event(certificate=certificate, action=action, at=LATER, actor=make_user(), details={"copies": 2})
    return certificate


def test_history_of_an_untouched_certificate_is_whole(certificate):
    assert [event.action for event in verify_history(certificate)] == ["issued", "shown", "printed"]


@pytest.mark.parametrize(("column", "value"), [
    ("action", "other"), ("at", LATER + dt.timedelta(microseconds=1)), ("actor", None), ("details", {"copies": 3}),
    ("previous_sha256", "0" * 64), ("sha256", "0" * 64),
])
def test_history_shows_a_changed_event(certificate, column, value):
    certificate.events.filter(sequence=2).update(**{column: value})
    with pytest.raises(HistoryAltered):
        verify_history(certificate)


@pytest.mark.parametrize("sequence", [1, 2])
def test_history_shows_a_removed_event(certificate, sequence):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM certificates_certificateevent WHERE sequence = %s", [sequence])
    with pytest.raises(HistoryAltered):
        verify_history(certificate)


def test_history_shows_other_facts_than_those_issued(certificate):
    certificate.snapshot_sha256 = "0" * 64
    with pytest.raises(HistoryAltered):
        verify_history(certificate)


def test_events_cannot_be_changed_or_removed(certificate):
    event = CertificateEvent.objects.first()
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
