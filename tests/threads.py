from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def run_at_once(jobs):
    """The results of functions that all begin at the same moment, each in a thread with a connection of its own."""
    barrier = Barrier(len(jobs), timeout=30)

    def run(job):
        try:
            barrier.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
