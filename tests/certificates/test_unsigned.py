import datetime as dt
import io

import pypdf
import pytest
from django.core.files.storage import storages
from django.core.management import call_command

from certificates import key_module
from certificates.keys import create_key, get_key_file, retire
from certificates.models import Artifact, Certificate, Outbox
from certificates.outbox import DocumentNotReady, claim, get_pdf, perform, read_artifact
from certificates.unsigned import NoKey, get_unsigned, seal_unsigned
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def certificate():
    return make_certificate(now=NOW)


def make_seal(now=NOW):
    return create_key(purpose="pdf", now=now)


def finish_all(now):
    while work := claim(now=now):
        perform(work, clock=lambda: now)


def is_sealed(content):
    return "Seal" in (pypdf.PdfReader(io.BytesIO(content)).get_fields() or {})


def test_document_is_sealed_by_the_key_in_use(certificate):
    make_seal(NOW - dt.timedelta(days=2))
    key = make_seal()
    finish_all(NOW)
    assert {artifact.key for artifact in certificate.artifacts.filter(kind__startswith="pdf_")} == {key}
    assert all(is_sealed(read_artifact(artifact)) for artifact in certificate.artifacts.all())


def test_document_without_any_key_is_stored_unsigned(certificate):
    content = get_pdf(certificate=certificate, language="es", now=NOW)
    assert not is_sealed(content)
    assert certificate.artifacts.get(kind="pdf_es").key is None


def test_document_waits_for_a_key_that_cannot_be_used_now(certificate):
    file = get_key_file(make_seal())
    away = file.rename(file.with_suffix(".away"))
    with pytest.raises(DocumentNotReady):
        get_pdf(certificate=certificate, language="es", now=NOW)
    work = certificate.outbox.get(kind="pdf_es")
    assert (work.last_error, work.done_at) == ("certificates.key_errors.KeyUnavailable", None)
    assert not certificate.artifacts.filter(kind="pdf_es").exists()
    away.rename(file)
    assert is_sealed(get_pdf(certificate=certificate, language="es", now=work.next_at))


def test_document_waits_for_a_hardware_module_that_does_not_answer(certificate, hardware_module, settings):
    key = create_key(purpose="pdf", now=NOW, storage="pkcs11")
    key_module._disconnect()
    settings.PKCS11_PIN = "wrong"
    with pytest.raises(DocumentNotReady):
        get_pdf(certificate=certificate, language="es", now=NOW)
    assert not certificate.artifacts.filter(kind="pdf_es").exists()
    settings.PKCS11_PIN = "5678"
    again = certificate.outbox.get(kind="pdf_es").next_at
    assert is_sealed(get_pdf(certificate=certificate, language="es", now=again))
    assert certificate.artifacts.get(kind="pdf_es").key == key


def test_sealed_document_stays_when_the_key_is_retired(certificate):
    key = make_seal()
    content = get_pdf(certificate=certificate, language="es", now=NOW)
    retire(key=key, by=None, now=NOW)
    make_seal()
    assert get_pdf(certificate=certificate, language="es", now=LATER) == content


def test_sealed_document_is_never_made_again(certificate):
    make_seal()
    content = get_pdf(certificate=certificate, language="es", now=NOW)
    Outbox.objects.filter(kind="pdf_es").update(done_at=None)
    finish_all(LATER)
    assert not Outbox.objects.pending().filter(kind="pdf_es").exists()
    assert read_artifact(certificate.artifacts.get(kind="pdf_es")) == content


def test_seal_unsigned_has_documents_made_again_once_there_is_a_key(certificate, django_capture_on_commit_callbacks):
    finish_all(NOW)
    before = {artifact.kind: artifact for artifact in certificate.artifacts.filter(kind__startswith="pdf_")}
    key, administrator = make_seal(LATER), make_user(is_superuser=True)
    assert seal_unsigned(by=administrator, now=LATER) == 2
    assert get_unsigned(now=LATER).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        finish_all(LATER)
    for kind, old in before.items():
        artifact = certificate.artifacts.get(kind=kind)
        assert (artifact.pk, artifact.key, artifact.created_at) == (old.pk, key, LATER)
        assert is_sealed(read_artifact(artifact))
        assert not storages["private"].exists(old.storage_key)
    assert not get_unsigned(now=LATER).exists()
    event = AuditEvent.objects.get(action="certificate.sealing_planned")
    assert (event.actor, event.details) == (administrator, {"documents": 2})


def test_seal_unsigned_sends_no_second_mail(certificate, mailoutbox):
    finish_all(NOW)
    make_seal(LATER)
    seal_unsigned(by=None, now=LATER)
    finish_all(LATER)
    assert len(mailoutbox) == 1


def test_seal_unsigned_leaves_what_is_under_way_or_given_up(certificate):
    finish_all(NOW)
    make_seal(LATER)
    Outbox.objects.filter(kind="pdf_es").update(done_at=None, attempts=Outbox.MAX_ATTEMPTS)
    assert seal_unsigned(by=None, now=LATER) == 1
    assert seal_unsigned(by=None, now=LATER) == 0
    assert certificate.outbox.get(kind="pdf_es").is_dead


def test_seal_unsigned_leaves_certificates_that_are_not_valid():
    ended, expired, valid = (make_certificate(now=NOW) for _number in range(3))
    finish_all(NOW)
    Certificate.objects.filter(pk=ended.pk).update(state="revoked", ended_at=NOW)
    Certificate.objects.filter(pk=expired.pk).update(expires_at=LATER)
    make_seal(LATER)
    assert seal_unsigned(by=None, now=LATER) == 2
    assert {work.certificate for work in Outbox.objects.pending().filter(kind__startswith="pdf_")} == {valid}


def test_seal_unsigned_without_a_key_is_refused(certificate):
    finish_all(NOW)
    with pytest.raises(NoKey):
        seal_unsigned(by=None, now=NOW)
    assert not Outbox.objects.pending().exists()


def test_seal_unsigned_plans_credentials_when_there_is_a_key_for_them(certificate):
    finish_all(NOW)
    make_seal(LATER)
    create_key(purpose="credential", now=LATER)
    seal_unsigned(by=None, now=LATER)
    assert certificate.outbox.get(kind=Outbox.CREDENTIAL).done_at is None
    assert claim(now=LATER).kind == Outbox.CREDENTIAL


def test_unsigned_document_stays_when_its_key_is_gone_before_the_worker_comes(certificate):
    finish_all(NOW)
    content = get_pdf(certificate=certificate, language="es", now=NOW)
    key = make_seal(LATER)
    seal_unsigned(by=None, now=LATER)
    retire(key=key, by=None, now=LATER)
    finish_all(LATER)
    artifact = Artifact.objects.get(kind="pdf_es")
    assert (artifact.key, read_artifact(artifact)) == (None, content)


def test_unsigned_document_stays_until_the_sealed_one_is_kept(certificate, monkeypatch):
    finish_all(NOW)
    content = get_pdf(certificate=certificate, language="es", now=NOW)
    make_seal(LATER)
    seal_unsigned(by=None, now=LATER)
    with monkeypatch.context() as patch:
        patch.setattr(Artifact.objects, "update_or_create", lambda **_fields: 1 / 0)
        finish_all(LATER)
    assert certificate.outbox.get(kind="pdf_es").last_error == "builtins.ZeroDivisionError"
    assert get_pdf(certificate=certificate, language="es", now=LATER) == content
    finish_all(LATER + dt.timedelta(minutes=1))
    assert is_sealed(get_pdf(certificate=certificate, language="es", now=LATER))


def test_command_that_makes_the_first_keys_has_unsigned_documents_sealed(certificate):
    finish_all(NOW)
    now = dt.datetime.now(dt.UTC)
    call_command("create_issuer_keys")
    finish_all(now + dt.timedelta(minutes=1))
    assert is_sealed(get_pdf(certificate=certificate, language="es", now=now))
    assert certificate.artifacts.filter(kind=Outbox.CREDENTIAL).exists()
