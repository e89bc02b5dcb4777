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

from certificates.mailing import send_mail
from certificates.models import Artifact, Outbox
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


class NotDead(Exception):
    """Only work that was given up can be started anew."""


def claim(*, now, certificate_id=None):
    """Lease the next work that is due, of one certificate or of any, or return None."""
    due = Outbox.objects.due(now)
    if certificate_id:
        due = due.filter(certificate=certificate_id)
    with transaction.atomic():
        return _lease(due.select_for_update(skip_locked=True).first(), now)


def perform(work, *, clock):
    """Do what was claimed. A failure is written on the row, which comes back after a pause twice as long as the last.

    ``clock`` returns the time at which it is called. True when it was done."""
    try:
        if work.pdf_language:
            _store_pdf(work, _render(work.certificate, work.pdf_language), now=clock())
        else:
            send_mail(certificate=work.certificate)
            with transaction.atomic():
                _finish(work, now=clock())
    except LeaseLost:
        logger.info("Certificate %s: %s was done by another worker.", work.certificate_id, work.kind)
        return False
    except Exception as error:  # whatever it is, it must not stop the work of others
        _postpone(work, error, now=clock())
        return False
    return True


def get_pdf(*, certificate, language, now):
    """The bytes of the PDF; makes it when no worker has yet. Raises ArtifactDamaged."""
    kind = Outbox.pdf_kind(language)
    artifact = Artifact.objects.filter(certificate=certificate, kind=kind).first()
    if artifact:
        return read_artifact(artifact)
    Outbox.plan(certificate=certificate, kinds=[kind], now=now)
    with transaction.atomic():
        free = Outbox.objects.free(now).filter(certificate=certificate, kind=kind)
        work = _lease(free.select_for_update(skip_locked=True).first(), now)
    content = _render(certificate, language)
    # A worker that holds the lease is making the same bytes and will store them.
    if work:
        _store_pdf(work, content, now=now)
    return content


def read_artifact(artifact):
    with storages["private"].open(artifact.storage_key) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != artifact.sha256:
        raise ArtifactDamaged(f"{artifact.storage_key} is not the file that was made.")
    return content


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


def _lease(work, now):
    if work is None:
        return None
    work.leased_until, work.attempts = now + LEASE, work.attempts + 1
    work.save(update_fields=["leased_until", "attempts"])
    return work


def _render(certificate, language):
    return render_pdf(certificate=certificate, language=language, check_url=certificate.get_short_url())


@transaction.atomic
def _store_pdf(work, content, *, now):
    """Keep the file and close the work together. Nobody else writes this file while the row is locked."""
    _finish(work, now=now)
    certificate, storage = work.certificate, storages["private"]
    key = f"certificates/{certificate.series}/{certificate.pk}-{work.kind}.pdf"
    # Left by a worker that died before it could commit: perhaps only half of it.
    storage.delete(key)
    Artifact.objects.create(
        certificate=certificate, kind=work.kind, sha256=hashlib.sha256(content).hexdigest(), size=len(content),
        storage_key=storage.save(key, ContentFile(content)), created_at=now,
    )


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
