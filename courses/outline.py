"""The outline of a course: its modules and activities in order, in one language, with a learner's progress on them."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from assessments.models import Completion
from courses.models import Activity, ActivityVisit, CoursePage, LessonPage, ModulePage, QuizPage
from lms.page_tree import remembered
from lms.routing import get_page_url

# Home and catalogue are above a course: the rules of the pages leave no other place for it.
COURSE_DEPTH = 4
COURSE, MODULE = "course", "module"
LONG_OUTLINE = 60


@dataclass(slots=True)
class Item:
    """An activity. ``language`` is that of its text: not the page's when it has not been translated. ``block`` and
    ``media_second``: where the learner stopped inside it."""

    key: UUID
    kind: str
    title: str
    url: str
    language: str
    minutes: int | None
    state: str = "todo"  # or "started", "done"
    percent_read: int = 0
    block: str = ""
    media_second: int | None = None
    is_current: bool = False

    @property
    def state_label(self):
        return {"todo": _("Not started"), "started": _("In progress"), "done": _("Done")}[self.state]

    @property
    def kind_label(self):
        if self.kind == Activity.Kind.QUIZ:
            return _("Test")
        if not self.minutes:
            return _("Lesson")
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", self.minutes) % {"minutes": self.minutes}


@dataclass(slots=True)
class Module:
    key: UUID
    title: str
    url: str
    summary: str
    items: list[Item] = field(default_factory=list)
    is_current: bool = False

    @property
    def total(self):
        return len(self.items)

    @property
    def done(self):
        return sum(item.state == "done" for item in self.items)

    @property
    def size_label(self):
        return ngettext("%(total)s activity", "%(total)s activities", self.total) % {"total": self.total}

    @property
    def progress_label(self):
        return _("%(done)s of %(total)s") % {"done": self.done, "total": self.total}

    @property
    def progress_words(self):
        return ngettext("%(done)s of %(total)s activity done", "%(done)s of %(total)s activities done",
                        self.total) % {"done": self.done, "total": self.total}


class CourseNode(NamedTuple):
    """What every page below a course says of it."""

    translation_key: UUID
    title: str
    url_path: str
    url: str


@dataclass(slots=True)
class Outline:
    """``items`` are the activities directly below the course, such as a final test; they come after the modules.
    ``course`` is None while its page is not live."""

    modules: list[Module] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    course: CourseNode | None = None

    def get_all_items(self):
        return [item for module in self.modules for item in module.items] + self.items

    @property
    def total(self):
        return sum(module.total for module in self.modules) + len(self.items)

    @property
    def done(self):
        return sum(module.done for module in self.modules) + sum(item.state == "done" for item in self.items)

    @property
    def is_long(self):
        """Too many activities to write all of them on one page."""
        return self.total > LONG_OUTLINE

    @property
    def percent(self):
        """Whole per cent, rounded down: 100 only when everything is done."""
        return self.done * 100 // self.total if self.total else 0

    def get_item(self, key):
        return next((item for item in self.get_all_items() if item.key == key), None)

    def get_module_of(self, item):
        """The module that holds ``item``, one of this outline's own; None for those below the course itself."""
        return next((module for module in self.modules if any(each is item for each in module.items)), None)

    def get_next_to_do(self, after=None):
        """The first activity not done after ``after`` (a key), else the first of all, else None."""
        items = self.get_all_items()
        start = next((n + 1 for n, item in enumerate(items) if item.key == after), 0)
        return next((item for item in items[start:] + items[:start] if item.state != "done"), None)

    def get_item_to_continue(self, last):
        """Where «continue» leads when the activity ``last`` (a key or None) was the one last opened: back to it, or
        when it is done to the next one that is not. None when everything is done."""
        item = self.get_item(last)
        return item if item and item.state != "done" else self.get_next_to_do(after=last)

    def get_neighbours(self, key):
        """(previous, next) of an activity, None at the ends."""
        items = self.get_all_items()
        at = next((n for n, item in enumerate(items) if item.key == key), None)
        if at is None:
            return None, None
        return (items[at - 1] if at else None), (items[at + 1] if at + 1 < len(items) else None)


def get_outline(*, course_page, enrolment=None, current=None):
    """The Outline of a course whose page is in the active language. Whatever its size: one query for the pages, when
    they changed, and two for the progress of ``enrolment``. ``current``: the key of the page looked at."""
    outline = read_outlines([course_page.path], current=current)[course_page.path]
    add_progress({enrolment.pk: outline} if enrolment else {})
    return outline


def get_outlines(*, course_pages, enrolments):
    """{course key: Outline} for any number of courses at the same three queries, one of them only when pages changed.

    ``enrolments``: {course key: Enrolment}, for the courses that the learner takes."""
    by_path = read_outlines([page.path for page in course_pages])
    outlines = {page.translation_key: by_path[page.path] for page in course_pages}
    add_progress({enrolment.pk: outlines[course] for course, enrolment in enrolments.items()})
    return outlines


def get_course_path(path):
    """The path of the course above a page, from the page's own. Home and catalogue are above every course."""
    return path[: Page.steplen * COURSE_DEPTH]


def read_outlines(course_paths, current=None):
    """{course path: Outline} of the pages alone, in one query or none; progress is added by ``add_progress``."""
    language = get_language()
    outlines = {path: Outline() for path in course_paths}
    modules = {}
    for row in _get_rows(tuple(course_paths)):
        outline, url = outlines[get_course_path(row.path)], row.url
        if row.kind == COURSE:
            outline.course = CourseNode(translation_key=row.key, title=row.title, url_path=row.url_path, url=url)
        elif row.kind == MODULE:
            module = modules[row.path] = Module(key=row.key, title=row.title, url=url, summary=row.summary or "",
                                                is_current=row.key == current)
            outline.modules.append(module)
        else:
            item = Item(key=row.key, kind=row.kind, title=row.title, url=url, minutes=row.minutes,
                        is_current=row.key == current,
                        language=settings.LANGUAGE_CODE if row.is_untranslated else language)
            module = modules.get(row.path[: -Page.steplen])
            (module.items if module else outline.items).append(item)
            if module and item.is_current:
                module.is_current = True
    return outlines


class _Row(NamedTuple):
    key: UUID
    title: str
    url_path: str
    url: str
    path: str
    kind: str  # COURSE, MODULE or a kind of activity
    is_untranslated: bool
    minutes: int | None
    summary: str | None


@remembered
def _get_rows(course_paths):
    """The live pages from each course down in the order of the tree, in one query. ``course_paths`` is a tuple."""
    types = ContentType.objects.get_for_models(CoursePage, ModulePage, LessonPage, QuizPage)
    kinds = {types[CoursePage].pk: COURSE, types[ModulePage].pk: MODULE, types[LessonPage].pk: Activity.Kind.LESSON,
             types[QuizPage].pk: Activity.Kind.QUIZ}
    below = Q(pk__in=[])
    for path in course_paths:
        below |= Q(path__startswith=path)
    pages = Page.objects.live().filter(below, content_type__in=kinds).order_by("path").values_list(
        "translation_key", "title", "url_path", "path", "content_type_id", "alias_of_id", "lessonpage__minutes",
        "modulepage__summary")
    return [_Row(key, title, url_path, get_page_url(url_path), path, kinds[type_id], alias_of is not None, minutes,
                 summary)
            for key, title, url_path, path, type_id, alias_of, minutes, summary in pages]


def add_progress(outlines):
    """Write into each Outline what was done and begun in an enrolment, with two queries for them all.

    ``outlines``: {enrolment's primary key: Outline}."""
    done, visits = get_progress(list(outlines))
    for enrolment, outline in outlines.items():
        for item in outline.get_all_items():
            if (enrolment, item.key) in visits:
                item.state = "started"
                item.percent_read, item.block, item.media_second = visits[enrolment, item.key]
            if (enrolment, item.key) in done:
                item.state, item.percent_read = "done", 100


def get_progress(enrolments):
    """What was done and what was begun in ``enrolments`` (their primary keys): a set of (enrolment, activity), and
    {(enrolment, activity): (per cent read, block, second of its video)}. Two queries."""
    if not enrolments:
        return set(), {}
    completions = Completion.objects.filter(enrolment__in=enrolments).order_by()
    visits = ActivityVisit.objects.filter(enrolment__in=enrolments).values_list(
        "enrolment_id", "activity_id", "percent_read", "block", "media_second")
    return set(completions.values_list("enrolment", "activity")), {
        (enrolment, activity): tuple(place) for enrolment, activity, *place in visits}


def get_required_activities(course_key):
    """{activity key: weight} of everything a learner must complete: the live lessons (weight 0) and quizzes of the
    course in its first language, the one the others are translated from."""
    course_page = CoursePage.objects.filter(
        translation_key=course_key, locale__language_code=settings.LANGUAGE_CODE).only("path").first()
    if course_page is None:
        return {}
    types = ContentType.objects.get_for_models(LessonPage, QuizPage).values()
    pages = Page.objects.live().filter(path__startswith=course_page.path, content_type__in=types)
    return {key: weight or 0 for key, weight in pages.values_list("translation_key", "quizpage__weight")}
