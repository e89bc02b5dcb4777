from celery import shared_task
from django.utils import timezone

from lms.privacy.retention import apply_rules


@shared_task
def apply_retention():
    """Remove what may not be kept any longer."""
    apply_rules(now=timezone.now())
