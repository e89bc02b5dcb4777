"""Re-certification: before a certificate expires, or after, its holder takes again the tests that count
(docs/decisions/0022-one-number-many-versions.md)."""

from django.db import transaction

from assessments.models import Completion
from certificates.issuing import get_certificate
from certificates.models import Certificate
from certificates.validity import is_renewed, may_be_renewed
from courses.enrolling import EditionNotOpen, get_joinable_edition
from courses.models import Edition, Enrolment
from courses.outline import get_required_activities


class NotRenewable(Exception):
    """Its certificate does not expire, not soon, was revoked, or was renewed already."""


def get_renewal_edition(*, enrolment, now):
    """The edition in which ``enrolment`` is renewed: its own while that is open, else one to join; or None."""
    own = Edition.objects.open_on(now).filter(pk=enrolment.edition_id).first()
    return own or get_joinable_edition(course=enrolment.edition.course_id, now=now)


def is_renewal_open(*, enrolment, certificate, now):
    """Whether the holder may begin to renew. Queries nothing."""
    return bool(enrolment.completed_at and certificate and may_be_renewed(certificate, now))


@transaction.atomic
def renew_enrolment(*, enrolment, now):
    """The Enrolment in which the learner takes again the tests that count in the grade, made once; where none does, the
    whole course. What else was done is taken over from ``enrolment``; what the course got since is still to be done.
    A renewal whose edition has closed goes on in one that is open.

    Raises NotRenewable and EditionNotOpen."""
    enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(
        pk=enrolment.pk)
    course = enrolment.edition.course_id
    under_way = Enrolment.objects.in_progress().filter(
        learner=enrolment.learner_id, edition__in=Edition.objects.open_on(now).filter(course=course))
    if existing := under_way.filter(renews=enrolment).first() or under_way.first():
        return existing
    certificate = get_certificate(award=enrolment.pk)
    if not is_renewal_open(enrolment=enrolment, certificate=certificate, now=now) or _was_renewed(
            enrolment, certificate):
        raise NotRenewable
    edition = get_renewal_edition(enrolment=enrolment, now=now)
    if edition is None:
        raise EditionNotOpen
    if left := Enrolment.objects.filter(renews=enrolment).first():
        left.edition = edition
        left.save(update_fields=["edition"])
        return left
    renewal = Enrolment.objects.create(learner_id=enrolment.learner_id, edition=edition, enrolled_at=now,
                                       renews=enrolment)
    weights = get_required_activities(course)
    again = {activity for activity, weight in weights.items() if weight} or weights.keys()
    kept = Completion.objects.filter(enrolment=enrolment.pk).exclude(activity__in=list(again))
    Completion.objects.bulk_create(
        Completion(learner_id=each.learner_id, enrolment=renewal.pk, activity=each.activity,
                   completed_at=each.completed_at) for each in kept)
    return renewal


def _was_renewed(enrolment, certificate):
    return (Enrolment.objects.completed().filter(renews=enrolment).exists()
            or Certificate.objects.filter(is_renewed(), pk=certificate.pk).exists())
