"""Everything that the platform knows of a person, for that person, as JSON that another system can read."""

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.db.models import Model

from assessments.models import Attempt, Completion, HandedInFile, Mark
from certificates.models import Certificate, CertificateEvent, CorrectionRequest, EarlierRecord
from courses.models import Accommodation, ActivityVisit, Enrolment
from lms.accounts.models import AuditEvent
from lms.privacy.models import Acknowledgement, ErasureRequest

FORMAT = "puentes-personal-data-1"


def export_person(*, person, now):
    """A JSON value (dates and decimals are left to DjangoJSONEncoder). One query a kind of row, whatever their number.
    Other people appear in it only by what they did to this person's data, never by name."""
    return {
        "format": FORMAT,
        "made_at": now,
        "person": {
            **_row(person, "public_id", "email", "given_names", "first_surname", "second_surname", "document_kind",
                   "document_number", "sex", "preferred_language", "is_active", "date_joined", "last_login"),
        },
        "work": [_row(each, "organisation.name", "staff_type", "position", "since", "until")
                 for each in person.assignments.select_related("organisation")],
        "roles": [_row(each, "role", "organisation", "granted_at")
                  for each in person.role_grants.select_related("organisation")],
        "addresses": [_row(each, "email", "verified", "primary") for each in
                      EmailAddress.objects.filter(user=person)],
        "failed_sign_ins": [_row(each, "attempt_time", "ip_address", "failures_since_start")
                            for each in AccessAttempt.objects.filter(username=person.email)],
        "enrolments": [_row(each, "id", "edition.course_id", "edition.name", "enrolled_at", "last_seen_at",
                            "completed_at", "percentage", "hours",
                            "hours_kind", "staff_type", "sex", "facts")
                       for each in Enrolment.objects.filter(learner=person).select_related("edition")],
        "visits": [_row(each, "enrolment_id", "activity_id", "first_seen_at", "percent_read")
                   for each in ActivityVisit.objects.filter(enrolment__learner=person)],
        "exceptions": [_row(each, "enrolment_id", "reason")
                       for each in Accommodation.objects.filter(enrolment__learner=person)],
        "completions": [_row(each, "enrolment", "activity", "completed_at")
                        for each in Completion.objects.filter(learner=person)],
        "attempts": [
            # Of each answer what was given, not whether it was right: other attempts may still be made.
            {**_row(each, "id", "activity", "number", "started_at", "submitted_at", "graded_at", "score", "maximum",
                    "passed"),
             "answers": [{**_row(answer, "position", "response", "saved_at", "language"),
                          "comments": [mark.comment for mark in answer.marks.all() if mark.comment and each.graded_at],
                          "mark_corrections": [_row(kept, "at", "reason") for kept in answer.mark_corrections.all()]}
                         for answer in each.answers.all()]}
            for each in Attempt.objects.filter(learner=person).prefetch_related(
                "answers__marks", "answers__mark_corrections")],
        "files_handed_in": [_row(each, "attempt_id", "position", "name", "content_type", "size", "uploaded_at")
                            for each in HandedInFile.objects.filter(attempt__learner=person)],
        "certificates": [
            {**_row(each, "folio", "version", "code", "kind", "state", "issued_at", "expires_at", "ended_at", "reason",
                    "shared_at", "snapshot"),
             "history": [_row(event, "action", "at") for event in each.events.all()]}
            for each in Certificate.objects.filter(learner=person).prefetch_related("events")],
        "corrections_asked": [_row(each, "holder", "explanation", "asked_at", "state", "decided_at", "answer")
                              for each in CorrectionRequest.objects.filter(asked_by=person)],
        "earlier_records": [_row(each, "titles", "issuer", "hours", "hours_kind", "started_on", "completed_on", "grade",
                                 "number", "source", "evidence_reference", "note")
                            for each in EarlierRecord.objects.filter(learner=person)],
        "privacy_notices_read": [_row(each, "notice.number", "at") for each in
                                 Acknowledgement.objects.filter(person=person).select_related("notice")],
        "erasure_requests": [_row(each, "explanation", "asked_at", "due_at", "state", "answer")
                             for each in ErasureRequest.objects.filter(person=person)],
        "acts_in_the_audit_log": [_row(each, "at", "action", "subject")
                                  for each in AuditEvent.objects.filter(actor=person)],
        "acts_on_certificates": [_row(each, "at", "action")
                                 for each in CertificateEvent.objects.filter(actor=person).exclude(
                                     certificate__learner=person)],
        "marks_given": [_row(each, "marked_at", "comment") for each in Mark.objects.filter(marker=person)],
    }


def _row(thing, *names):
    row = {}
    for name in names:
        value = thing
        for part in name.split("."):
            value = getattr(value, part)
        row[name.replace(".", "_")] = str(value) if isinstance(value, Model) else value
    return row
