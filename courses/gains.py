"""Learning gains of courses: whose results before and after belong together, and of which groups figures are shown."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from assessments.analysis.gain import Gain, measure_gain
from assessments.analysis.report import SMALL
from assessments.models import Attempt
from courses.analysing import choose_language, get_visible_attempts
from courses.models import CoursePage, Edition, Enrolment, ParallelForm, QuizPage


class MeasuredTests(NamedTuple):
    """The activities of the pre-test and the post-test of a course."""

    pre: UUID
    post: UUID


class Person(NamedTuple):
    """What one enrolment earned, in per cent (Fraction) or None, and the form of its pre-test or "". Somebody who took
    a course in two editions is two of these and the same ``learner``."""

    learner: int
    edition: int
    pre: Fraction | None
    post: Fraction | None
    form: str

    @property
    def is_pair(self):
        return self.pre is not None and self.post is not None


@dataclass(frozen=True, slots=True)
class GroupGain:
    """A group of so many different ``people`` with both tests: ``gain`` of their matched pairs, and how many handed in
    only one of the two tests. Figures of the gain may be shown unless ``is_hidden``; those of single gains where
    ``has_gains``: enough different people could gain something."""

    people: int
    gain: Gain
    only_pre: int
    only_post: int
    name: str = ""
    is_hidden: bool = False
    has_gains: bool = False


@dataclass(frozen=True, slots=True)
class CourseGain:
    """The whole, by edition, and by the form of the pre-test; no ``forms`` where there are none."""

    total: GroupGain
    editions: list[GroupGain]
    forms: list[GroupGain]


def get_measured_tests(courses=None):
    """{course: MeasuredTests} of those of ``courses`` (keys; all) that have a pre-test and a post-test. Two queries."""
    pages = QuizPage.objects.exclude(measure="").filter(locale__language_code=settings.LANGUAGE_CODE)
    above = CoursePage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    if courses is not None:
        above = above.filter(translation_key__in=courses)
    keys = dict(above.values_list("path", "translation_key"))
    found = defaultdict(dict)
    # Of copies that still say the same, the published one and then the first.
    for path, activity, measure in pages.order_by("-live", "path").values_list("path", "translation_key", "measure"):
        ends = range(len(path), 0, -CoursePage.steplen)
        course = next((keys[path[:end]] for end in ends if path[:end] in keys), None)
        if course:
            found[course].setdefault(measure, activity)
    return {course: MeasuredTests(**tests) for course, tests in found.items() if len(tests) == 2}


def read_people(attempts, tests):
    """Persons who handed in one of ``tests`` (MeasuredTests) or both, by their first attempt at each, once it has a
    result. ``attempts``: an Attempt queryset, as of those that somebody may see. Two queries."""
    measures = {activity: measure for each in tests for measure, activity in each._asdict().items()}
    first = attempts.filter(activity__in=measures, number=1, graded_at__isnull=False, maximum__gt=0).order_by()
    results, forms = defaultdict(dict), {}
    for enrolment, activity, score, maximum, form in first.values_list(
            "enrolment", "activity", "score", "maximum", "rules__form"):
        results[enrolment][measures[activity]] = Fraction(score) * 100 / Fraction(maximum)
        if form:
            form = ParallelForm(form)
            forms[enrolment] = str(form if measures[activity] == QuizPage.Measure.PRE else form.other)
    enrolments = Enrolment.objects.filter(pk__in=first.values("enrolment")).order_by()
    whose = {pk: (learner, edition) for pk, learner, edition in enrolments.values_list("pk", "learner", "edition")}
    return [Person(*whose[enrolment], found.get("pre"), found.get("post"), forms.get(enrolment, ""))
            for enrolment, found in results.items()]


def measure_group(people, *, name="", is_hidden=None):
    """The GroupGain of Persons; by default hidden where they are few."""
    pairs = [person for person in people if person.is_pair]
    learners = _get_learners(pairs)
    is_hidden = len(learners) < SMALL if is_hidden is None else is_hidden
    gain = measure_gain((person.pre, person.post) for person in pairs)
    gaining = _get_learners(person for person in pairs if person.pre < 100)
    return GroupGain(
        people=len(learners), gain=gain, name=name, is_hidden=is_hidden,
        only_pre=sum(person.post is None for person in people), only_post=sum(person.pre is None for person in people),
        has_gains=not is_hidden and len(gaining) >= SMALL)


def _get_learners(people):
    return {person.learner for person in people}


def measure_course(course, attempts):
    """The CourseGain of ``course`` (a key), from the Attempts that somebody may see. None without the two tests."""
    tests = get_measured_tests([course]).get(course)
    if tests is None:
        return None
    people = read_people(attempts, [tests])
    by_edition, by_form = defaultdict(list), defaultdict(list)
    for person in people:
        by_edition[person.edition].append(person)
        by_form[person.form].append(person)
    editions = Edition.objects.filter(pk__in=by_edition).order_by("-is_default", "opens_at", "name")
    total = measure_group(people)
    forms = sorted(by_form) if by_form.keys() - {""} else []
    return CourseGain(total, _measure_groups([(str(edition), by_edition[edition.pk]) for edition in editions]),
                      _measure_groups([(form, by_form[form]) for form in forms]))


def measure_editions(editions):
    """The GroupGain of all matched pairs in ``editions`` (primary keys), of whatever courses, for reports over many:
    each enrolment is one pair, so large courses weigh more. Five queries, however many."""
    courses = set(Edition.objects.filter(pk__in=editions).values_list("course_id", flat=True))
    attempts = Attempt.objects.filter(enrolment__in=Enrolment.objects.filter(edition__in=editions).values("pk"))
    return measure_group(read_people(attempts, get_measured_tests(courses).values()))


def _measure_groups(groups):
    """GroupGains of [(name, Persons), …], in their order."""
    hidden = find_hidden([_get_learners(person for person in people if person.is_pair) for _name, people in groups])
    return [measure_group(people, name=name, is_hidden=place in hidden)
            for place, (name, people) in enumerate(groups)]


def find_hidden(groups):
    """Of groups, each a set of learners, whose whole is shown, the places of those that are not: all that are small,
    and more of them until those hidden together are not small either, so that none can be computed from the others."""
    hidden = {place for place, learners in enumerate(groups) if len(learners) < SMALL}
    rest = sorted((len(learners), place) for place, learners in enumerate(groups) if place not in hidden)
    together = set().union(*(groups[place] for place in hidden))
    while rest and 0 < len(together) < SMALL:
        _size, place = rest.pop(0)
        hidden.add(place)
        together |= groups[place]
    return hidden


class CourseRow(NamedTuple):
    """A course with a pre-test and a post-test; how many have a result of each."""

    course: UUID
    title: str
    pre: int
    post: int


def list_courses(user):
    """CourseRows of the courses whose gain is measured, by title; those of which ``user`` may see something."""
    measured = get_measured_tests()
    activities = [activity for tests in measured.values() for activity in tests]
    results = get_visible_attempts(user).filter(activity__in=activities, number=1, graded_at__isnull=False)
    counts = dict(results.order_by().values_list("activity").annotate(Count("pk")))
    pages = defaultdict(dict)
    for page in CoursePage.objects.filter(translation_key__in=measured).select_related("locale"):
        pages[page.translation_key][page.locale.language_code] = page
    rows = [CourseRow(course, choose_language(pages[course]).title, counts.get(tests.pre, 0), counts.get(tests.post, 0))
            for course, tests in measured.items()]
    return sorted((row for row in rows if row.pre or row.post), key=lambda row: row.title)
