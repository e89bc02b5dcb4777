"""The legal facts in the lessons that somebody must look at again."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from courses.models import LessonPage

NOTICE = dt.timedelta(days=60)
_CACHE_KEY, _CACHE_SECONDS = "laws_to_review", 600


@dataclass(frozen=True, slots=True)
class LegalFact:
    page_id: int
    lesson: str
    title: str
    review_by: dt.date


def get_laws_to_review(today):
    """The LegalFacts of live lessons, in the first language, that are due or will be within NOTICE, soonest first. All
    lessons are read once in ten minutes, or after ``forget_laws``."""
    laws = cache.get_or_set(_CACHE_KEY, _read_laws, _CACHE_SECONDS)
    return [law for law in laws if law.review_by <= today + NOTICE]


def forget_laws():
    """To be called when a lesson has been published."""
    cache.delete(_CACHE_KEY)


def _read_laws():
    lessons = LessonPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE)
    laws = [
        LegalFact(lesson.pk, lesson.title, block["value"]["title"], dt.date.fromisoformat(block["value"]["review_by"]))
        for lesson in lessons.only("pk", "title", "body")
        for block in lesson.body.raw_data if block["type"] == "law" and block["value"].get("review_by")
    ]
    return sorted(laws, key=lambda law: (law.review_by, law.lesson))
