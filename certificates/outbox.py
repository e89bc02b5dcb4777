"""What is made after a certificate was issued: its documents and the mail to its holder.

A worker claims a row in a short transaction by writing a lease on it, works outside of any, and writes the result and
``done_at`` in another. A worker that dies leaves a lease that ends; one that comes back too late has lost it and writes
nothing. So a document is made once, and whatever is not made yet will be."""

import hashlib
import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from certificates.credentials.making import make_credential
from certificates.keys import get_signing_key
from certificates.mailing import send_mail
from certificates.models import Artifact, Certificate, IssuerKey, Outbox
from certificates.rendering import render_pdf
from lms.accounts.audit import record_event

LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else has taken over this work or has done it."""


class ArtifactDamaged(Exception):
    """A stored file is not the one that was made."""


class DocumentNotReady(Exception):
    """The document is not made yet: another worker is at it, or something failed and will be tried again."""


class CertificateEnded(Exception):
    """No document is given any more of a version that was replaced or revoked, not even one made before."""


class NotDead(Exception):
    """Only work that was given up can be started anew."""


def claim(*, now, certificate_id=None, kinds=None):
    """Lease the next work that is due, of one certificate or of any, of some kinds or of all, or return None."""
    due = Outbox.objects.due(now)
    if certificate_id:
        due = due.filter(certificate=certificate_id)
    if kinds:
        due = due.filter(kind__in=kinds)
    with transaction.atomic():
        work = due.select_for_update(skip_locked=True).first()
        if work is None:
            return None
        work.leased_until, work.attempts = now + LEASE, work.attempts + 1
        work.save(update_fields=["leased_until", "attempts"])
        return work


def perform(work, *, clock):
    """Do what was claimed. A failure is written on the row, which comes back after a pause twice as long as the last.

    ``clock`` returns the time at which it is called. True when it was done."""
    try:
        WORK[work.stage](work, clock)
    except LeaseLost:
        logger.info("Certificate %s: %s was done by another worker.", work.certificate_id, work.kind)
        return False
    except Exception as error:  # whatever it is, it must not stop the work of others
        _postpone(work, error, now=clock())
        return False
    return True


def get_pdf(*, certificate, language, now):
    """The bytes of the PDF, as it is stored for ever; makes it, and what goes into it, when no worker has yet.

    Raises DocumentNotReady, CertificateEnded and ArtifactDamaged."""
    if certificate.state != Certificate.State.ISSUED:
        raise CertificateEnded
    kind = Outbox.pdf_kind(language)
    documents = Artifact.objects.filter(certificate=certificate, kind=kind)
    if artifact := documents.first():
        return read_artifact(artifact)
    Outbox.plan(certificate=certificate, kinds=[kind], now=now)
    while work := claim(now=now, certificate_id=certificate.pk, kinds=[Outbox.CREDENTIAL, kind]):
        if not perform(work, clock=lambda: now):
            break
    # Never the bytes of a document that could not be stored: a second one may have another seal.
    artifact = documents.first()
    if artifact is None:
        raise DocumentNotReady
    return read_artifact(artifact)


def get_credential(certificate):
    """The bytes of the digital credential, or None when there is none (yet). Raises ArtifactDamaged."""
    artifact = Artifact.objects.filter(certificate=certificate, kind=Outbox.CREDENTIAL).first()
    return artifact and read_artifact(artifact)


def read_artifact(artifact):
    with storages["private"].open(artifact.storage_key) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != artifact.sha256:
        raise ArtifactDamaged(f"{artifact.storage_key} is not the file that was made.")
    return content


@transaction.atomic
def plan_credentials(*, now):
    """Plan the credential of each valid certificate without one, as when the first key was made. Returns how many."""
    lacking = Certificate.objects.issued().filter(status_list__isnull=False, erased_at=None).exclude(
        artifacts__kind=Outbox.CREDENTIAL)
    planned = Outbox.objects.filter(kind=Outbox.CREDENTIAL, certificate__in=lacking)
    # Done without a credential: there was no key at that moment.
    reopened = planned.filter(done_at__isnull=False).update(done_at=None, attempts=0, next_at=now, last_error="")
    unplanned = lacking.exclude(outbox__kind=Outbox.CREDENTIAL).values_list("pk", flat=True)
    made = Outbox.objects.bulk_create(
        (Outbox(certificate_id=pk, kind=Outbox.CREDENTIAL, stage=Outbox.STAGE_OF_CREDENTIAL, next_at=now)
         for pk in unplanned), ignore_conflicts=True, batch_size=1000)
    return reopened + len(made)


@transaction.atomic
def retry(*, work, by, now):
    """Start work that was given up anew. Raises NotDead."""
    work = Outbox.objects.select_for_update().get(pk=work.pk)
    if not work.is_dead:
        raise NotDead
    work.attempts, work.next_at, work.leased_until = 0, now, None
    work.save(update_fields=["attempts", "next_at", "leased_until"])
    record_event(actor=by, action="certificate.work_retried", subject=f"certificate:{work.certificate_id}",
                 details={"kind": work.kind, "last_error": work.last_error})
    return work


def _make_credential(work, clock):
    """Stage 1: the digital credential, which the documents hold."""
    key = get_signing_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=clock())
    if key is None:
        # Withdrawn since this was planned. The certificate is valid without; plan_credentials comes back to it.
        with transaction.atomic():
            _finish(work, now=clock())
        return
    content = make_credential(work.certificate, key=key, now=clock())
    _store(work, content, extension="json", key=key, now=clock())


def _make_document(work, clock):
    """Stage 2: a PDF with the credential in it, under the seal of the issuer. Where there is no key it stays unsigned;
    a key that cannot be used is a failure like any other, and never a reason to leave a document unsigned."""
    certificate = work.certificate
    credential = Artifact.objects.filter(certificate=certificate, kind=Outbox.CREDENTIAL).first()
    content = render_pdf(certificate=certificate, language=work.pdf_language, check_url=certificate.get_short_url(),
                         credential=read_artifact(credential).decode() if credential else None)
    key = get_signing_key(purpose=IssuerKey.Purpose.PDF, now=clock())
    if key:
        from certificates.sealing import seal_pdf  # takes a third of a second: only for who seals

        content = seal_pdf(content=content, key=key, language=work.pdf_language.split("_")[0])
    _store(work, content, extension="pdf", now=clock(), key=key)


def _tell_holder(work, clock):
    """Stage 3: a mail."""
    send_mail(certificate=work.certificate, occasion=work.mail_occasion)
    with transaction.atomic():
        _finish(work, now=clock())


WORK = {
    Outbox.STAGE_OF_CREDENTIAL: _make_credential,
    Outbox.STAGE_OF_DOCUMENTS: _make_document,
    Outbox.STAGE_OF_MAILS: _tell_holder,
}


@transaction.atomic
def _store(work, content, *, extension, now, key=None):
    """Keep the file, with the IssuerKey that signed it, and close the work together. Nobody else writes this file while
    the row is locked. One that was signed stays as it is; one that was not makes room for it."""
    _finish(work, now=now)
    certificate, storage = work.certificate, storages["private"]
    state = Certificate.objects.filter(pk=certificate.pk).values_list("state", "erased_at").first()
    if state != (Certificate.State.ISSUED, None):
        return  # it ended, or its holder was forgotten, while this was made
    before = Artifact.objects.filter(certificate=certificate, kind=work.kind).first()
    if before and (before.key_id or key is None):
        return
    # Another name than that of the file which is still good if this does not come to its end.
    name = _get_name(certificate, work.kind, extension, signed_since=bool(before))
    # Left by a worker that died before it could commit: perhaps only half of it.
    storage.delete(name)
    Artifact.objects.update_or_create(certificate=certificate, kind=work.kind, defaults={
        "sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "key": key, "created_at": now,
        "storage_key": storage.save(name, ContentFile(content)),
    })
    if before:
        transaction.on_commit(lambda: storage.delete(before.storage_key), robust=True)


def get_names(certificate):
    """Of every file that may have been made of a certificate, those that a worker left which died included."""
    kinds = [(Outbox.CREDENTIAL, "json"), *((kind, "pdf") for kind in [
        *Outbox.kinds_of_documents(), Outbox.pdf_kind(Outbox.BOTH_LANGUAGES)])]
    return [_get_name(certificate, kind, extension, signed_since=signed_since)
            for kind, extension in kinds for signed_since in (False, True)]


def _get_name(certificate, kind, extension, *, signed_since):
    suffix = "-signed" if signed_since else ""
    return f"certificates/{certificate.series}/{certificate.pk}-{kind}{suffix}.{extension}"


def _finish(work, *, now):
    """Mark ``work`` done if its lease is still ours. Raises LeaseLost."""
    held = Outbox.objects.pending().select_for_update().filter(pk=work.pk, leased_until=work.leased_until).first()
    if held is None:
        raise LeaseLost
    held.done_at, held.leased_until, held.last_error = now, None, ""
    held.save(update_fields=["done_at", "leased_until", "last_error"])


def _postpone(work, error, *, now):
    # Only the kind of the error is kept: its text may hold an address or a name.
    name = f"{type(error).__module__}.{type(error).__qualname__}"[:200]
    pause = min(FIRST_PAUSE * 2 ** (work.attempts - 1), LONGEST_PAUSE)
    ours = Outbox.objects.pending().filter(pk=work.pk, leased_until=work.leased_until)
    ours.update(last_error=name, next_at=now + pause, leased_until=None)
    log = logger.error if work.is_dead else logger.warning
    log("Certificate %s: attempt %d of %s failed: %s", work.certificate_id, work.attempts, work.kind, name)
