"""What is remembered of the page tree between requests: addresses, outlines, who is translated into what.

Functions decorated with ``remembered`` are asked once for each state of the tree. Any change of a page begins a new
state, at once for all processes that share a cache and within SECONDS for those that do not. What a learner has done is
never remembered."""

from functools import lru_cache, wraps
from uuid import uuid4

from asgiref.local import Local
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

STATE = "page-tree-state"
SECONDS = 30


_request = Local()  # ``asks``: a request is being answered; ``state``: what it found when it first asked


def get_state():
    """The same one for the whole of a request, unless it changes the tree itself."""
    state = getattr(_request, "state", None)
    if state is None:
        state = cache.get_or_set(STATE, lambda: uuid4().hex, SECONDS)
        if getattr(_request, "asks", False):
            _request.state = state
    return state


@receiver([request_started, request_finished])
def begin_or_end_request(signal, **kwargs):
    _request.asks, _request.state = signal is request_started, None


def remembered(function):
    """Remember the results of ``function`` by its arguments, which are hashable, while the tree stays as it is. Results
    are shared between requests: they must not be changed."""
    results = lru_cache(maxsize=1000)(lambda state, *args: function(*args))

    @wraps(function)
    def ask(*args):
        return results(get_state(), *args)

    return ask


def forget():
    cache.delete(STATE)
    _request.state = None


@receiver([post_save, post_delete, post_page_move])
def begin_new_state(sender, **kwargs):
    if issubclass(sender, Page):
        forget()
        transaction.on_commit(forget)  # whoever asked meanwhile saw the old tree
