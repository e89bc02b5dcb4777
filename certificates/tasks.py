import logging
import time

from celery import shared_task
from django.utils import timezone

from certificates import outbox
from certificates.credentials import lists
from certificates.keys import get_certificates_signed_by
from certificates.models import IssuerKey
from certificates.reminders import plan_reminders
from certificates.snapshot import SnapshotAltered, SnapshotInvalid

SWEEP_SECONDS = 50

logger = logging.getLogger(__name__)


@shared_task
def deliver(certificate_id):
    """Make what one certificate still needs."""
    while work := outbox.claim(now=timezone.now(), certificate_id=certificate_id):
        outbox.perform(work, clock=timezone.now)


@shared_task
def deliver_due():
    """The sweep: whatever is due, of any certificate, until nothing is or the next sweep begins."""
    end = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < end and (work := outbox.claim(now=timezone.now())):
        outbox.perform(work, clock=timezone.now)


@shared_task
def remind_of_expiry():
    """Tell holders that a certificate is about to expire or has expired; the mails are work of the outbox."""
    plan_reminders(now=timezone.now())


@shared_task
def reissue_compromised():
    """Issue again what compromised keys have signed, as soon as there is a sound key in their place. What is left to do
    is found in the database, so that this may be stopped, started and run twice at any moment."""
    from certificates import ending  # it issues, and whoever issues nudges the tasks of this module

    end = time.monotonic() + SWEEP_SECONDS
    for key in IssuerKey.objects.filter(compromised_at__isnull=False):
        for certificate in get_certificates_signed_by(key).order_by("pk").iterator(chunk_size=500):
            if time.monotonic() > end:
                return
            try:
                ending.reissue(certificate=certificate, key=key, now=timezone.now())
            except ending.AlreadyEnded:
                continue
            except (SnapshotAltered, SnapshotInvalid):
                logger.exception("Certificate %s cannot be issued again.", certificate.pk)
            except ending.NoKeyToSignWith:
                logger.warning("What the key %s signed waits for a new key.", key.key_id)
                break


@shared_task
def publish_status_lists():
    """Sign the lists of what was revoked or replaced anew, where something changed or before they grow old."""
    lists.publish_due(now=timezone.now())
