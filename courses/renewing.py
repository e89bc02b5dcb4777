"""Re-certification: before a certificate expires, or after, its holder takes again the tests that count
(docs/decisions/0022-one-number-many-versions.md)."""

from django.db import transaction

from assessments.models import Completion
from certificates.issuing import get_certificate
from certificates.validity import may_be_renewed
from courses.enrolling import EditionNotOpen, get_joinable_edition
from courses.models import Edition, Enrolment
from courses.outline import get_required_activities


class NotRenewable(Exception):
    """Its certificate does not expire, not soon, or was revoked."""


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

    Raises NotRenewable and EditionNotOpen."""
    enrolment = Enrolment.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(
        pk=enrolment.pk)
    under_way = Enrolment.objects.in_progress().filter(learner=enrolment.learner_id,
                                                       edition__course=enrolment.edition.course_id)
    if existing := Enrolment.objects.filter(renews=enrolment).first() or under_way.first():
        return existing
    if not is_renewal_open(enrolment=enrolment, certificate=get_certificate(award=enrolment.pk), now=now):
        raise NotRenewable
    edition = get_renewal_edition(enrolment=enrolment, now=now)
    if edition is None:
        raise EditionNotOpen
    renewal = Enrolment.objects.create(learner_id=enrolment.learner_id, edition=edition, enrolled_at=now,
                                       renews=enrolment)
    weights = get_required_activities(edition.course_id)
    again = {activity for activity, weight in weights.items() if weight} or weights.keys()
    kept = Completion.objects.filter(enrolment=enrolment.pk).exclude(activity__in=list(again))
    Completion.objects.bulk_create(
        Completion(learner_id=each.learner_id, enrolment=renewal.pk, activity=each.activity,
                   completed_at=each.completed_at) for each in kept)
    return renewal
