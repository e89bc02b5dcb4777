"""All that a person has learned, here and before: what the training record prints and the person's page shows.

It is a view of today and never stored. It is no certificate: what counts is the certificates it names."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates import wording
from certificates.codes import grouped
from certificates.models import Certificate, EarlierRecord
from certificates.validity import is_renewed
from courses.certifying import get_local_grade
from courses.models import CoursePage, Enrolment
from lms.accounts.identity import mask
from lms.accounts.models import Assignment, User
from lms.reports.records import State


class Title(NamedTuple):
    text: str
    language: str


class Result(NamedTuple):
    """As certificates.wording reads it from a Snapshot."""

    percentage: Decimal | None
    grade: Decimal | None
    grade_rule: str


@dataclass(slots=True)
class CertificateLine:
    certificate: Certificate
    title: Title
    state: str  # in words
    is_valid: bool

    @property
    def code(self):
        return grouped(self.certificate.code)


@dataclass(slots=True)
class CourseLine:
    title: Title
    institution: str
    edition: str
    state: str  # a records.State
    began_on: date
    completed_on: date | None
    hours: Decimal | None
    hours_kind: str
    result: Result | None
    certificates: list[CertificateLine] = field(default_factory=list)


@dataclass(slots=True)
class YearLine:
    """Hours of one kind are never added to those of the other: one has 60 minutes, the other 45."""

    year: int
    courses: int = 0
    chronological: Decimal = Decimal(0)
    pedagogical: Decimal = Decimal(0)


@dataclass(slots=True)
class TrainingRecord:
    person: User
    workplace: str
    made_at: timezone.datetime
    courses: list[CourseLine]
    certificates: list[CertificateLine]
    earlier: list[EarlierRecord]
    years: list[YearLine]
    earlier_years: list[YearLine]

    @property
    def identity(self):
        """Kind and masked number, or an empty text."""
        number = mask(self.person.document_number)
        return f"{self.person.get_document_kind_display()}: {number}" if number else ""


def get_training_record(*, person, now):
    """The TrainingRecord of ``person`` in the active language, with the newest first. Five queries."""
    enrolments = list(Enrolment.objects.filter(learner=person).select_related("edition"))
    certificates = _get_certificates(person, now)
    by_award = defaultdict(list)
    for line in certificates:
        by_award[line.certificate.award].append(line)
    titles = _get_titles({enrolment.edition.course_id for enrolment in enrolments if not enrolment.completed_at})
    courses = [_describe(enrolment, titles, by_award[enrolment.pk]) for enrolment in enrolments]
    courses.sort(key=lambda line: (line.completed_on or date.max, line.began_on), reverse=True)
    earlier = list(EarlierRecord.objects.filter(learner=person))
    assignment = (Assignment.objects.on(timezone.localdate(now)).filter(user=person)
                  .select_related("organisation").order_by("since", "id").last())
    return TrainingRecord(
        person=person, workplace=assignment.organisation.name if assignment else "", made_at=now, courses=courses,
        certificates=certificates, earlier=earlier,
        years=sum_years(line for line in courses if line.completed_on), earlier_years=sum_years(earlier))


def sum_years(lines):
    """[YearLine] of lines with ``completed_on``, ``hours`` and ``hours_kind``, the newest first."""
    years = {}
    for line in lines:
        year = years.setdefault(line.completed_on.year, YearLine(line.completed_on.year))
        year.courses += 1
        if line.hours:
            setattr(year, line.hours_kind, getattr(year, line.hours_kind) + line.hours)
    return sorted(years.values(), key=lambda year: -year.year)


def get_total(years):
    return YearLine(0, sum(year.courses for year in years), sum((year.chronological for year in years), Decimal(0)),
                    sum((year.pedagogical for year in years), Decimal(0)))


def describe_state(certificate, *, now, renewed=False):
    """The state of a certificate in words. ``renewed``: whether another has taken its place (validity.is_renewed)."""
    if certificate.state == Certificate.State.REVOKED:
        when = wording.day(timezone.localdate(certificate.ended_at))
        return _("Revoked on %(date)s. %(reason)s") % {"date": when, "reason": certificate.get_reason_display()}
    if certificate.expires_at is None:
        return _("Valid, renewed since") if renewed else _("Valid")
    # It expires at the first moment after its last day.
    last_day = {"date": wording.day(timezone.localdate(certificate.expires_at - timedelta(seconds=1)))}
    if certificate.is_expired(now):
        return (_("Expired: valid until %(date)s, renewed since") if renewed
                else _("Expired: valid until %(date)s")) % last_day
    return (_("Valid until %(date)s, renewed since") if renewed else _("Valid until %(date)s")) % last_day


def _get_certificates(person, now):
    """Each certificate once, in its newest version, the newest first."""
    versions = Certificate.objects.filter(learner=person).annotate(renewed=is_renewed()).order_by("version")
    newest = {(each.series, each.number): each for each in versions}
    lines = [CertificateLine(
        certificate=each, title=_get_title(each.snapshot["course"], each.snapshot["language"]),
        state=describe_state(each, now=now, renewed=each.renewed and each.kind != Certificate.Kind.PROGRESS),
        is_valid=each.state == Certificate.State.ISSUED and not each.is_expired(now),
    ) for each in newest.values()]
    return sorted(lines, key=lambda line: line.certificate.issued_at, reverse=True)


def _describe(enrolment, titles, certificates):
    completed, facts, edition = enrolment.completed_at, enrolment.facts, enrolment.edition
    if completed:
        percentage = None if facts.get("grade_scale") == "pass_fail" else enrolment.percentage
        title = _get_title(facts["titles"])
        result = Result(percentage, *get_local_grade(percentage=percentage, facts=facts))
        institution, name = " · ".join(filter(None, (facts["institution"], facts["unit"]))), facts["edition"]
        state = State.COMPLETED
    else:
        title, result, institution, name = _get_title(titles[edition.course_id]), None, "", edition.name
        state = State.IN_PROGRESS if enrolment.last_seen_at else State.NOT_STARTED
    return CourseLine(
        title=title, institution=institution, edition=name or _("Always open"), state=state,
        began_on=timezone.localdate(enrolment.enrolled_at),
        completed_on=timezone.localdate(completed) if completed else None, hours=enrolment.hours,
        hours_kind=enrolment.hours_kind, result=result, certificates=certificates)


def _get_titles(courses):
    """{course: {language: title}} as the pages say today."""
    titles = defaultdict(dict)
    pages = CoursePage.objects.filter(translation_key__in=courses)
    for course, language, title in pages.values_list("translation_key", "locale__language_code", "title"):
        titles[course][language] = title
    return titles


def _get_title(titles, source=settings.LANGUAGE_CODE):
    """In the active language, else in that of the ``source``, else in any."""
    language = next((each for each in (get_language(), source, *titles) if titles.get(each)), source)
    return Title(titles.get(language, ""), language)
