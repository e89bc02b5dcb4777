import http.client
import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connections

from lms.periodic import PeriodicWork
from tests.servers import ROOT, die_with_parent, free_port, wait_until


@pytest.fixture
def served(transactional_db, tmp_path):
    """The platform as ``dev.py run`` serves it: (process, port, file with what it prints)."""
    port, log = free_port(), tmp_path / "log"
    name = connections["default"].settings_dict["NAME"]
    url = settings.TEMPLATE_URL.rpartition("/")[0] + f"/{name}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings", "PUENTES_EMBEDDED": "true",
                   "PUENTES_DATABASE_URL": url, "PUENTES_BASE_URL": f"http://127.0.0.1:{port}"}
    with log.open("wb") as output:
        command = [sys.executable, "-m", "gunicorn", "--config", "python:lms.serving", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen([*command, "lms.wsgi"], cwd=ROOT, env=environment, stdout=output, stderr=output,
                                   preexec_fn=die_with_parent)
    wait_until(lambda: get(port, "/healthz"), process, "gunicorn", log)
    yield process, port, log
    process.kill()
    process.wait()


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


def test_embedded_server_answers_works_by_itself_and_stops_cleanly(served):
    process, port, log = served
    assert get(port, "/healthz") == (200, b"ok")
    time.sleep(PeriodicWork.FIRST_AFTER + 2)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert log.read_text() == ""
