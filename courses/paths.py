"""Learning paths as people see them: their courses in order, how far a learner has come, and the certificate."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from certificates.models import Certificate
from courses.certifying import MINUTES, certify_path
from courses.models import CoursePage, Enrolment, LearningPath, PathAward
from courses.models.enrolment import HoursKind
from courses.outline import get_outlines
from courses.text_search import fold
from lms.accounts.models import User
from lms.routing import get_page_url


class Hours(NamedTuple):
    number: Decimal
    kind: str  # in words


@dataclass(slots=True)
class PathStep:
    """A course of a path. ``page``: in the active language, else in the first; None while the course is not offered.
    ``percent``: how far the learner is who takes it now, else None. ``valid_until``: of a certificate that expires."""

    page: CoursePage | None
    done: bool = False
    percent: int | None = None
    valid_until: datetime | None = None

    @property
    def title(self):
        return self.page.title if self.page else ""

    @property
    def url(self):
        return get_page_url(self.page.url_path) if self.page else ""


@dataclass(slots=True)
class PathProgress:
    """A path with what a learner did of it. ``certificate``: the newest that holds or held; ``is_complete``: there is a
    certificate that is valid for each course."""

    path: UUID
    title: str
    summary: str
    steps: list[PathStep]
    certificate: Certificate | None = None
    certificate_valid_months: int | None = None

    @property
    def done(self):
        return sum(step.done for step in self.steps)

    @property
    def total(self):
        return len(self.steps)

    @property
    def next_step(self):
        """The first course that is still to be completed, of those that can be; or None."""
        return next((step for step in self.steps if step.page and not step.done), None)

    @property
    def is_complete(self):
        return bool(self.steps) and self.done == self.total

    @property
    def hours(self):
        """The Hours of the courses that are offered, in those of the clock where they are of two kinds; or None."""
        pages = [step.page for step in self.steps if step.page]
        kinds = {page.hours_kind for page in pages}
        kind = kinds.pop() if len(kinds) == 1 else HoursKind.CHRONOLOGICAL
        number = sum(page.hours * MINUTES[page.hours_kind] / MINUTES[kind] for page in pages)
        return Hours(number, HoursKind(kind).label) if pages else None


def search_paths(*, query=""):
    """[PathProgress] of the paths that are offered to all and of which a course is, and whose texts hold every word of
    ``query``, without regard to case and accents. Queries the same however many there are."""
    words = fold(query).split()
    paths = [path for path in LearningPath.objects.offered().prefetch_related("steps")
             if all(word in fold(f"{path.title} {path.summary}") for word in words)]
    return [path for path in _describe(paths) if any(step.page for step in path.steps)]


def get_paths_of(*, learner, enrolments, certificates, now):
    """[PathProgress] of the paths that ``learner`` has begun: is or was in one of its courses. Queries the same however
    many there are. ``enrolments`` are all of the learner's and ``certificates`` by award."""
    courses = {enrolment.edition.course_id for enrolment in enrolments}
    begun = LearningPath.objects.visible_to(learner).filter(steps__course__in=courses).distinct()
    paths = list(begun.prefetch_related("steps"))
    if not paths:
        return []
    awards = dict(PathAward.objects.filter(learner=learner).values_list("path", "pk"))
    return _describe(paths, valid=_get_valid(enrolments, certificates, now),
                     certificates={path: certificates.get(award) for path, award in awards.items()})


def get_path(*, path, learner, now):
    """PathProgress of one LearningPath, also of how far ``learner``, who may be nobody, is in the courses under way."""
    if not learner.is_authenticated:
        return _describe([path])[0]
    enrolments = list(Enrolment.objects.filter(
        learner=learner, edition__course__in=[step.course_id for step in path.steps.all()]).select_related("edition"))
    award = PathAward.objects.filter(learner=learner, path=path).values_list("pk", flat=True).first()
    certificates = {each.award: each for each in Certificate.objects.of_completion().filter(
        award__in=[award, *(each.pk for each in enrolments)]).exclude(
        state=Certificate.State.SUPERSEDED).order_by("cycle", "version")}
    progress, = _describe([path], valid=_get_valid(enrolments, certificates, now),
                          certificates={path.pk: certificates.get(award)})
    running = {each.edition.course_id: each for each in reversed(enrolments) if not each.completed_at}
    under_way = [step for step in progress.steps if step.page and step.page.translation_key in running]
    outlines = get_outlines(course_pages=[step.page for step in under_way], enrolments=running) if under_way else {}
    for step in under_way:
        step.percent = outlines[step.page.translation_key].percent
    return progress


def _get_valid(enrolments, certificates, now):
    """{course: Certificate} of those that are valid at ``now``; of several in one course the one valid longest."""
    valid = defaultdict(list)
    for enrolment in enrolments:
        certificate = certificates.get(enrolment.pk)
        if certificate and certificate.state == Certificate.State.ISSUED and not certificate.is_expired(now):
            valid[enrolment.edition.course_id].append(certificate)
    return {course: max(found, key=lambda each: (each.expires_at is None, each.expires_at or now))
            for course, found in valid.items()}


def _describe(paths, *, valid=None, certificates=None):
    valid, certificates = valid or {}, certificates or {}
    pages = _get_pages({step.course_id for path in paths for step in path.steps.all()})
    return [PathProgress(
        path=path.pk, title=path.title, summary=path.summary, certificate=certificates.get(path.pk),
        certificate_valid_months=path.certificate_valid_months,
        steps=[PathStep(page=pages.get(step.course_id), done=step.course_id in valid,
                        valid_until=valid[step.course_id].expires_at if step.course_id in valid else None)
               for step in sorted(path.steps.all(), key=lambda step: step.sort_order)]) for path in paths]


def _get_pages(courses):
    """{course: live CoursePage} in the active language, else in the first."""
    if not courses:
        return {}
    pages = CoursePage.objects.live().filter(
        translation_key__in=courses, locale__language_code__in={get_language(), settings.LANGUAGE_CODE}).select_related(
        "locale").defer("description", "outcomes")
    return {page.translation_key: page for page in sorted(
        pages, key=lambda page: page.locale.language_code == get_language())}


@transaction.atomic
def claim_path(*, learner, path, now):
    """The certificate of a path whose courses were completed before it was made or changed; None when something is
    still missing. Safe to repeat."""
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)
    return certify_path(path=path, learner=learner, now=now)
