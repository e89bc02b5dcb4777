import datetime as dt

import pytest
from celery.schedules import crontab
from django.conf import settings

from lms.celery import app
from lms.periodic import PeriodicWork

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def runs():
    """Two tasks, registered for the test: one that notes its runs and one that fails."""
    noted = []

    @app.task(name="tests.note")
    def note():
        noted.append(1)

    @app.task(name="tests.fail")
    def fail():
        raise RuntimeError("no reason")

    yield noted
    del app.tasks["tests.note"], app.tasks["tests.fail"]


def test_interval_runs_at_once_and_then_when_it_is_due(runs):
    work = PeriodicWork({"note": {"task": "tests.note", "schedule": 60.0}})
    assert work.run_due() == 60
    assert 58 < work.run_due() <= 60
    assert len(runs) == 1
    work.last_runs["note"] -= dt.timedelta(seconds=61)
    work.run_due()
    assert len(runs) == 2


def test_time_of_day_waits_for_its_time(runs):
    in_an_hour = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    work = PeriodicWork({"note": {"task": "tests.note", "schedule": crontab(hour=in_an_hour.hour, minute=0)}})
    work.run_due()
    assert runs == []
    work.last_runs["note"] -= dt.timedelta(days=1)
    work.run_due()
    assert len(runs) == 1


def test_failure_is_logged_and_stops_no_other_task(runs, caplog):
    work = PeriodicWork({name: {"task": f"tests.{name}", "schedule": 60.0} for name in ("fail", "note")})
    work.run_due()
    assert len(runs) == 1
    assert [record.getMessage() for record in caplog.records if record.name == "lms.periodic"] == [
        "The periodic task tests.fail failed; it runs again when it is due"]


def test_thread_runs_what_is_due_and_stops(runs):
    work = PeriodicWork({"note": {"task": "tests.note", "schedule": 60.0}})
    work.FIRST_AFTER = 0
    work.start()
    for _attempt in range(100):
        if runs:
            break
        work._thread.join(0.05)
    work.stop()
    assert len(runs) == 1
    assert not work._thread.is_alive()


def test_every_scheduled_task_exists():
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
