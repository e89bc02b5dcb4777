"""What is remembered of the page tree between requests: addresses, outlines, who is translated into what. Any change of
a page begins a new state."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import post_page_move

from lms.remembering import State

STATE = "page-tree-state"

_tree = State(STATE)
get_state, remembered, forget = _tree.get, _tree.remembered, _tree.forget


@receiver([post_save, post_delete, post_page_move])
def begin_new_state(sender, **kwargs):
    if issubclass(sender, Page):
        forget()
