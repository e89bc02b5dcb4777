"""The public catalogue: cards of the live courses in a language, and their search."""

from collections import defaultdict
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import get_language
from wagtail.models import Page

from courses.models import CoursePage
from courses.text_search import fold


@dataclass(slots=True)
class Card:
    """A course as a list shows it: its page, the languages it can be taken in, the reader's progress if any."""

    page: CoursePage
    languages: list[str]
    progress: dict | None = None


def get_courses(language=None):
    """The live course pages in ``language`` (the active one), in the order of the catalogue."""
    language = language or get_language()
    return (CoursePage.objects.live().filter(locale__language_code=language).select_related("cover").order_by("path"))


def make_cards(pages):
    """Cards of ``pages`` (a list), with one query for the languages of them all."""
    languages = defaultdict(list)
    translated = Page.objects.live().filter(translation_key__in=[page.translation_key for page in pages],
                                            alias_of__isnull=True)
    for key, code in translated.values_list("translation_key", "locale__language_code"):
        languages[key].append(code)
    order = [code for code, _name in settings.LANGUAGES]
    return [Card(page=page, languages=sorted(languages[page.translation_key], key=order.index)) for page in pages]


def search_courses(*, query="", level=""):
    """Course pages whose texts hold every word of ``query``, without regard to case and accents, and of ``level``."""
    pages = get_courses()
    if level in CoursePage.Level.values:
        pages = pages.filter(level=level)
    words = fold(query).split()
    return [page for page in pages if all(word in _get_folded_text(page) for word in words)]


def _get_folded_text(page):
    return fold(" ".join([page.title, page.summary, page.audience, strip_tags(page.description)]))
