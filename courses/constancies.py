"""Constancies of progress: a document for a learner who has not finished, that says how far the person has come."""

from copy import copy
from decimal import Decimal

from django.db import transaction

from certificates.issuing import get_certificate, issue_certificate
from certificates.models import Certificate
from certificates.templates import for_issue
from certificates.validity import get_day
from courses.certifying import build_snapshot
from courses.models import CoursePage, Enrolment
from courses.outline import get_outline
from courses.progress import fill_in_facts


class CourseCompleted(Exception):
    """There is a certificate in its place."""


@transaction.atomic
def issue_constancy(*, enrolment, now):
    """The constancy of progress of today, a Certificate with a number of its own: the one made today already or a new
    one. It says the day and how much of the course was done. Raises CourseCompleted."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("edition", "learner").get(
        pk=enrolment.pk)
    if enrolment.completed_at:
        raise CourseCompleted
    latest = get_certificate(award=enrolment.pk, kind=Certificate.Kind.PROGRESS)
    if (latest and latest.state == Certificate.State.ISSUED
            and get_day(latest.issued_at) == get_day(now)):
        return latest
    page = CoursePage.objects.filter(translation_key=enrolment.edition.course_id).order_by("path").first()
    outline = get_outline(course_path=page.path, enrolment=enrolment)
    as_of_today = copy(enrolment)
    fill_in_facts(enrolment=as_of_today, required={}, now=now)
    version, printed = for_issue(enrolment.edition.certificate_template)
    snapshot = build_snapshot(as_of_today, progress=Decimal(outline.percent), percentage=None, grade=None,
                              grade_rule="", **printed)
    # Nobody waits for a mail: it was asked for on the page that shows it.
    return issue_certificate(learner=enrolment.learner, award=enrolment.pk, kind=Certificate.Kind.PROGRESS,
                             cycle=latest.cycle + 1 if latest else 1, snapshot=snapshot, now=now,
                             template_version=version, mail=None)
