import time

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from certificates import earlier
from lms.reports import archives

SWEEP_SECONDS = 50


@shared_task
def make_archive(archive_id):
    """Make one archive; what this task does not finish in its time is for the next."""
    archive = archives.claim(now=timezone.now(), archive_id=archive_id)
    if archive is None:
        return
    is_done = archives.work(archive, clock=timezone.now, seconds=archives.get_seconds())
    if not is_done and not settings.CELERY_TASK_ALWAYS_EAGER:
        make_archive.apply_async([archive_id], retry=False)


@shared_task
def make_archives():
    """The sweep: go on with what no worker has in its hands, until the next sweep begins; remove what is old."""
    archives.remove_expired(now=timezone.now())
    archives.remove_leftovers()
    end = time.monotonic() + SWEEP_SECONDS
    while (left := end - time.monotonic()) > 0 and (archive := archives.claim(now=timezone.now())):
        archives.work(archive, clock=timezone.now, seconds=left)


@shared_task
def discard_abandoned_imports():
    earlier.discard_abandoned(now=timezone.now())
