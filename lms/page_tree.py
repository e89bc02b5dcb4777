"""What is remembered of the page tree between requests: addresses, outlines, who is translated into what.

Functions decorated with ``remembered`` are asked once for each state of the tree. Any change of a page begins a new
state, at once for all processes that share a cache and within SECONDS for those that do not. What a learner has done is
never remembered."""

from functools import lru_cache, wraps
from uuid import uuid4

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

STATE = "page-tree-state"
SECONDS = 30


def get_state():
    return cache.get_or_set(STATE, lambda: uuid4().hex, SECONDS)


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


@receiver([post_save, post_delete, post_page_move])
def begin_new_state(sender, **kwargs):
    if issubclass(sender, Page):
        forget()
        transaction.on_commit(forget)  # whoever asked meanwhile saw the old tree
