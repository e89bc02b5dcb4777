"""A learner's own courses, with what is next."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language
from wagtail.models import Page

from certificates.models import Certificate, EarlierRecord
from courses.enrolling import choose_enrolment
from courses.models import Edition, Enrolment
from courses.outline import get_outlines
from courses.paths import PathProgress, get_paths_of
from courses.progress import is_closed
from courses.renewing import is_renewal_open
from lms.routing import get_page_url


@dataclass(slots=True)
class CurrentCourse:
    course: UUID
    enrolment: Enrolment
    title: str
    url: str
    continue_url: str
    next_title: str
    done: int
    total: int
    percent: int
    last_seen_at: datetime | None
    closes_at: datetime | None


@dataclass(slots=True)
class CompletedCourse:
    course: UUID
    enrolment: Enrolment
    title: str
    url: str
    completed_at: datetime
    percentage: Decimal | None
    edition: Edition
    certificate: Certificate | None
    can_renew: bool  # now, by beginning a renewal; is_renewed: a later certificate has taken its place
    is_renewed: bool


class Courses(NamedTuple):
    current: list[CurrentCourse]
    completed: list[CompletedCourse]
    paths: list[PathProgress]


def get_courses_of(*, learner, now):
    """Courses: those under way, those completed, newest first, and the learning paths that they are part of; titles in
    the active language."""
    enrolments = list(Enrolment.objects.filter(learner=learner).select_related("edition"))
    pages = _get_pages({enrolment.edition.course_id for enrolment in enrolments})
    issued = Certificate.objects.of_completion().filter(learner=learner).exclude(
        state=Certificate.State.SUPERSEDED).annotate(renewed=F("renews__code")).order_by("cycle", "version")
    certificates = {certificate.award: certificate for certificate in issued}
    renewed = {certificate.renewed for certificate in issued if certificate.state == Certificate.State.ISSUED}
    # What was left in an edition that has closed keeps nobody from renewing.
    under_way = {e.edition.course_id for e in enrolments if not (e.completed_at or is_closed(e, now))}
    in_course = defaultdict(list)
    for enrolment in enrolments:
        in_course[enrolment.edition.course_id].append(enrolment)
    # The one that the course's page shows and «continue» opens; what was left of a course that was completed is none.
    chosen = {course: choose_enrolment(of_it, now=now) for course, of_it in in_course.items() if course in pages}
    running = {course: enrolment for course, enrolment in chosen.items() if not enrolment.completed_at}
    outlines = get_outlines(course_pages=[pages[course] for course in running], enrolments=running)
    current, completed = [], []
    for enrolment in sorted(enrolments, key=lambda e: e.last_seen_at or e.enrolled_at, reverse=True):
        course = enrolment.edition.course_id
        page = pages.get(course)
        if enrolment.completed_at:
            title = enrolment.facts["titles"].get(get_language()) or next(iter(enrolment.facts["titles"].values()))
            certificate = certificates.get(enrolment.pk)
            is_renewed = certificate is not None and certificate.code in renewed
            completed.append(CompletedCourse(
                course=course, enrolment=enrolment, title=title, url=get_page_url(page.url_path) if page else "",
                completed_at=enrolment.completed_at, percentage=enrolment.percentage,
                edition=enrolment.edition, certificate=certificate, is_renewed=is_renewed,
                can_renew=not is_renewed and course not in under_way
                and is_renewal_open(enrolment=enrolment, certificate=certificate, now=now)))
        elif running.get(course) is enrolment:
            current.append(_describe(enrolment, page, outlines[course]))
    paths = get_paths_of(learner=learner, enrolments=enrolments, certificates=certificates,
                         now=now)
    return Courses(current, completed, paths)


def get_earlier_records(*, learner):
    """What the learner took elsewhere, the newest first: not issued here, and shown so."""
    return list(EarlierRecord.objects.filter(learner=learner))


def _get_pages(courses):
    pages = Page.objects.live().filter(translation_key__in=courses, locale__language_code=get_language()).only(
        "translation_key", "title", "url_path", "path")
    return {page.translation_key: page for page in pages}


def _describe(enrolment, page, outline):
    following = outline.get_item_to_continue(enrolment.last_activity_id)
    return CurrentCourse(
        course=page.translation_key, enrolment=enrolment, title=page.title, url=get_page_url(page.url_path),
        continue_url=reverse("continue", args=[page.translation_key]),
        next_title=following.title if following else "", done=outline.done, total=outline.total,
        percent=outline.percent, last_seen_at=enrolment.last_seen_at, closes_at=enrolment.edition.closes_at)
