import time

from celery import shared_task
from django.utils import timezone

from certificates import outbox

SWEEP_SECONDS = 50


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
