"""Editions as trainers see them: with the title of their course and their numbers, in one query."""

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from courses.models import Course, CoursePage, Edition, QuizPage


def _get_title(course):
    """The title of the course that ``course`` refers to, in the active language or else in the first."""
    pages = CoursePage.objects.filter(translation_key=OuterRef(course))
    titles = [Subquery(pages.filter(locale__language_code=code).values("title")[:1])
              for code in (get_language(), settings.LANGUAGE_CODE)]
    return Coalesce(*titles, Subquery(pages.values("title")[:1]))


def get_titled_courses():
    """Courses that have a page, with ``title``, in its order."""
    return Course.objects.annotate(title=_get_title("pk")).filter(title__isnull=False).order_by("title")


def get_counted_editions():
    """Editions of courses that have a page, with ``title`` (of the course), ``enrolled``, ``in_progress`` and
    ``completed``."""
    return Edition.objects.select_related("trainer").annotate(
        title=_get_title("course_id"),
        enrolled=Count("enrolments"),
        in_progress=Count("enrolments", filter=Q(enrolments__completed_at__isnull=True)),
        completed=Count("enrolments", filter=Q(enrolments__completed_at__isnull=False)),
    ).filter(title__isnull=False).order_by("title", "-is_default", "opens_at", "pk")


def get_editions_in_charge(user):
    """The editions in which ``user`` decides what is different for a person: all for administrators and programme
    managers (whose group has the permission), their own for trainers."""
    if user.has_perm("courses.change_accommodation"):
        return Edition.objects.all()
    return Edition.objects.filter(trainer=user)


def get_quiz_titles(courses):
    """{course key: {activity key: title}} of the tests of ``courses`` (keys), live or not, in the order of their pages,
    in the active language or else in the first. Two queries."""
    languages = {get_language(), settings.LANGUAGE_CODE}
    pages = CoursePage.objects.filter(translation_key__in=courses, locale__language_code__in=languages)
    keys = dict(pages.values_list("path", "translation_key"))
    below = Q(pk__in=[])
    for path in keys:
        below |= Q(path__startswith=path)
    steps = {len(path) for path in keys}
    titles = {key: {} for key in courses}
    quizzes = QuizPage.objects.filter(below).order_by("path").values_list(
        "path", "translation_key", "title", "locale__language_code")
    for path, activity, title, language in quizzes:
        key = next(keys[path[:step]] for step in steps if path[:step] in keys)
        if language == get_language() or activity not in titles[key]:
            titles[key][activity] = title
    return titles
