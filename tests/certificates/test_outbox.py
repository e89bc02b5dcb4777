import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone

from certificates import outbox
from certificates.models import Artifact, Certificate, Outbox
from certificates.outbox import (
    ArtifactDamaged,
    CertificateEnded,
    DocumentNotReady,
    NotDead,
    claim,
    get_pdf,
    perform,
    read_artifact,
    retry,
)
from certificates.tasks import deliver, deliver_due
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_user
from tests.servers import ROOT

NOW = dt.datetime(2025, 11, 21, 15, tzinfo=dt.UTC)


class MailServerDown(Exception):
    pass


@pytest.fixture
def certificate(db):
    return make_certificate(now=NOW)


@pytest.fixture
def mail_server_down(monkeypatch):
    def refuse(**_arguments):
        raise MailServerDown("ana@puentes.test is not known here")
    monkeypatch.setattr(outbox, "send_mail", refuse)


def work_of(certificate, kind):
    return certificate.outbox.get(kind=kind)


def at(moment):
    return lambda: moment


def finish_all(now):
    while work := claim(now=now):
        perform(work, clock=at(now))


def test_claim_takes_documents_before_the_mail(certificate):
    assert [claim(now=NOW).kind, claim(now=NOW).kind, claim(now=NOW)] == ["pdf_es", "pdf_en", None]


def test_claim_gives_the_mail_when_both_documents_are_made(certificate):
    for _number in range(2):
        assert perform(claim(now=NOW), clock=at(NOW))
    assert claim(now=NOW).kind == "mail_issued"


def test_claim_leaves_leased_work_until_the_lease_ends(certificate):
    work = claim(now=NOW)
    end = NOW + outbox.LEASE
    assert claim(now=end - dt.timedelta(seconds=1)).kind == "pdf_en"
    assert claim(now=end).pk == work.pk
    assert work_of(certificate, "pdf_es").attempts == 2


def test_claim_keeps_to_the_certificate_it_is_asked_for(certificate):
    other = make_certificate(now=NOW)
    assert claim(now=NOW, certificate_id=other.pk).certificate == other


def test_perform_stores_the_document_with_its_hash(certificate):
    assert perform(claim(now=NOW), clock=at(NOW))
    artifact = certificate.artifacts.get()
    content = read_artifact(artifact)
    assert content.startswith(b"%PDF-1.7")
    assert (artifact.kind, artifact.size, artifact.sha256) == (
        "pdf_es", len(content), hashlib.sha256(content).hexdigest())
    assert artifact.storage_key == f"certificates/2025/{certificate.pk}-pdf_es.pdf"
    assert work_of(certificate, "pdf_es").done_at == NOW


def test_perform_writes_nothing_when_the_lease_was_lost(certificate):
    late = claim(now=NOW)
    again = claim(now=NOW + outbox.LEASE, certificate_id=certificate.pk)
    assert perform(again, clock=at(NOW + outbox.LEASE))
    assert not perform(late, clock=at(NOW + outbox.LEASE))
    assert Artifact.objects.count() == 1
    assert work_of(certificate, "pdf_es").last_error == ""


def test_perform_comes_back_after_longer_and_longer_pauses(certificate, mail_server_down):
    finish_all(NOW)
    pauses, now = [], NOW
    for _number in range(Outbox.MAX_ATTEMPTS - 1):
        work = work_of(certificate, "mail_issued")
        pauses.append((work.next_at - now) / dt.timedelta(minutes=1))
        now = work.next_at
        assert claim(now=now - dt.timedelta(seconds=1)) is None
        perform(claim(now=now), clock=at(now))
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720]
    assert work_of(certificate, "mail_issued").is_dead
    assert claim(now=now + dt.timedelta(days=365)) is None


def test_perform_notes_the_error_without_what_it_says_of_a_person(certificate, mail_server_down, caplog):
    finish_all(NOW)
    work = work_of(certificate, "mail_issued")
    assert work.last_error == f"{__name__}.MailServerDown"
    assert work.leased_until is None
    assert "ana@puentes.test" not in caplog.text


def test_perform_of_one_does_not_stop_another(certificate, monkeypatch):
    other = make_certificate(now=NOW)
    certificate.snapshot["holder"] = "Altered"
    certificate.save()
    finish_all(NOW)
    assert other.artifacts.count() == 2
    assert work_of(certificate, "pdf_es").last_error == "certificates.snapshot.SnapshotAltered"
    assert len(mail.outbox) == 1


def test_retry_starts_what_was_given_up(certificate):
    Outbox.objects.filter(kind="pdf_es").update(attempts=Outbox.MAX_ATTEMPTS, last_error="x")
    administrator = make_user(is_superuser=True)
    retry(work=work_of(certificate, "pdf_es"), by=administrator, now=NOW)
    assert claim(now=NOW).kind == "pdf_es"
    event = AuditEvent.objects.get(action="certificate.work_retried")
    assert (event.actor, event.subject) == (administrator, f"certificate:{certificate.pk}")


def test_retry_leaves_alone_what_is_not_given_up(certificate):
    with pytest.raises(NotDead):
        retry(work=work_of(certificate, "pdf_es"), by=make_user(), now=NOW)


def test_get_pdf_makes_what_no_worker_has_made_yet(certificate):
    content = get_pdf(certificate=certificate, language="en", now=NOW)
    assert read_artifact(certificate.artifacts.get(kind="pdf_en")) == content
    assert get_pdf(certificate=certificate, language="en", now=NOW) == content
    assert work_of(certificate, "pdf_en").done_at == NOW


def test_get_pdf_does_not_make_a_second_one_beside_a_worker(certificate):
    work = claim(now=NOW)
    with pytest.raises(DocumentNotReady):
        get_pdf(certificate=certificate, language="es", now=NOW)
    assert perform(work, clock=at(NOW))
    assert get_pdf(certificate=certificate, language="es", now=NOW) == read_artifact(certificate.artifacts.get())


@pytest.mark.parametrize("attempts", [0, Outbox.MAX_ATTEMPTS], ids=["at work", "given up"])
def test_get_pdf_waits_for_the_credential_that_goes_into_it(certificate, attempts):
    Outbox.plan(certificate=certificate, kinds=[Outbox.CREDENTIAL], now=NOW)
    Outbox.objects.filter(kind=Outbox.CREDENTIAL).update(attempts=attempts, leased_until=NOW + outbox.LEASE)
    with pytest.raises(DocumentNotReady):
        get_pdf(certificate=certificate, language="es", now=NOW)
    assert not Artifact.objects.exists()
    assert work_of(certificate, "pdf_es").attempts == 0


def test_get_pdf_that_fails_says_so_and_is_tried_again_later(certificate, monkeypatch):
    def fail(**_arguments):
        raise OSError("The disk is full.")
    monkeypatch.setattr(outbox, "render_pdf", fail)
    for _click in range(3):
        with pytest.raises(DocumentNotReady):
            get_pdf(certificate=certificate, language="es", now=NOW)
    work = work_of(certificate, "pdf_es")
    assert (work.attempts, work.last_error) == (1, "builtins.OSError")


@pytest.mark.parametrize("was_made", [False, True])
def test_get_pdf_gives_none_of_a_version_that_ended(certificate, was_made):
    if was_made:
        get_pdf(certificate=certificate, language="es", now=NOW)
    Certificate.objects.update(state="revoked", ended_at=NOW)
    certificate.refresh_from_db()
    with pytest.raises(CertificateEnded):
        get_pdf(certificate=certificate, language="es", now=NOW)


def test_get_pdf_of_a_language_added_after_the_issue(certificate, settings):
    Outbox.objects.filter(kind="pdf_en").delete()
    assert get_pdf(certificate=certificate, language="en", now=NOW).startswith(b"%PDF")
    assert certificate.artifacts.get().kind == "pdf_en"


def test_read_artifact_notices_another_file(certificate):
    get_pdf(certificate=certificate, language="es", now=NOW)
    artifact = certificate.artifacts.get()
    storages["private"].delete(artifact.storage_key)
    storages["private"].save(artifact.storage_key, ContentFile(b"%PDF another"))
    with pytest.raises(ArtifactDamaged):
        read_artifact(artifact)


def test_deliver_makes_all_of_one_certificate(certificate):
    other = make_certificate(now=NOW)
    deliver(str(certificate.pk))
    assert not certificate.outbox.pending().exists()
    assert other.outbox.pending().count() == 3


def test_deliver_due_makes_all_that_is_due(certificate):
    make_certificate(now=NOW)
    deliver_due()
    deliver_due()
    assert not Outbox.objects.pending().exists()
    assert (Artifact.objects.count(), len(mail.outbox)) == (4, 2)


@pytest.mark.django_db(transaction=True)
def test_deliver_due_by_many_workers_makes_each_thing_once(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    for _number in range(5):
        make_certificate()

    def work(_number):
        try:
            deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert not Outbox.objects.pending().exists()
    assert list(Outbox.objects.values_list("attempts", flat=True)) == [1] * 15
    assert (Artifact.objects.count(), len(mail.outbox)) == (10, 5)


def run_until_killed(code):
    """Run Python in a process of its own, on this test's database; it is expected to end by SIGKILL."""
    prelude = """
        import os, signal, django
        django.setup()
        from certificates import outbox
        def die(*args, **kwargs):
            os.kill(os.getpid(), signal.SIGKILL)
    """
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings",
                   "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"])}
    process = subprocess.run([sys.executable, "-c", textwrap.dedent(prelude) + textwrap.dedent(code)], cwd=ROOT,
                             env=environment, capture_output=True, text=True)
    assert process.returncode == -signal.SIGKILL, process.stderr


DELIVERY_KILLED = {
    "before the document": "outbox.render_pdf = die",
    "before the file": "outbox.ContentFile = die",
    "before the commit": "outbox.Artifact.objects.update_or_create = die",
}


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", DELIVERY_KILLED)
def test_sweep_makes_what_a_killed_process_left(moment, monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    certificate = make_certificate()
    run_until_killed(f"{DELIVERY_KILLED[moment]}\nfrom certificates.tasks import deliver_due\ndeliver_due()")

    assert not Artifact.objects.exists()
    assert work_of(certificate, "pdf_es").leased_until > timezone.now()
    Outbox.objects.filter(kind="pdf_es").update(leased_until=timezone.now())  # five minutes pass
    deliver_due()
    assert sorted(artifact.kind for artifact in certificate.artifacts.all() if read_artifact(artifact)) == [
        "pdf_en", "pdf_es"]
    assert len(mail.outbox) == 1
    folder = settings.DATA_DIR / "private" / "certificates" / certificate.series
    assert len(list(folder.glob(f"{certificate.pk}*"))) == 2


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_sweep_makes_what_was_issued_by_a_process_killed_right_after():
    run_until_killed("""
        from certificates import issuing
        issuing.deliver.apply_async = die
        from tests.factories import make_certificate
        make_certificate()
    """)
    assert Outbox.objects.pending().count() == 3
    deliver_due()
    assert (Artifact.objects.count(), len(mail.outbox)) == (2, 1)
