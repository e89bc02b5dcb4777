"""Whose figures who may see, and of which tests there are any."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import get_language

from assessments.models import Attempt
from assessments.rights import may_use
from courses.models import CoursePage, Edition, Enrolment, QuizPage


def may_see_figures(user):
    return user.has_perm("assessments.view_attempt") or user.has_perm("assessments.add_mark")


def may_see_question(user, question):
    """Its text stands on the page: so who may use it in the bank, and who sees all figures."""
    return may_see_figures(user) and (user.has_perm("assessments.view_attempt") or may_use(user, question))


def get_visible_attempts(user):
    """The attempts whose figures ``user`` may see: a programme manager and an administrator all, a trainer those of
    the own editions and of editions without a trainer. No names belong to the figures, whoever looks."""
    if user.has_perm("assessments.view_attempt"):
        return Attempt.objects.all()
    if not may_see_figures(user):
        return Attempt.objects.none()
    editions = Edition.objects.filter(Q(trainer=user) | Q(trainer__isnull=True))
    return Attempt.objects.filter(enrolment__in=Enrolment.objects.filter(edition__in=editions).values("pk"))


@dataclass(frozen=True, slots=True)
class TestRow:
    """A test with figures. ``attempts``: how many have their result."""

    __test__ = False  # not one of ours

    activity: UUID
    title: str
    course: str
    attempts: int


def list_tests(user):
    """TestRows of the tests with results that ``user`` may see, by course and title."""
    graded = get_visible_attempts(user).filter(graded_at__isnull=False, maximum__gt=0)
    counts = dict(graded.order_by().values_list("activity").annotate(Count("pk")))
    pages = {}
    for page in QuizPage.objects.filter(translation_key__in=counts).select_related("locale"):
        pages.setdefault(page.translation_key, {})[page.locale.language_code] = page
    shown = [choose_language(found) for found in pages.values()]
    titles = _get_course_titles(shown)
    rows = [TestRow(page.translation_key, page.title, titles.get(page.path, ""), counts[page.translation_key])
            for page in shown]
    return sorted(rows, key=lambda row: (row.course, row.title))


def choose_language(pages):
    """Of {language: page}, the page in the active language, else in the first one, else any."""
    return pages.get(get_language()) or pages.get(settings.LANGUAGE_CODE) or next(iter(pages.values()))


def _get_course_titles(pages):
    """{path of a page: title of the course above it}, in one query."""
    above = {page.path[:end] for page in pages for end in range(CoursePage.steplen, len(page.path), CoursePage.steplen)}
    titles = dict(CoursePage.objects.filter(path__in=above).values_list("path", "title"))
    return {page.path: title for page in pages for path, title in titles.items() if page.path.startswith(path)}
