"""How gunicorn serves the platform: ``gunicorn --config python:lms.serving lms.wsgi``.

WEB_CONCURRENCY says how many processes. The embedded platform has one, which also does the periodic work."""

import os

_EMBEDDED = os.environ.get("PUENTES_EMBEDDED", "").lower() in {"1", "true", "yes", "on"}

worker_class = "gthread"
workers = 1 if _EMBEDDED else int(os.environ.get("WEB_CONCURRENCY", "2"))
# A thread more does not compute more, it only waits for the database beside the others; eight of them cost a tenth.
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 5
# Workers write their heartbeat there; a disk would make them wait.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
# With several processes one copy of the code is shared; a single one starts sooner without.
preload_app = workers > 1
loglevel = "warning"


def post_worker_init(worker):
    from django.conf import settings  # only a worker has the settings

    if settings.EMBEDDED:
        from lms.periodic import PeriodicWork

        worker.periodic_work = PeriodicWork()
        worker.periodic_work.start()


def worker_exit(server, worker):
    if periodic_work := getattr(worker, "periodic_work", None):
        periodic_work.stop()
