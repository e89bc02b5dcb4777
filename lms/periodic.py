import logging
import threading

from celery.schedules import maybe_schedule
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from lms.celery import app

logger = logging.getLogger(__name__)


class PeriodicWork:
    """The tasks of CELERY_BEAT_SCHEDULE in a thread of the one process of the embedded platform.

    Tasks with an interval run soon after the start, because a crash may have left them work; those with a time of day
    wait for it. A failure is logged and the task runs again when it is due."""

    FIRST_AFTER = 3  # seconds: first the pages that people wait for
    LONGEST_WAIT = 60

    def __init__(self, schedule=None, now=timezone.now):
        app.autodiscover_tasks(force=True)  # registers the tasks, as a worker does when it starts
        self.now = now
        self.entries = {
            name: (entry["task"], maybe_schedule(entry["schedule"], app=app))
            for name, entry in (settings.CELERY_BEAT_SCHEDULE if schedule is None else schedule).items()
        }
        began = now()
        # An interval has no memory of a run before this one: as if it had passed already.
        self.last_runs = {
            name: began - getattr(schedule, "run_every", began - began)
            for name, (_task, schedule) in self.entries.items()
        }
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="periodic-work", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        """Let the task that runs come to its end, for a moment."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _loop(self):
        wait = self.FIRST_AFTER
        while not self._stopped.wait(wait):
            wait = min(self.run_due(), self.LONGEST_WAIT)

    def run_due(self):
        """Run what is due. Returns the seconds until the next task is."""
        waits = [self.LONGEST_WAIT]
        for name, (task, schedule) in self.entries.items():
            is_due, wait = schedule.is_due(self.last_runs[name])
            if is_due and not self._stopped.is_set():
                self.last_runs[name] = self.now()
                self._run(task)
            waits.append(wait)
        return max(min(waits), 1)

    def _run(self, task):
        close_old_connections()
        try:
            app.tasks[task]()
        except Exception:
            logger.exception("The periodic task %s failed; it runs again when it is due", task)
        finally:
            close_old_connections()
