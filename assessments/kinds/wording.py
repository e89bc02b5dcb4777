"""What a question must not say twice."""

from django.conf import settings
from django.utils.translation import gettext as _


def get_first_text(texts):
    """The text in the first language that has it, without what nobody sees."""
    text = texts.get(settings.LANGUAGE_CODE) or next(filter(None, texts.values()), "")
    return " ".join(text.split())


def find_repeated(several):
    """A text that two of several {language: text} show in the same language, so that a reader cannot tell them apart,
    or an empty one. A missing translation shows the first language."""
    for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        seen = set()
        for texts in several:
            text = " ".join((texts.get(code) or "").split()) or get_first_text(texts)
            if text.casefold() in seen:
                return text
            seen.add(text.casefold())
    return ""


def get_repeated_error(several):
    """The sentence that refuses texts of which two read the same, or None."""
    if repeated := find_repeated(several):
        return _("Two of them read the same: “%(text)s”. Nobody could tell them apart.") % {"text": repeated}
    return None
