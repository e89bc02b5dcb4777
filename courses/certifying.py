"""What a completed course or learning path puts on a certificate."""

from decimal import Decimal

from django.conf import settings

from certificates import ending
from certificates.grades import SCALES, local_grade
from certificates.issuing import get_certificate, issue_certificate
from certificates.models import Certificate
from certificates.snapshot import Snapshot
from certificates.templates import for_issue
from certificates.validity import get_day, get_last_day, may_be_renewed
from courses.models import Enrolment, LearningPath, PathAward
from lms.accounts.identity import mask
from lms.accounts.models import User

LOCAL_SCALES = {"CL": "chile"}  # by country; where nothing is agreed, the percentage says it alone
MINUTES = {"chronological": 60, "pedagogical": 45}


def certify(*, enrolment, now):
    """Issue the certificate of an enrolment that was just completed, and those of the learning paths that are complete
    with it. Call it last in the transaction of the completion. Returns the Certificate of the course."""
    paths = list(LearningPath.objects.offered().filter(steps__course=enrolment.edition.course_id))
    if paths:
        # Who completes two courses at the same moment completes the path once: the second sees what the first did.
        User.objects.select_for_update(no_key=True).get(pk=enrolment.learner_id)
    certificate = _certify_course(enrolment, now)
    for path in paths:
        certify_path(path=path, learner=enrolment.learner, now=now)
    return certificate


def _certify_course(enrolment, now):
    earlier = _get_earlier(enrolment)
    version, printed = for_issue(enrolment.edition.certificate_template)
    last_day = get_last_day(from_day=get_day(enrolment.completed_at), earlier=earlier,
                            months=enrolment.edition.certificate_valid_months)
    snapshot = build_snapshot(enrolment, expires_on=last_day, **printed)
    kind = Certificate.Kind.ATTENDANCE if enrolment.percentage is None else Certificate.Kind.APPROVAL
    if earlier:
        return ending.renew(certificate=earlier, award=enrolment.pk, kind=kind, snapshot=snapshot, now=now,
                            template_version=version)
    return issue_certificate(learner=enrolment.learner, award=enrolment.pk, kind=kind, snapshot=snapshot, now=now,
                             template_version=version)


def _get_earlier(enrolment):
    """The certificate that this completion renews: the last one of the learner in this course that expires, if any."""
    others = Enrolment.objects.filter(learner=enrolment.learner_id, edition__course=enrolment.edition.course_id)
    expiring = Certificate.objects.issued().of_completion().filter(
        award__in=others.exclude(pk=enrolment.pk).values("pk"), expires_at__isnull=False)
    return expiring.order_by("-cycle").first()


def get_first(enrolment):
    """The enrolment in which the course was first completed, of one that renews its certificate."""
    while enrolment.renews_id:
        enrolment = enrolment.renews
    return enrolment


def get_local_grade(*, percentage, facts):
    """(grade, rule) for a certificate, on the scale of the edition; on that of the country where the person worked when
    the edition says so. (None, "") where no scale with numbers applies."""
    scale, pass_mark = facts.get("grade_scale", "local"), facts.get("exigency")
    if scale == "local":
        scale, pass_mark = LOCAL_SCALES.get(facts["country"]), facts["pass_mark"]
    if percentage is None or not pass_mark or scale not in SCALES:
        return None, ""
    grade = local_grade(percentage, scale=scale, pass_mark=Decimal(pass_mark))
    return (None, "") if grade.value is None else (grade.value, grade.rule)


def build_snapshot(enrolment, **more):
    """The certificate's Snapshot from the frozen facts of a completed enrolment. ``more``: other fields of it.

    A renewal says from when to when the course was taken in all, with the hours of the first time."""
    facts, first = enrolment.facts, get_first(enrolment)
    language = get_language_of(enrolment.learner, facts["titles"])
    grade, rule = get_local_grade(percentage=enrolment.percentage, facts=facts)
    return Snapshot(**{
        **describe_holder(enrolment),
        "course": facts["titles"],
        "edition": facts["edition"],
        "hours": first.hours,
        "hours_kind": first.hours_kind,
        "modality": facts["modality"],
        "started_on": get_day(first.enrolled_at),
        "completed_on": get_day(enrolment.completed_at),
        # who only passes or not is not compared by numbers
        "percentage": None if facts.get("grade_scale") == "pass_fail" else enrolment.percentage,
        "grade": grade,
        "grade_rule": rule,
        "contents": [title for title in facts["modules"] if language in title],
        "language": language,
        **more,
    })


def describe_holder(enrolment):
    """The fields of a Snapshot that say who it is and where the person worked, as frozen on ``enrolment``."""
    learner, facts = enrolment.learner, enrolment.facts
    return {
        "holder": learner.get_full_name(), "identity_kind": learner.document_kind,
        "identity_masked": mask(learner.document_number), "organisation": facts["institution"],
        "commune": facts["territory"], "staff_type": enrolment.staff_type, "issuer": settings.CERTIFICATE_ISSUER}


def get_language_of(learner, titles):
    return learner.preferred_language if titles.get(learner.preferred_language) else settings.LANGUAGE_CODE


# --- Learning paths ---------------------------------------------------------------------------------------------------


def certify_path(*, path, learner, now):
    """The certificate of ``path``: issued when each of its courses has a certificate that is valid now, once; the next
    cycle when the one it has is about to expire or has expired. Returns the Certificate it has, or None.

    Call it in a transaction that holds the lock of the learner (no other completes a course meanwhile)."""
    completed = get_valid_completions(path=path, learner=learner, now=now)
    award = PathAward.objects.filter(path=path, learner=learner).first()
    existing = get_certificate(award=award.pk) if award else None
    if completed is None or (existing and not may_be_renewed(existing, now)):
        return existing
    if award is None:
        award = PathAward.objects.create(path=path, learner=learner, completed_at=now)
    version, printed = for_issue(path.certificate_template)
    last_day = get_last_day(from_day=get_day(now), months=path.certificate_valid_months, earlier=existing)
    snapshot = _build_path_snapshot(path, completed, now, expires_on=last_day, **printed)
    if existing:
        return ending.renew(certificate=existing, award=award.pk, kind=Certificate.Kind.PATH, snapshot=snapshot,
                            now=now, template_version=version)
    return issue_certificate(learner=learner, award=award.pk, kind=Certificate.Kind.PATH, snapshot=snapshot, now=now,
                             template_version=version)


def get_valid_completions(*, path, learner, now):
    """The last completed Enrolment of ``learner`` in each course of ``path``, in its order; None unless each course has
    one with a certificate that is valid at ``now``."""
    courses = list(path.steps.order_by("sort_order").values_list("course", flat=True))
    enrolments = Enrolment.objects.completed().filter(learner=learner, edition__course__in=courses)
    enrolments = list(enrolments.select_related("edition", "learner").order_by("completed_at"))
    certificates = Certificate.objects.issued().of_completion().filter(award__in=[each.pk for each in enrolments])
    valid = {each.award for each in certificates if not each.is_expired(now)}
    last = {each.edition.course_id: each for each in enrolments if each.pk in valid}
    return [last[course] for course in courses] if courses and last.keys() == set(courses) else None


def _build_path_snapshot(path, completed, now, **more):
    firsts = [get_first(enrolment) for enrolment in completed]
    latest = max(completed, key=lambda each: each.completed_at)
    language = get_language_of(latest.learner, path.titles)
    kinds, modes = {each.hours_kind for each in firsts}, {each.facts["modality"] for each in completed}
    # Hours of two kinds are added up in that of the clock.
    kind = kinds.pop() if len(kinds) == 1 else "chronological"
    hours = sum(each.hours * MINUTES[each.hours_kind] / MINUTES[kind] for each in firsts)
    return Snapshot(**{
        **describe_holder(latest),
        "course": path.titles,
        "hours": hours,
        "hours_kind": kind,
        "modality": modes.pop() if len(modes) == 1 else "blended",
        "started_on": min(get_day(each.enrolled_at) for each in firsts),
        "completed_on": get_day(latest.completed_at),
        "contents": [
            {**_fill(each.facts["titles"], language),
             **({"hours": f"{first.hours:f}", "hours_kind": first.hours_kind} if first.hours else {})}
            for each, first in zip(completed, firsts, strict=True)],
        "language": language,
        **more,
    })


def _fill(titles, language):
    """``titles`` with one in ``language``, which a course may not have."""
    return titles if titles.get(language) else {**titles, language: titles[settings.LANGUAGE_CODE]}
