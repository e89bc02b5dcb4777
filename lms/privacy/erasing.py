"""A person is forgotten: who they were goes, what was done and counted stays without a name."""

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import ModelLogEntry

from assessments.erasing import erase_learner
from certificates.erasing import erase_holder
from courses.models import Accommodation
from lms.accounts.audit import record_event
from lms.accounts.models import Assignment, RoleGrant, User
from lms.accounts.roles import revoke_role
from lms.privacy.models import ErasureRequest
from lms.reports.archives import remove_archives_with

State = ErasureRequest.State
ERASED_NAME = "—"


class RequestOpen(Exception):
    """The person has asked already and waits for the answer."""


class AlreadyDecided(Exception):
    """Somebody has answered this request, or it was withdrawn."""


class OwnRequest(Exception):
    """Nobody decides on a request of their own."""


class HasRole(Exception):
    """Somebody who administers the platform or an institution's list hands that over first."""


@transaction.atomic
def request_erasure(*, person, explanation, now):
    """An open ErasureRequest. Raises RequestOpen and HasRole."""
    User.objects.select_for_update().get(pk=person.pk)
    if ErasureRequest.objects.filter(person=person, state=State.OPEN).exists():
        raise RequestOpen
    if person.is_superuser or person.role_grants.exists():
        raise HasRole
    request = ErasureRequest.objects.create(person=person, explanation=explanation, asked_at=now,
                                            due_at=now + ErasureRequest.TIME_TO_ANSWER)
    record_event(actor=person, action="erasure.requested", subject=f"user:{person.public_id}")
    return request


@transaction.atomic
def withdraw_erasure(*, request, now):
    """The person has thought better of it. Raises AlreadyDecided."""
    request = _get_open(request)
    return _decide(request, State.WITHDRAWN, by=request.person, answer="", now=now)


@transaction.atomic
def refuse_erasure(*, request, answer, by, now):
    """Raises AlreadyDecided, OwnRequest."""
    request = _get_open(request, by=by)
    return _decide(request, State.REFUSED, by=by, answer=answer, now=now)


@transaction.atomic
def accept_erasure(*, request, by, now):
    """Erase the person and close the request. Raises AlreadyDecided, OwnRequest, HasRole."""
    request = _get_open(request, by=by)
    erase_person(person=request.person, by=by, now=now)
    request.explanation = ""
    return _decide(request, State.DONE, by=by, answer="", now=now)


@transaction.atomic
def erase_person(*, person, by, now):
    """Take away everything that says who ``person`` is. The account stays as a row without a name, closed, because
    completions, figures and the audit log refer to it; nobody can sign in with it. Certificates stay verifiable by
    number (certificates.erasing). Safe to repeat. Raises HasRole for an administrator."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if person.is_superuser:
        raise HasRole
    _erase_labels(person)
    for grant in RoleGrant.objects.filter(user=person):
        revoke_role(grant=grant, by=by)
    erase_holder(learner=person, by=by, now=now)
    erase_learner(learner=person)
    person.assignments.update(position="")
    Accommodation.objects.filter(enrolment__learner=person).update(reason="")  # it may tell of their health
    ErasureRequest.objects.filter(person=person).exclude(state=State.OPEN).update(explanation="", answer="")
    remove_archives_with(learner=person)
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username=person.email).delete()
    EmailAddress.objects.filter(user=person).delete()
    _end_sessions(person)
    person.email = f"{person.public_id}@erased.invalid"
    person.given_names, person.first_surname, person.second_surname = ERASED_NAME, ERASED_NAME, ""
    person.set_document(kind="", number="")
    person.sex, person.is_active, person.last_login = "not_stated", False, None
    person.set_unusable_password()
    person.save()
    record_event(actor=by, action="person.erased", subject=f"user:{person.public_id}")
    return person


def _erase_labels(person):
    """What Wagtail's admin noted of changes to this person keeps who did what, without the name it was noted under."""
    assignments = [str(pk) for pk in person.assignments.values_list("pk", flat=True)]
    for model, rows in ((User, Q(object_id=str(person.pk))), (Assignment, Q(object_id__in=assignments)),
                        # Roles that were taken away are not there any more to be asked for.
                        (RoleGrant, Q(label__startswith=f"{person}: "))):
        ModelLogEntry.objects.filter(rows, content_type=ContentType.objects.get_for_model(model)).update(
            label=ERASED_NAME, data={})


def _end_sessions(person):
    # Sessions do not say whose they are until they are read; those that ended are removed every night.
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _get_open(request, *, by=None):
    request = ErasureRequest.objects.select_for_update().select_related("person").get(pk=request.pk)
    if request.state != State.OPEN:
        raise AlreadyDecided
    if by is not None and request.person_id == by.pk:
        raise OwnRequest
    return request


def _decide(request, state, *, by, answer, now):
    request.state, request.decided_by, request.decided_at, request.answer = state, by, now, answer
    request.save()
    record_event(actor=by, action=f"erasure.{state}", subject=f"user:{request.person.public_id}")
    return request
