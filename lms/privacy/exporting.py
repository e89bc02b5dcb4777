"""Everything that the platform knows of a person, for that person, as JSON that another system can read.

Each row in the database that leads to a person is a Part of the file, or stands in NOT_EXPORTED with the reason; a test
goes through all relations, so that a new model cannot be forgotten."""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.db.models import Model
from wagtail.models import Comment, CommentReply, ModelLogEntry, PageLogEntry
from wagtail.users.models import UserProfile

from assessments.models import (
    Attempt,
    Completion,
    HandedInFile,
    Mark,
    MarkCorrection,
    Phrase,
    QuestionComment,
    QuestionEdit,
    QuestionImport,
    Regrade,
    RegradedAttempt,
)
from certificates.models import (
    Certificate,
    CertificateEvent,
    CorrectionRequest,
    EarlierRecord,
    HistoryImport,
    Outbox,
    SignatoryVersion,
    TemplateVersion,
)
from courses.models import Accommodation, ActivityVisit, Edition, Enrolment, FollowUp, Notice, PathAward
from lms.accounts.models import Assignment, AuditEvent, RoleGrant
from lms.privacy.models import Acknowledgement, ErasureRequest, PrivacyNotice
from lms.reports.models import Archive

FORMAT = "puentes-personal-data-1"


class Part(NamedTuple):
    """The rows of ``model`` whose ``lookup`` leads to the person, with the fields ``names`` (``a.b``: of a relation).
    ``excluded``: rows that another part has."""

    model: type[Model]
    lookup: str
    names: str
    excluded: str = ""


# What others and the platform have noted of the person.
OF_THE_PERSON = {
    "work": Part(Assignment, "user", "organisation.name staff_type position since until"),
    "roles": Part(RoleGrant, "user", "role organisation granted_at"),
    "addresses": Part(EmailAddress, "user", "email verified primary"),
    "preferences_in_the_admin": Part(
        UserProfile, "user", "preferred_language current_time_zone theme contrast density submitted_notifications "
        "approved_notifications rejected_notifications updated_comments_notifications"),
    "enrolments": Part(
        Enrolment, "learner", "id edition.course_id edition.name renews_id enrolled_at last_seen_at completed_at "
        "percentage hours hours_kind staff_type sex facts"),
    "visits": Part(ActivityVisit, "enrolment__learner", "enrolment_id activity_id first_seen_at percent_read"),
    "exceptions": Part(
        Accommodation, "enrolment__learner", "enrolment_id activity_id extra_time extra_attempts opens_at closes_at "
        "reason granted_at"),
    "completions": Part(Completion, "learner", "enrolment activity completed_at"),
    "follow_ups": Part(
        FollowUp, "enrolment__learner", "enrolment_id invited_on reminded_on has_answered supervisor_asked_on "
        "supervisor_has_answered"),
    "learning_paths": Part(PathAward, "learner", "id path.titles completed_at"),
    "files_handed_in": Part(HandedInFile, "attempt__learner",
                            "attempt_id position name content_type size uploaded_at"),
    "results_graded_again": Part(
        RegradedAttempt, "attempt__learner", "attempt_id regrade.at score_before score_after passed_before "
        "passed_after"),
    "mails_about_tests": Part(Notice, "attempt__learner", "attempt_id reason sent_at"),
    "mails_about_follow_ups": Part(Notice, "follow_up__enrolment__learner", "reason sent_at"),
    "corrections_asked": Part(CorrectionRequest, "asked_by", "holder explanation asked_at state decided_at answer"),
    "earlier_records": Part(
        EarlierRecord, "learner", "titles issuer hours hours_kind started_on completed_on grade number source "
        "evidence_reference note"),
    "privacy_notices_read": Part(Acknowledgement, "person", "notice.number at"),
    "erasure_requests": Part(ErasureRequest, "person", "explanation asked_at due_at state answer"),
}
# What the person has done as a trainer, an officer or an administrator: when, and to what, never to whom by name.
BY_THE_PERSON = {
    "acts_in_the_audit_log": Part(AuditEvent, "actor", "at action subject"),
    "acts_on_certificates": Part(CertificateEvent, "actor", "at action", excluded="certificate__learner"),
    "editions_taught": Part(Edition, "trainer", "course_id name"),
    "marks_given": Part(Mark, "marker", "marked_at comment"),
    "marks_corrected": Part(MarkCorrection, "by", "at reason"),
    "phrases_for_marking": Part(Phrase, "marker", "text"),
    "re_grades": Part(Regrade, "by", "at question_id reason"),
    "accommodations_granted": Part(Accommodation, "granted_by", "granted_at"),
    "questions_edited": Part(QuestionEdit, "by", "saved_at question_id"),
    "comments_on_questions": Part(QuestionComment, "author", "written_at question_id text"),
    "comments_on_questions_resolved": Part(QuestionComment, "resolved_by", "resolved_at question_id"),
    "question_imports": Part(QuestionImport, "by", "started_at name state"),
    "history_imports": Part(HistoryImport, "by", "started_at name state"),
    "earlier_records_added": Part(EarlierRecord, "added_by", "added_at"),
    "signatories_saved": Part(SignatoryVersion, "created_by", "created_at signatory_id number"),
    "certificate_templates_saved": Part(TemplateVersion, "created_by", "created_at template_id number"),
    "corrections_decided": Part(CorrectionRequest, "decided_by", "decided_at state", excluded="asked_by"),
    "erasure_requests_decided": Part(ErasureRequest, "decided_by", "decided_at state", excluded="person"),
    "privacy_notices_published": Part(PrivacyNotice, "published_by", "published_at number"),
    "archives_asked_for": Part(Archive, "by", "requested_at languages state"),
    "comments_on_pages": Part(Comment, "user", "created_at page_id text"),
    "comments_on_pages_resolved": Part(Comment, "resolved_by", "resolved_at page_id"),
    "replies_to_comments_on_pages": Part(CommentReply, "user", "created_at comment_id text"),
    "acts_on_pages": Part(PageLogEntry, "user", "timestamp action page_id"),
    "acts_in_the_admin": Part(ModelLogEntry, "user", "timestamp action content_type"),
}
# Inside of other parts.
NESTED = {
    "assessments.Attempt.learner": "attempts", "assessments.Answer.attempt": "attempts",
    "assessments.Mark.answer": "attempts", "assessments.MarkCorrection.answer": "attempts",
    "certificates.Certificate.learner": "certificates", "certificates.CertificateEvent.certificate": "certificates",
    "certificates.Outbox.certificate": "certificates", "accounts.User_groups.user": "person",
}
_SAYS_NOTHING_MORE = "It links rows of the file to each other, or to whom it is about, and says nothing more."
_OF_THE_PAGE = "A state of a page that is being written; who did what is in acts_on_pages."
NOT_EXPORTED = {
    "accounts.User_user_permissions.user": "Rights are given by roles, which are in the file; nobody has others.",
    "account.EmailConfirmation.email_address": "A secret that is good for one mail.",
    "wagtailcore.APIToken.user": "A secret of which only a hash is kept; the platform gives none.",
    "certificates.Artifact.certificate": "The documents themselves, which the holder downloads at the certificate.",
    "certificates.Certificate.supersedes": _SAYS_NOTHING_MORE,
    "certificates.Certificate.renews": _SAYS_NOTHING_MORE,
    "certificates.CorrectionRequest.certificate": _SAYS_NOTHING_MORE,
    "courses.Enrolment.renews": _SAYS_NOTHING_MORE,
    "assessments.Completion.attempt": _SAYS_NOTHING_MORE,
    "wagtailadmin.EditingSession.user": "That a page is open in the editor at this moment; it is gone in a day.",
    "wagtailadmin.FormState.user": _OF_THE_PAGE,
    "wagtailcore.Revision.user": _OF_THE_PAGE,
    "wagtailcore.UploadedFile.uploaded_by_user": "A file between two steps of an upload; it is gone when it is saved.",
    "wagtailcore.WorkflowState.requested_by": _OF_THE_PAGE,
    "wagtailcore.TaskState.finished_by": _OF_THE_PAGE,
    "wagtailcore.Page.locked_by": _OF_THE_PAGE,
    "wagtailcore.Page.owner": _OF_THE_PAGE,
    "wagtailcore.PageSubscription.user": _OF_THE_PAGE,
    "wagtail_localize.StringTranslation.last_translated_by": _OF_THE_PAGE,
    "wagtail_localize.SegmentOverride.last_translated_by": _OF_THE_PAGE,
    "wagtaildocs.Document.uploaded_by_user": "A document of a course, which belongs to the institution.",
    "wagtailimages.Image.uploaded_by_user": "A picture of a course, which belongs to the institution.",
}


def export_person(*, person, now):
    """A JSON value (dates and decimals are left to DjangoJSONEncoder). One query a kind of row, whatever their number.
    Other people appear in it only by what they did to this person's data, never by name."""
    return {
        "format": FORMAT,
        "made_at": now,
        "person": {
            **_row(person, "public_id email given_names first_surname second_surname document_kind document_number sex "
                           "preferred_language is_active date_joined last_login"),
            "groups": list(person.groups.values_list("name", flat=True)),
        },
        "failed_sign_ins": [_row(each, "attempt_time ip_address failures_since_start")
                            for each in AccessAttempt.objects.filter(username=person.email)],
        **{name: _export(part, person) for name, part in OF_THE_PERSON.items()},
        "attempts": _export_attempts(person),
        "certificates": _export_certificates(person),
        **{name: _export(part, person) for name, part in BY_THE_PERSON.items()},
    }


def _export(part, person):
    rows = part.model.objects.filter(**{part.lookup: person})
    if relations := {name for name in map(_get_first, part.names.split()) if _is_relation(part.model, name)}:
        rows = rows.select_related(*relations)
    if part.excluded:
        rows = rows.exclude(**{part.excluded: person})
    return [_row(each, part.names) for each in rows]


def _get_first(name):
    return name.partition(".")[0]


def _is_relation(model, name):
    """Not of ``course_id``, for which no other row is needed."""
    field = model._meta.get_field(name)
    return field.is_relation and field.name == name


def _export_attempts(person):
    """Of each answer what was given, not whether it was right: other attempts may still be made."""
    attempts = Attempt.objects.filter(learner=person).prefetch_related(
        "answers__marks", "answers__mark_corrections")
    return [
        {**_row(each, "id activity number started_at submitted_at graded_at score maximum passed"),
         "answers": [{**_row(answer, "position response saved_at language"),
                      "comments": [mark.comment for mark in answer.marks.all() if mark.comment and each.graded_at],
                      "mark_corrections": [_row(kept, "at reason") for kept in answer.mark_corrections.all()]}
                     for answer in each.answers.all()]}
        for each in attempts]


def _export_certificates(person):
    certificates = Certificate.objects.filter(learner=person).prefetch_related("events", "outbox")
    return [
        {**_row(each, "folio version code kind state issued_at expires_at ended_at reason shared_at snapshot"),
         "history": [_row(event, "action at") for event in each.events.all()],
         "mails": [_row(work, "kind done_at") for work in each.outbox.all() if work.stage == Outbox.STAGE_OF_MAILS]}
        for each in certificates]


def _row(thing, names):
    row = {}
    for name in names.split():
        value = thing
        for part in name.split("."):
            value = getattr(value, part)
        row[name.replace(".", "_")] = str(value) if isinstance(value, Model) else value
    return row
