"""Texts that carry all their languages: how they are written in the bank and read on a page."""

from django.conf import settings
from django.utils.translation import get_language
from wagtail import blocks


class LocalizedTextBlock(blocks.StructBlock):
    """One text in every configured language: {"es": "…", "en": "…"}. The first language is required when ``required``
    is; a missing translation falls back to it when it is shown. ``needs_translation=False``: what is written in one
    language holds for all, as with accepted answers."""

    def __init__(self, *, required=True, rows=2, **kwargs):
        languages = [
            (code, blocks.TextBlock(label=name, rows=rows, required=required and code == settings.LANGUAGE_CODE))
            for code, name in settings.WAGTAIL_CONTENT_LANGUAGES
        ]
        super().__init__(languages, **kwargs)
        if not self.meta.needs_translation:
            self.meta.form_classname += " localized-text--one-for-all"

    class Meta:
        form_classname = "localized-text struct-block"
        needs_translation = True


def localise(texts):
    """(text, language code) of {"es": …, "en": …} in the active language, else in the first that has one; ("", active
    language) of nothing."""
    for code in (get_language(), settings.LANGUAGE_CODE, *(texts or {})):
        if texts and texts.get(code):
            return texts[code], code
    return "", get_language()


class LocalText(str):
    """A text that knows its ``language``, which is not the page's where a translation is missing."""

    def __new__(cls, text, language):
        made = super().__new__(cls, text)
        made.language = language
        return made


def get_text(texts):
    """The LocalText of localise."""
    return LocalText(*localise(texts))
