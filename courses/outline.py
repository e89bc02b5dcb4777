"""The outline of a course: its modules and activities in order, in one language, with a learner's progress on them."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, IntegerField, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from assessments.models import Completion
from courses.models import Activity, ActivityVisit, CoursePage, LessonPage, ModulePage, QuizPage, SurveyPage
from lms.kept_queries import kept_query
from lms.page_tree import remembered
from lms.routing import get_page_url

# Home and catalogue are above a course: the rules of the pages leave no other place for it.
COURSE_DEPTH = 4
COURSE, MODULE = "course", "module"
LONG_OUTLINE = 60


@dataclass(slots=True)
class Item:
    """An activity and what a learner did of it. ``language`` is that of its text: not the page's when it has not been
    translated. ``block`` and ``media_second``: where the learner stopped inside it."""

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


class ShownItem(NamedTuple):
    """What a list says of an activity."""

    kind: str
    title: str
    url: str
    language: str
    minutes: int | None
    state: str
    is_current: bool

    @property
    def state_label(self):
        return {"todo": _("Not started"), "started": _("In progress"), "done": _("Done")}[self.state]

    @property
    def kind_label(self):
        if self.kind == Activity.Kind.QUIZ:
            return _("Test")
        if self.kind == Activity.Kind.SURVEY:
            return _("Survey")
        if not self.minutes:
            return _("Lesson")
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", self.minutes) % {"minutes": self.minutes}


class CourseNode(NamedTuple):
    """What every page below a course says of it."""

    translation_key: UUID
    title: str
    url_path: str
    url: str


class PlannedItem(NamedTuple):
    """An activity as the pages have it, the same for all learners."""

    key: UUID
    kind: str
    title: str
    url: str
    language: str
    minutes: int | None


class PlannedModule(NamedTuple):
    key: UUID
    title: str
    url: str
    summary: str
    items: list[PlannedItem]


class Plan(NamedTuple):
    """A course as its pages have it, the same for all learners. ``course`` is None while its page is not live."""

    course: CourseNode | None
    opening: list[PlannedItem]  # directly below the course: what stands before its first module, and the pre-test
    modules: list[PlannedModule]
    items: list[PlannedItem]  # the others directly below the course
    keys: list[UUID]  # of all activities, in order
    by_key: dict[UUID, PlannedItem]
    places: dict[UUID, int]  # in ``keys``
    module_numbers: dict[UUID, int]  # of activities in modules


def make_plan(course, modules, items, opening=()):
    if not modules:
        opening, items = [], [*opening, *items]
    every = [*opening, *(item for module in modules for item in module.items), *items]
    return Plan(course, list(opening), modules, items, keys=[item.key for item in every],
                by_key={item.key: item for item in every},
                places={item.key: place for place, item in enumerate(every)},
                module_numbers={item.key: number for number, module in enumerate(modules) for item in module.items})


class Module:
    """A module of an Outline; its items are made when they are asked for."""

    def __init__(self, outline, plan, number, done):
        self._outline, self._plan, self.number = outline, plan, number
        self.key, self.title, self.url, self.summary = plan.key, plan.title, plan.url, plan.summary
        self.total, self.done = len(plan.items), done

    @property
    def items(self):
        return [self._outline.get_item(item.key) for item in self._plan.items]

    @property
    def shown_items(self):
        return self._outline.show(self._plan.items)

    @property
    def shown(self):
        return ShownModule(self.number, self.title, self.url, self.total, self.done)


class ShownModule(NamedTuple):
    """What a list says of a module. ``number`` from 1."""

    number: int
    title: str
    url: str
    total: int
    done: int

    @property
    def is_done(self):
        return bool(self.total) and self.done == self.total

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


class Outline:
    """A Plan with what one learner did: ``done``, the keys of completed activities, and ``visits``, {key: (per cent
    read, block, second of its video)} of begun ones. ``current``: the key of the page looked at.

    Courses hold hundreds of activities and a page shows some of them, so an Item is made when it is asked for."""

    def __init__(self, plan, *, done=frozenset(), visits=None, current=None):
        self._plan, self._done, self._visits, self._current = plan, done, visits or {}, current
        self._items = {}
        self.course = plan.course
        self.total = len(plan.keys)
        done_of_module = Counter(plan.module_numbers.get(key) for key in done if key in plan.by_key)
        self.done = done_of_module.total()
        self.modules = [Module(self, module, n + 1, done_of_module[n]) for n, module in enumerate(plan.modules)]
        self.current_module = next((module for module in self.modules if module.key == current),
                                   self._get_module(current))

    def _get_module(self, key):
        number = self._plan.module_numbers.get(key)
        return None if number is None else self.modules[number]

    @property
    def opening(self):
        """The activities directly below the course that come before its modules, such as a pre-test."""
        return [self.get_item(item.key) for item in self._plan.opening]

    @property
    def items(self):
        """The other activities directly below the course, such as a final test; they come after the modules."""
        return [self.get_item(item.key) for item in self._plan.items]

    @property
    def shown_opening(self):
        return self.show(self._plan.opening)

    @property
    def shown_items(self):
        return self.show(self._plan.items)

    @property
    def beside_current(self):
        return self.get_beside(self.current_module)

    def get_beside(self, module):
        """([ShownModule] before ``module``, one of this outline's own, [ShownModule] after it); all are before None."""
        shown = [each.shown for each in self.modules]
        return (shown[:module.number - 1], shown[module.number:]) if module else (shown, [])

    def get_all_items(self):
        return [self.get_item(key) for key in self._plan.keys]

    @property
    def is_long(self):
        """Too many activities to write all of them on one page."""
        return self.total > LONG_OUTLINE

    @property
    def percent(self):
        """Whole per cent, rounded down: 100 only when everything is done."""
        return self.done * 100 // self.total if self.total else 0

    def get_item(self, key):
        """The Item of an activity, always the same one; None when the course has no such activity."""
        if key not in self._items and key in self._plan.by_key:
            item = Item(*self._plan.by_key[key], state=self._get_state(key), is_current=key == self._current)
            self._items[key] = item
            if key in self._visits:
                item.percent_read, item.block, item.media_second = self._visits[key]
            if key in self._done:
                item.percent_read = 100
        return self._items.get(key)

    def show(self, planned):
        """ShownItems of PlannedItems."""
        return [ShownItem(*item[1:], self._get_state(item.key), item.key == self._current) for item in planned]

    def _get_state(self, key):
        if key in self._items:  # whoever has just opened it has begun it
            return self._items[key].state
        return "done" if key in self._done else "started" if key in self._visits else "todo"

    def get_module_of(self, item):
        """The module that holds ``item``, one of this outline's own; None for those below the course itself."""
        return self._get_module(item.key) if item else None

    def get_next_to_do(self, after=None):
        """The first activity not done after ``after`` (a key), else the first of all, else None."""
        keys = self._plan.keys
        start = self._plan.places.get(after, -1) + 1
        return self.get_item(next((key for key in keys[start:] + keys[:start] if key not in self._done), None))

    def get_item_to_continue(self, last):
        """Where «continue» leads when the activity ``last`` (a key or None) was the one last opened: back to it, or
        when it is done to the next one that is not. None when everything is done."""
        return self.get_item(last) if last not in self._done and last in self._plan.by_key else self.get_next_to_do(
            after=last)

    def get_neighbours(self, key):
        """(previous, next) of an activity, None at the ends."""
        place = self._plan.places.get(key)
        if place is None:
            return None, None
        keys = self._plan.keys
        before, after = keys[max(place - 1, 0):place], keys[place + 1:place + 2]
        return (self.get_item(before[0]) if before else None), (self.get_item(after[0]) if after else None)


def get_outline(*, course_path, enrolment=None, current=None):
    """The Outline of the course at ``course_path`` in the page tree (get_course_path), in the language of that page.

    Whatever its size: one query for the pages, when they changed, and one for the progress of ``enrolment``.
    ``current``: the key of the page looked at."""
    progress = get_progress([enrolment.pk]).get(enrolment.pk, {}) if enrolment else {}
    return Outline(get_plan(course_path), current=current, **progress)


def get_outlines(*, course_pages, enrolments):
    """{course key: Outline} for any number of courses at the same two queries, one of them only when pages changed.

    ``enrolments``: {course key: Enrolment}, for the courses that the learner takes."""
    plans = _get_plans(tuple(page.path for page in course_pages))
    progress = get_progress([enrolment.pk for enrolment in enrolments.values()])
    return {page.translation_key: Outline(plans[page.path], **progress.get(
        enrolments[page.translation_key].pk if page.translation_key in enrolments else None, {}))
        for page in course_pages}


def get_course_path(path):
    """The path of the course above a page, from the page's own. Home and catalogue are above every course."""
    return path[: Page.steplen * COURSE_DEPTH]


def get_plan(course_path):
    return _get_plans((course_path,))[course_path]


@remembered
def _get_plans(course_paths):
    """{course path: Plan} of the live pages from each course down, in one query. ``course_paths`` is a tuple."""
    types = ContentType.objects.get_for_models(CoursePage, ModulePage, LessonPage, QuizPage, SurveyPage)
    kinds = {types[CoursePage].pk: COURSE, types[ModulePage].pk: MODULE, types[LessonPage].pk: Activity.Kind.LESSON,
             types[QuizPage].pk: Activity.Kind.QUIZ, types[SurveyPage].pk: Activity.Kind.SURVEY}
    below = Q(pk__in=[])
    for path in course_paths:
        below |= Q(path__startswith=path)
    pages = Page.objects.live().filter(below, content_type__in=kinds).order_by("path").values_list(
        "translation_key", "title", "url_path", "path", "content_type_id", "alias_of_id", "locale__language_code",
        "lessonpage__minutes", "modulepage__summary", "quizpage__measure")
    courses, modules = {path: ([], [], [], []) for path in course_paths}, {}
    for key, title, url_path, path, type_id, alias_of, language, minutes, summary, measure in pages:
        kind, url = kinds[type_id], get_page_url(url_path)
        nodes, opening, own_modules, own_items = courses[get_course_path(path)]
        if kind == COURSE:
            nodes.append(CourseNode(key, title, url_path, url))
        elif kind == MODULE:
            modules[path] = PlannedModule(key, title, url, summary or "", [])
            own_modules.append(modules[path])
        else:
            module = modules.get(path[: -Page.steplen])
            comes_first = measure == QuizPage.Measure.PRE or not own_modules
            (module.items if module else opening if comes_first else own_items).append(
                PlannedItem(key, kind, title, url, settings.LANGUAGE_CODE if alias_of else language, minutes))
    return {path: make_plan(node[0] if node else None, own_modules, own_items, opening)
            for path, (node, opening, own_modules, own_items) in courses.items()}


def get_progress(enrolments):
    """What was done and what was begun in ``enrolments`` (their primary keys), as Outline takes it: {enrolment:
    {"done": set of keys, "visits": {key: (per cent read, block, second of its video)}}}. One query."""
    progress = {enrolment: {"done": set(), "visits": {}} for enrolment in enrolments}
    if not progress:
        return progress
    rows = _find_steps(*progress) if len(progress) == 1 else _get_steps(enrolment__in=enrolments)
    for enrolment, activity, is_done, *place in rows:
        if is_done:
            progress[enrolment]["done"].add(activity)
        else:
            progress[enrolment]["visits"][activity] = place
    return progress


def _get_steps(**enrolments):
    """(enrolment, activity, is it completed?, per cent read, block, second of its video) of what was done or begun."""
    nothing = [Value(None, field) for field in (IntegerField(), CharField(), IntegerField())]
    completions = Completion.objects.filter(**enrolments).order_by().values_list(
        "enrolment", "activity", Value(True), *nothing)
    visits = ActivityVisit.objects.filter(**enrolments).values_list(
        "enrolment_id", "activity_id", Value(False), "percent_read", "block", "media_second")
    return completions.union(visits, all=True)


@kept_query
def _find_steps(enrolment):
    return _get_steps(enrolment=enrolment)


def get_required_activities(course_key):
    """{activity key: weight} of everything a learner must complete: the live lessons and required surveys
    (weight 0) and quizzes of the course in its first language, the one the others are translated from. A pre-test
    counts nothing, whatever its page says."""
    course_page = CoursePage.objects.filter(
        translation_key=course_key, locale__language_code=settings.LANGUAGE_CODE).only("path").first()
    if course_page is None:
        return {}
    types = ContentType.objects.get_for_models(LessonPage, QuizPage, SurveyPage).values()
    pages = Page.objects.live().filter(path__startswith=course_page.path, content_type__in=types).exclude(
        surveypage__is_required=False)
    rows = pages.values_list("translation_key", "quizpage__weight", "quizpage__measure")
    return {key: 0 if measure == QuizPage.Measure.PRE else weight or 0 for key, weight, measure in rows}
