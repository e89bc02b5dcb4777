import uuid

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from certificates.events import add_event
from certificates.models import Artifact, Certificate, CertificateEvent, Outbox
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db


def violates(name):
    return pytest.raises(IntegrityError, match=name)


@pytest.fixture
def certificate():
    return make_certificate()


def copy_of(certificate, **fields):
    values = {field.attname: getattr(certificate, field.attname) for field in Certificate._meta.concrete_fields}
    fresh = {"id": uuid.uuid4(), "award": uuid.uuid4(), "code": "0" * 16, "number": 99,
             "status_index": None}
    return Certificate(**{**values, **fresh, **fields})


def test_certificate_is_one_issued_for_an_award(certificate):
    copy_of(certificate, award=certificate.award, state="revoked", ended_at=timezone.now()).save()
    with violates("certificate_one_issued_an_award"):
        copy_of(certificate, award=certificate.award, code="1" * 16, number=100).save()


def test_certificate_has_a_folio_of_its_own(certificate):
    with violates("certificate_folio_unique"):
        copy_of(certificate, number=certificate.number).save()


def test_certificate_has_a_code_of_its_own(certificate):
    with violates("certificate_code_unique"):
        copy_of(certificate, code=certificate.code).save()


def make_version(certificate, **fields):
    Certificate.objects.update(state="superseded", ended_at=timezone.now())
    copy_of(certificate, **{"award": certificate.award, "number": certificate.number, "code": certificate.code,
                            "version": 2, **fields}).save()


def test_later_version_of_a_certificate_has_its_folio_and_code(certificate):
    make_version(certificate, supersedes_id=certificate.pk)
    assert certificate.superseded_by.folio == certificate.folio


def test_later_version_of_a_certificate_says_which_it_supersedes(certificate):
    with violates("certificate_later_version_supersedes"):
        make_version(certificate)


def test_certificate_that_ended_says_when(certificate):
    with violates("certificate_ended_has_a_time"):
        Certificate.objects.update(state="revoked")


def test_certificate_has_a_place_of_its_own_in_a_status_list(certificate):
    with violates("certificate_status_unique"):
        copy_of(certificate, status_index=certificate.status_index).save()


def test_certificate_numbers_begin_at_one(certificate):
    with violates("certificate_number_from_one"):
        copy_of(certificate, number=0).save()


def test_artifact_is_one_of_a_kind(certificate):
    facts = {"certificate": certificate, "kind": "pdf_es", "sha256": "0" * 64, "size": 1, "storage_key": "x"}
    Artifact.objects.create(**facts)
    with violates("artifact_one_a_kind"):
        Artifact.objects.create(**facts)


def test_event_has_a_place_of_its_own(certificate):
    event = add_event(certificate=certificate, action="shown", at=timezone.now())
    with violates("certificate_event_sequence"):
        CertificateEvent.objects.create(certificate=certificate, sequence=event.sequence, action="x", at=timezone.now())


def test_event_places_begin_at_one(certificate):
    with violates("certificate_event_sequence_from_one"):
        CertificateEvent.objects.create(certificate=certificate, sequence=0, action="x", at=timezone.now())


def test_outbox_is_one_of_a_kind(certificate):
    with violates("outbox_one_a_kind"):
        Outbox.objects.create(certificate=certificate, kind="mail_issued", stage=3, next_at=timezone.now())


def test_outbox_holds_no_lease_when_done(certificate):
    with violates("outbox_no_lease_when_done"):
        Outbox.objects.update(done_at=timezone.now(), leased_until=timezone.now())


def test_holder_cannot_be_removed():
    learner = make_user()
    make_certificate(learner=learner)
    with pytest.raises(ProtectedError):
        learner.delete()
