"""What processes remember between requests of something that changes seldom: the page tree, the question bank.

A function decorated with ``State.remembered`` is asked once for each state of its thing. Whoever changes the thing
calls ``forget`` and so begins a new state, at once for all processes that share a cache and within half a minute for
those that do not. What a learner has done is never remembered."""

from functools import lru_cache, partial, wraps
from uuid import uuid4

from asgiref.local import Local
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import transaction
from django.dispatch import receiver

SECONDS = 600 if settings.REDIS_URL else 30

_request = Local()  # ``asks``: a request is being answered; ``states``: what it found when it first asked, by key


class State:
    """The state of the thing whose state the cache keeps under ``key``."""

    every = []

    def __init__(self, key):
        self.key = key
        self.every.append(key)

    def get(self):
        """The same one for the whole of a request, unless it changes the thing itself."""
        states = getattr(_request, "states", {})
        if not states and getattr(_request, "asks", False):
            states.update(cache.get_many(self.every))  # whoever asks for one asks for another soon
        if self.key in states:
            return states[self.key]
        state = cache.get_or_set(self.key, lambda: uuid4().hex, SECONDS)
        if getattr(_request, "asks", False):
            states[self.key] = state
        return state

    def forget(self):
        """Begin a new state now, and once more after the commit: whoever asked meanwhile saw what was before it."""
        self._forget()
        transaction.on_commit(self._forget)

    def _forget(self):
        cache.delete(self.key)
        getattr(_request, "states", {}).pop(self.key, None)

    def remembered(self, function=None, *, most=1000):
        """Remember the results of ``function`` by its arguments, which are hashable, while the state stays, and the
        ``most`` last used ones. Results are shared between requests: they must not be changed."""
        if function is None:
            return partial(self.remembered, most=most)
        results = lru_cache(maxsize=most)(lambda state, *args: function(*args))

        @wraps(function)
        def ask(*args):
            return results(self.get(), *args)

        return ask


@receiver([request_started, request_finished])
def begin_or_end_request(signal, **kwargs):
    _request.asks, _request.states = signal is request_started, {}
