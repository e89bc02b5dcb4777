import gc
import ipaddress
import os
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import TestDatabase
from tests.servers import ROOT, die_with_parent, wait_until

# How long an example takes says something of the machine, not of the code: no test fails by it.
hypothesis_settings.register_profile("any-machine", deadline=None, max_examples=60,
                                     suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    """This worker's copy of the template database, which is as it was again after each test that commits."""
    database = TestDatabase(settings.WORKER)
    with django_db_blocker.unblock():
        database.create()
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: database.restore())
    yield database
    patch.undo()
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(autouse=True, scope="session")
def _little_garbage_collection():
    """What was imported stays until the end: to look through it again and again took a sixth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _fresh_process_state():
    """What one test leaves in the process is no business of the next."""
    cache.clear()
    yield
    translation.deactivate()


class NetworkUsed(Exception):
    """A test spoke to something that is not on this machine."""


def _is_local(address):
    if not isinstance(address, tuple):
        return True  # a unix socket
    with suppress(ValueError):
        return ipaddress.ip_address(address[0]).is_loopback
    return address[0] == "localhost"


@pytest.fixture(autouse=True, scope="session")
def _closed_network():
    def guarded(connect):
        def connect_here_only(self, address):
            if not _is_local(address):
                raise NetworkUsed(address)
            return connect(self, address)
        return connect_here_only

    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    yield
    patch.undo()


class CeleryWorkers:
    """Worker processes on the tests' Redis and on the database of the test."""

    def __init__(self, broker_url):
        self.broker_url = broker_url
        self.processes = []

    def start(self, number=1):
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_BROKER_URL": self.broker_url,
                       "TEST_DATABASE_NAME": connections["default"].settings_dict["NAME"]}
        from lms.celery import app  # not before the settings are complete

        for _number in range(number):
            name = f"{settings.WORKER}-{len(self.processes)}@test"
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "lms.celery", "worker", "--pool", "solo", "--hostname", name,
                 "--loglevel", "WARNING", "--without-gossip", "--without-mingle"],
                cwd=ROOT, env=environment, preexec_fn=die_with_parent)
            self.processes.append(process)
            wait_until(lambda name=name: self._answers(app, name), process, "The Celery worker")
        return self

    @staticmethod
    def _answers(app, name):
        if not app.control.ping(destination=[name], timeout=0.5):
            raise OSError

    def kill(self):
        """As when the machine loses power: no time to clean up."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()


@pytest.fixture
def celery_conf():
    """``celery_conf(broker_url=...)`` changes what the Celery application of this process works with, for this test."""
    from lms.celery import app  # not before the settings are complete

    before = {name: app.conf[name] for name in ("task_always_eager", "broker_url")}

    def change(**values):
        app.conf.update(values)
        # It asks for the connections to the broker again. They are shared by all who use that broker, the tests to come
        # too: whoever closed them here would leave them a closed pool.
        app._after_fork()

    yield change
    change(**before)


@pytest.fixture
def celery_workers(transactional_db, celery_conf):
    """Tasks go over Redis to real worker processes: ``celery_workers.start(2)``, ``.kill()``."""
    from lms.celery import app

    number = int("".join(filter(str.isdigit, settings.WORKER)) or 0) % 15 + 1
    workers = CeleryWorkers(f"{settings.BROKER_URL}/{number}")
    celery_conf(task_always_eager=False, broker_url=workers.broker_url)
    yield workers
    workers.kill()
    app.control.purge()
