import datetime as dt
import uuid

import pytest
from django.core import mail

from certificates import ending, status
from certificates.ending import (
    AlreadyEnded,
    KeyNotCompromised,
    NoKeyToSignWith,
    NothingChanged,
    correct,
    reissue,
    revoke,
)
from certificates.events import verify_history
from certificates.issuing import get_certificate
from certificates.keys import get_certificates_signed_by
from certificates.models import Artifact, Certificate, IssuerKey, Outbox, StatusList
from certificates.outbox import LEASE, claim, perform
from certificates.snapshot import SnapshotInvalid, read_snapshot
from certificates.tasks import reissue_compromised
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_snapshot, make_user
from tests.threads import run_at_once

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=3)
NAME = {"holder": "María Ñanculef Gutiérrez"}


@pytest.fixture
def no_delivery(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)


def correct_name(certificate, by=None, **changes):
    return correct(certificate=certificate, changes=changes or NAME, reason="name", by=by or make_user(), now=LATER)


def make_key(name, **fields):
    return IssuerKey.objects.create(key_id=name, purpose="pdf", public_key="-",
                                    valid_from=NOW - dt.timedelta(days=300), **fields)


def sign(certificate, key):
    return Artifact.objects.create(certificate=certificate, kind="pdf_es", sha256="0" * 64, size=1, storage_key="x",
                                   key=key)


@pytest.mark.django_db
def test_correction_is_a_new_version_under_the_same_number_and_code():
    first, by = make_certificate(now=NOW, expires_on=dt.date(2027, 11, 22)), make_user()
    second = correct_name(first, by)
    first.refresh_from_db()
    same = ("learner", "award", "kind", "cycle", "series", "number", "code", "expires_at", "template_version")
    assert [getattr(second, name) for name in same] == [getattr(first, name) for name in same]
    assert (second.version, second.supersedes, second.state) == (2, first, "issued")
    assert (first.state, first.reason, first.ended_at) == ("superseded", "name", LATER)
    assert read_snapshot(second) == make_snapshot(**NAME, expires_on=dt.date(2027, 11, 22))
    assert read_snapshot(first).holder == "María Ñancupil Gutiérrez"
    assert (first.status_list_id, first.status_index) != (second.status_list_id, second.status_index)
    assert get_certificate(award=first.award) == second


@pytest.mark.django_db
def test_correction_leaves_events_on_both_and_a_line_in_the_audit_log():
    first, by = make_certificate(now=NOW), make_user()
    second = correct_name(first, by)
    assert [(event.action, event.actor) for event in verify_history(first)] == [("issued", None), ("superseded", by)]
    assert [(event.action, event.actor) for event in verify_history(second)] == [("issued", by)]
    line = AuditEvent.objects.get(action="certificate.corrected")
    assert (line.actor, line.subject) == (by, f"certificate:{first.pk}")
    assert line.details == {"folio": first.folio, "version": 2, "reason": "name", "fields": ["holder"]}


@pytest.mark.django_db
def test_correction_tells_the_status_list_and_plans_the_documents_of_the_new_version():
    first = make_certificate(now=NOW)
    late = claim(now=NOW)
    second = correct_name(first)
    assert StatusList.objects.get(pk=first.status_list_id).changed_at == LATER
    assert set(second.outbox.values_list("kind", flat=True)) == {"pdf_es", "pdf_en", "mail_corrected"}
    assert not first.outbox.exists()
    assert not perform(late, clock=lambda: NOW)  # its lease is lost
    assert not first.artifacts.exists()


@pytest.mark.django_db
def test_correction_twice_is_one_and_another_is_refused():
    first = make_certificate(now=NOW)
    second = correct_name(first)
    assert correct_name(first) == second
    with pytest.raises(AlreadyEnded):
        correct_name(first, holder="Somebody Else")
    assert correct_name(second, holder="María Ñanculef").version == 3
    assert Certificate.objects.count() == 3


@pytest.mark.django_db
def test_correction_that_changes_nothing_or_too_much_is_refused():
    certificate = make_certificate(now=NOW)
    with pytest.raises(NothingChanged):
        correct_name(certificate, holder="María Ñancupil Gutiérrez")
    with pytest.raises(SnapshotInvalid):
        correct_name(certificate, holder=" ")
    with pytest.raises(ValueError, match="misconduct"):
        correct(certificate=certificate, changes=NAME, reason="misconduct", by=None, now=LATER)
    assert Certificate.objects.get().state == "issued"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "sentence"), [
    ("es", ""), ("en", "has a new version, number 2. Why: The name of the holder was corrected."),
])
def test_correction_is_told_in_the_language_of_the_holder(language, sentence):
    first = make_certificate(now=NOW, learner=make_user(preferred_language=language))
    second = correct_name(first)
    while work := claim(now=LATER):
        assert perform(work, clock=lambda: LATER)
    message, = mail.outbox
    assert f"/{language}/certificates/{second.code}/" in message.body
    assert first.folio in message.body
    assert "Ñancupil" not in message.body + message.alternatives[0].content
    assert sentence in message.body


@pytest.mark.django_db
def test_revocation_has_a_reason_for_all_and_a_note_for_colleagues():
    certificate, by = make_certificate(now=NOW), make_user()
    revoke(certificate=certificate, reason="misconduct", note="Se presentó su hermano.", by=by, now=LATER)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason, certificate.ended_at) == ("revoked", "misconduct", LATER)
    assert certificate.internal_note == "Se presentó su hermano."
    event = verify_history(certificate)[-1]
    assert (event.action, event.actor, event.details) == ("revoked", by, {"reason": "misconduct"})
    assert StatusList.objects.get().changed_at == LATER
    line = AuditEvent.objects.get(action="certificate.revoked")
    assert "hermano" not in str(line.details)
    assert list(certificate.outbox.values_list("kind", flat=True)) == ["mail_revoked"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "en"])
def test_revocation_is_told_without_the_note(language):
    certificate = make_certificate(now=NOW, learner=make_user(preferred_language=language))
    revoke(certificate=certificate, reason="mistake", note="Se presentó su hermano.", by=make_user(), now=LATER)
    assert perform(claim(now=LATER), clock=lambda: LATER)
    message, = mail.outbox
    for text in (message.body, message.alternatives[0].content):
        assert f"/{language}/certificates/{certificate.code}/" in text
        assert "hermano" not in text


@pytest.mark.django_db
def test_revocation_twice_is_one_and_ended_ones_stay_as_they_ended():
    certificate = make_certificate(now=NOW)
    revoke(certificate=certificate, reason="mistake", by=make_user(), now=NOW)
    assert revoke(certificate=certificate, reason="mistake", by=make_user(), now=LATER).ended_at == NOW
    with pytest.raises(AlreadyEnded):
        revoke(certificate=certificate, reason="holder", by=make_user(), now=LATER)
    with pytest.raises(AlreadyEnded):
        correct_name(certificate)
    assert len(verify_history(certificate)) == 2


@pytest.mark.django_db
def test_renewal_of_a_revoked_one_is_refused():
    certificate = revoke(certificate=make_certificate(now=NOW), reason="mistake", by=make_user(), now=NOW)
    with pytest.raises(AlreadyEnded):
        ending.renew(certificate=certificate, award=uuid.uuid4(), kind="approval", snapshot=make_snapshot(), now=LATER)


@pytest.mark.django_db
def test_reissue_waits_for_a_sound_key_and_leaves_a_sound_one_alone():
    key, certificate = make_key("old"), make_certificate(now=NOW)
    sign(certificate, key)
    with pytest.raises(KeyNotCompromised):
        reissue(certificate=certificate, key=key, now=LATER)
    key.compromised_at = LATER
    key.save()
    with pytest.raises(NoKeyToSignWith):
        reissue(certificate=certificate, key=key, now=LATER)
    reissue_compromised()
    assert Certificate.objects.get() == certificate


@pytest.mark.django_db
def test_reissue_of_all_that_a_key_signed_can_be_interrupted_and_repeated(monkeypatch):
    key = make_key("old", compromised_at=LATER)
    make_key("new")
    signed = [make_certificate(now=NOW) for _number in range(3)]
    other = make_certificate(now=NOW)
    for certificate in signed:
        sign(certificate, key)
    monkeypatch.setattr("certificates.tasks.SWEEP_SECONDS", -1)
    reissue_compromised()
    assert get_certificates_signed_by(key).count() == 3
    monkeypatch.setattr("certificates.tasks.SWEEP_SECONDS", 50)
    reissue(certificate=signed[0], key=key, now=LATER)
    reissue_compromised()
    reissue_compromised()
    assert not get_certificates_signed_by(key).exists()
    assert Certificate.objects.filter(version=2, state="issued").count() == 3
    assert not Certificate.objects.filter(version=3).exists()
    second = Certificate.objects.get(supersedes=signed[1])
    assert second.snapshot == signed[1].snapshot
    assert Certificate.objects.get(pk=signed[1].pk).reason == "key"
    other.refresh_from_db()
    assert other.state == "issued"


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_make_one_version(no_delivery):
    certificate, by = make_certificate(now=NOW), make_user()

    def attempt(name):
        try:
            return correct_name(certificate, by, holder=name)
        except AlreadyEnded:
            return None

    results = run_at_once([lambda name=name: attempt(name) for name in ("Ana Uno", "Ana Dos", "Ana Tres")])
    winner, = filter(None, results)
    assert Certificate.objects.get(state="issued") == winner
    assert sorted(Certificate.objects.values_list("version", flat=True)) == [1, 2]
    assert [event.action for event in verify_history(certificate)] == ["issued", "superseded"]


@pytest.mark.django_db(transaction=True)
def test_the_same_correction_at_once_makes_one_version(no_delivery):
    certificate, by = make_certificate(now=NOW), make_user()
    results = run_at_once([lambda: correct_name(certificate, by)] * 4)
    assert len({result.pk for result in results}) == 1
    assert Certificate.objects.count() == 2
    assert AuditEvent.objects.filter(action="certificate.corrected").count() == 1


@pytest.mark.django_db(transaction=True)
def test_correction_and_revocation_at_once_end_it_once(no_delivery):
    by = make_user()
    for _round in range(5):
        certificate = make_certificate(now=NOW)

        def attempt(act, certificate=certificate):
            try:
                return act(certificate)
            except AlreadyEnded:
                return None

        results = run_at_once([
            lambda: attempt(lambda each: correct_name(each, by)),
            lambda: attempt(lambda each: revoke(certificate=each, reason="mistake", by=by, now=LATER))])
        assert sum(result is not None for result in results) == 1
        certificate.refresh_from_db()
        assert certificate.state in {"superseded", "revoked"}
        assert len(verify_history(certificate)) == 2


@pytest.mark.django_db(transaction=True)
def test_correction_while_a_worker_stores_a_document_waits_for_nobody(no_delivery):
    by = make_user()
    for _round in range(5):
        certificate = make_certificate(now=NOW)
        work = claim(now=NOW, certificate_id=certificate.pk)
        assert work.leased_until == NOW + LEASE
        _done, second = run_at_once([lambda work=work: perform(work, clock=lambda: NOW),
                                     lambda each=certificate: correct_name(each, by)])
        assert second.version == 2
        assert not Outbox.objects.pending().filter(certificate=certificate).exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_issues_and_corrections_while_lists_roll_over(no_delivery, monkeypatch):
    monkeypatch.setattr(status, "FULL", 7)
    by, before = make_user(), [make_certificate(now=NOW) for _number in range(10)]
    people = [make_user() for _number in range(50)]
    run_at_once([*(lambda learner=learner: make_certificate(learner=learner, now=NOW) for learner in people),
                 *(lambda each=each: correct_name(each, by) for each in before)])
    assert Certificate.objects.count() == 70
    assert [lists.taken for lists in StatusList.objects.order_by("number")] == [7] * 10
    places = set(Certificate.objects.values_list("status_list", "status_index"))
    assert len(places) == 70
    assert sorted(Certificate.objects.filter(version=1).values_list("number", flat=True)) == list(range(1, 61))
