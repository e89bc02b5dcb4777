import logging

from celery import shared_task
from django.utils import timezone

from assessments.models import Attempt
from courses.follow_ups import send_follow_ups as send_due_follow_ups
from courses.notices import claim, send
from courses.progress import close_if_overdue

logger = logging.getLogger(__name__)


@shared_task
def close_overdue_attempts():
    """Grade what was abandoned. Without a worker the next look at the attempt does the same. One that fails is logged,
    waits for the next time and holds up no other."""
    now = timezone.now()
    for attempt_id in Attempt.objects.overdue(now).values_list("pk", flat=True):
        try:
            close_if_overdue(attempt_id=attempt_id, now=now)
        except Exception:
            logger.exception("The overdue attempt %s could not be closed", attempt_id)


@shared_task
def send_notices():
    """Send the mails that are due, until none is."""
    while notice := claim(now=timezone.now()):
        send(notice, clock=timezone.now)


@shared_task
def send_follow_ups():
    """Ask who completed a course some months ago, and remind once who has not answered."""
    send_due_follow_ups(now=timezone.now())
