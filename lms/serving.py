"""How gunicorn serves the platform: ``gunicorn --config python:lms.serving lms.wsgi``.

WEB_CONCURRENCY says how many processes. The embedded platform has one, which also does the periodic work."""

import gc
import os

_EMBEDDED = os.environ.get("PUENTES_EMBEDDED", "").lower() in {"1", "true", "yes", "on"}

worker_class = "gthread"
workers = 1 if _EMBEDDED else int(os.environ.get("WEB_CONCURRENCY", "2"))
# A thread more does not compute more, it only waits beside the others and takes the interpreter from them: with two a
# process answered a quarter more than with four. One process alone must not be kept waiting by two slow lines.
threads = 4 if _EMBEDDED else 2
timeout = 60
graceful_timeout = 10
keepalive = 5
# Workers write their heartbeat there; a disk would make them wait.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
control_socket_disable = True
# With several processes one copy of the code is shared; a single one starts sooner without.
preload_app = workers > 1
loglevel = "warning"


def leave_out_of_garbage_collection():
    """What is there before the first request stays for ever: to look through it at every full collection costs time,
    and makes processes copy the memory that they share."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def when_ready(server):
    if preload_app:
        leave_out_of_garbage_collection()


def post_worker_init(worker):
    from django.conf import settings  # only a worker has the settings

    if not preload_app:
        leave_out_of_garbage_collection()

    if settings.EMBEDDED:
        from lms.periodic import PeriodicWork

        worker.periodic_work = PeriodicWork()
        worker.periodic_work.start()


def worker_exit(server, worker):
    if periodic_work := getattr(worker, "periodic_work", None):
        periodic_work.stop()
