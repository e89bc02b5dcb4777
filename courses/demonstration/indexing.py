"""Wagtail writes into its indexes, of words and of what uses what, whenever something is saved. A course that is loaded
is saved piece by piece, most pieces several times."""

from contextlib import contextmanager

from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks.backends.dummy import DummyBackend


@contextmanager
def index_at_the_end():
    """Whatever is saved meanwhile is written into the indexes once, at the end, as it is then."""
    usual = task_backends[DEFAULT_TASK_BACKEND_ALIAS]
    waiting = task_backends[DEFAULT_TASK_BACKEND_ALIAS] = DummyBackend(DEFAULT_TASK_BACKEND_ALIAS, {})
    try:
        yield
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = usual
        for task, arguments in dict.fromkeys((each.task, tuple(each.args)) for each in waiting.results):
            task.enqueue(*arguments)
