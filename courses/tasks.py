from celery import shared_task
from django.utils import timezone

from assessments.models import Attempt
from courses.progress import close_if_overdue


@shared_task
def close_overdue_attempts():
    """Grade what was abandoned. Without a worker the next look at the attempt does the same."""
    now = timezone.now()
    for attempt_id in Attempt.objects.overdue(now).values_list("pk", flat=True):
        close_if_overdue(attempt_id=attempt_id, now=now)
