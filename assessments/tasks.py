from celery import shared_task
from django.utils import timezone

from assessments.importing import running


@shared_task
def look_at_import(pk, language):
    running.look(pk=pk, language=language)


@shared_task(time_limit=1800)
def save_import(pk, language):
    running.save(pk=pk, language=language, now=timezone.now())
