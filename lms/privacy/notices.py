"""The privacy notice: which version is in force, and who has read it."""

from django.conf import settings
from django.db import transaction
from markdown_it import MarkdownIt

from lms.accounts.audit import record_event
from lms.privacy.models import Acknowledgement, PrivacyNotice
from lms.remembering import State

SESSION_KEY = "privacy_notice"

_state = State("privacy-notice-state")
_markdown = MarkdownIt("commonmark", {"html": False})


class TextMissing(ValueError):
    """A notice needs its text in every language."""


@_state.remembered
def get_current_number():
    """The version in force; 0 before any was published."""
    return PrivacyNotice.objects.values_list("number", flat=True).first() or 0


@transaction.atomic
def publish_notice(*, texts, changes, by, now):
    """Put a new version in force. Publishing the text that is in force already changes nothing. Raises TextMissing."""
    if any(not texts.get(language, "").strip() for language, _name in settings.LANGUAGES):
        raise TextMissing
    newest = PrivacyNotice.objects.select_for_update().first()
    if newest and newest.texts == texts:
        return newest
    notice = PrivacyNotice.objects.create(number=newest.number + 1 if newest else 1, texts=texts, changes=changes,
                                          published_at=now, published_by=by)
    record_event(actor=by, action="privacy_notice.published", subject=f"privacy_notice:{notice.number}")
    _state.forget()
    return notice


def acknowledge(*, person, number, now):
    """Write down that ``person`` has read a version; safe to repeat."""
    notice = PrivacyNotice.objects.get(number=number)
    Acknowledgement.objects.get_or_create(person=person, notice=notice, defaults={"at": now})


def has_acknowledged(*, person, number):
    return Acknowledgement.objects.filter(person=person, notice__number=number).exists()


def to_html(text):
    """Safe HTML of a notice in Markdown, whose first heading is of the second level."""
    return _markdown.render(text)
