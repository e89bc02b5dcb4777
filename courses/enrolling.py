from django.db import transaction

from courses.models import Edition, Enrolment
from lms.kept_queries import kept_query


class EnrolmentRefused(Exception):
    """The person cannot join this edition."""


class EditionNotOpen(EnrolmentRefused):
    """It has not opened yet, or it has closed."""


class EditionFull(EnrolmentRefused):
    """All places are taken."""


class ByAssignmentOnly(EnrolmentRefused):
    """People do not join this edition by themselves."""


def get_joinable_edition(*, course, now):
    """The edition that a person who enrols by themselves gets: the always-open one when it is open, else the next
    open one; None when there is none."""
    return Edition.objects.open_on(now).filter(course=course, mode=Edition.Mode.OPEN).order_by(
        "-is_default", "closes_at", "pk").first()


def get_enrolment(*, learner, course, now):
    """The enrolment of a learner in a course, as choose_enrolment says, with its edition; or None."""
    if not learner.is_authenticated:
        return None
    return choose_enrolment(_find_in_course(learner.pk, course), now=now)


def choose_enrolment(enrolments, *, now):
    """Of one learner's ``enrolments`` in one course (with their editions) the one that counts: what can still be done,
    else what was completed, else what was left undone in an edition that has closed; of several the newest. None of
    none. Queries nothing."""
    def rank(enrolment):
        closes_at = enrolment.edition.closes_at
        is_left = enrolment.completed_at is None and closes_at is not None and closes_at <= now
        return is_left, enrolment.completed_at is not None, -enrolment.enrolled_at.timestamp()

    return min(enrolments, default=None, key=rank)


@kept_query
def find_enrolment(pk):
    """The one with this key, with its edition."""
    return Enrolment.objects.filter(pk=pk).select_related("edition")


@kept_query
def _find_in_course(learner, course):
    return Enrolment.objects.filter(learner=learner, edition__course=course).select_related("edition").order_by()


@transaction.atomic
def enrol(*, learner, edition, now, assigned=False):
    """The Enrolment of ``learner`` in ``edition``, made once; safe to repeat. ``assigned``: by somebody who may.

    Raises EditionNotOpen, EditionFull, ByAssignmentOnly."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if existing := Enrolment.objects.filter(learner=learner, edition=edition).order_by("-enrolled_at").first():
        return existing
    if edition.mode != Edition.Mode.OPEN and not assigned:
        raise ByAssignmentOnly
    if not Edition.objects.open_on(now).filter(pk=edition.pk).exists():
        raise EditionNotOpen
    if edition.seats is not None and edition.enrolments.filter(renews__isnull=True).count() >= edition.seats:
        raise EditionFull
    return Enrolment.objects.create(learner=learner, edition=edition, enrolled_at=now)
