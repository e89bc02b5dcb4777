"""From what a learner did to progress, and from the last thing missing to the certificate, in one transaction."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from assessments import attempts
from assessments.completion import record_completion
from assessments.models import Attempt, Completion
from assessments.surveys import add_answers
from certificates.issuing import get_certificate
from certificates.models import Certificate
from certificates.validity import get_day, start_of_day
from courses.certifying import certify
from courses.models import ActivityVisit, CoursePage, Enrolment, ModulePage, QuizPage
from courses.outline import get_required_activities
from courses.parallel_forms import take_form
from lms.accounts.organising import get_assignment
from lms.kept_queries import kept_query

SEEN_INTERVAL = timedelta(minutes=5)


class AlreadyAnswered(Exception):
    """The person has answered this survey; the first answers count, and cannot be found again."""


class EditionClosed(Exception):
    """The edition is over: its pages can be read, but nothing more is recorded."""


def is_closed(enrolment, now):
    edition = enrolment.edition
    return bool((edition.closes_at and now >= edition.closes_at) or (edition.opens_at and now < edition.opens_at))


def record_visit(*, enrolment, item, language, now):
    """Remember that ``enrolment`` is at ``item`` of its outline, in which language, so that «continue» leads here, and
    that it has begun. Writes only when something changed or the last trace is older than SEEN_INTERVAL."""
    activity = item.key
    if item.state == "todo":
        ActivityVisit.objects.bulk_create([ActivityVisit(enrolment=enrolment, activity_id=activity, first_seen_at=now)],
                                          ignore_conflicts=True)
        item.state = "started"
    moved = (enrolment.last_activity_id, enrolment.last_language) != (activity, language)
    if moved or enrolment.last_seen_at is None or now - enrolment.last_seen_at > SEEN_INTERVAL:
        enrolment.last_activity_id, enrolment.last_language, enrolment.last_seen_at = activity, language, now
        enrolment.save(update_fields=["last_activity", "last_language", "last_seen_at"])


def save_position(*, enrolment, activity, block, percent_read, media_second, now):
    """Remember the place inside an activity. ``percent_read`` never goes down; the block and the second do."""
    visit, created = ActivityVisit.objects.get_or_create(
        enrolment=enrolment, activity_id=activity,
        defaults={"first_seen_at": now, "block": block, "percent_read": percent_read, "media_second": media_second})
    if not created:
        visit.block = block or visit.block
        visit.percent_read = max(visit.percent_read, percent_read)
        visit.media_second = visit.media_second if media_second is None else media_second
        visit.save(update_fields=["block", "percent_read", "media_second"])
    return visit


def _get_locked(**which):
    """Enrolments, for this transaction alone. Whoever writes an attempt locks its enrolment first."""
    return Enrolment.objects.select_for_update(of=("self",)).select_related("edition", "learner").filter(**which)


@kept_query
def _lock(pk):
    return _get_locked(pk=pk)


@kept_query
def _lock_by_attempt(attempt, learner):
    return _get_locked(pk__in=Attempt.objects.filter(pk=attempt, learner=learner).values("enrolment"))


@transaction.atomic
def complete_lesson(*, enrolment, activity, now):
    """Record that a lesson is done, once. Returns the Certificate when that completed the course, else None.
    Raises EditionClosed."""
    enrolment = _lock.get(enrolment.pk)
    if is_closed(enrolment, now):
        raise EditionClosed
    record_completion(learner=enrolment.learner, enrolment=enrolment.pk, activity=activity, at=now)
    return _complete_course_if_done(enrolment, now)


@transaction.atomic
def answer_survey(*, enrolment, activity, version, answers, now):
    """Add the answers of a learner to a survey of the course and, apart from them, record that it is done, on which day
    and not when. Returns the Certificate when that completed the course, else None. Raises EditionClosed,
    AlreadyAnswered and AnswerRefused."""
    enrolment = _lock.get(enrolment.pk)
    if is_closed(enrolment, now):
        raise EditionClosed
    if Completion.objects.filter(enrolment=enrolment.pk, activity=activity).exists():
        raise AlreadyAnswered
    add_answers(survey=activity, edition=enrolment.edition_id, version=version, answers=answers)
    record_completion(learner=enrolment.learner, enrolment=enrolment.pk, activity=activity,
                      at=max(start_of_day(get_day(now)), enrolment.enrolled_at))
    return _complete_course_if_done(enrolment, now)


def start_attempt(*, enrolment, activity, rules, now, rng=None, honour_accepted=False):
    """The open attempt at a quiz, or a new one. Raises EditionClosed and what attempts.start_attempt raises of a new
    one: NoAttemptsLeft, QuizNotOpen, QuizClosed, AttemptTooSoon, HonourNotAccepted, QuizHasNoQuestions."""
    try:
        return _start_attempt(enrolment.pk, activity, rules, now, rng, honour_accepted)
    except attempts.TimeIsUp:
        for overdue in Attempt.objects.open().filter(enrolment=enrolment.pk, activity=activity):
            close_if_overdue(attempt_id=overdue.pk, now=now)
        return _start_attempt(enrolment.pk, activity, rules, now, rng, honour_accepted)


@transaction.atomic
def _start_attempt(enrolment_id, activity, rules, now, rng, honour_accepted):
    enrolment = _lock.get(enrolment_id)
    if is_closed(enrolment, now):
        raise EditionClosed
    if rules.forms:
        rules = rules.choose_form(take_form(enrolment=enrolment, measure=rules.measure))
    return attempts.start_attempt(learner=enrolment.learner, enrolment=enrolment.pk, activity=activity, rules=rules,
                                  now=now, rng=rng, honour_accepted=honour_accepted)


class HandedIn(NamedTuple):
    """``error``: the class of what attempts.submit_attempt had to say; ``saved``: what became of the last changes."""

    attempt: Attempt
    error: type | None
    certificate: Certificate | None
    saved: attempts.Saved


@transaction.atomic
def submit(*, attempt_id, learner, changes, now):
    """Hand in an attempt: grade, record, and complete the course when nothing is left, all or nothing.

    Returns a HandedIn. Raises Enrolment.DoesNotExist for somebody else's attempt."""
    enrolment = _lock_by_attempt.get(attempt_id, learner.pk)
    attempt, error, saved = attempts.submit_attempt(attempt_id=attempt_id, learner=learner, changes=changes, now=now)
    return HandedIn(attempt, error, _record_attempt(enrolment, attempt, now), saved)


@transaction.atomic
def close_if_overdue(*, attempt_id, now):
    """Close an attempt whose time has passed, with everything that follows from it. Returns the attempt."""
    enrolment = _get_locked(pk__in=Attempt.objects.filter(pk=attempt_id).values("enrolment")).get()
    attempt = attempts.close_overdue_attempt(attempt_id=attempt_id, now=now)
    if not attempt.is_open:
        _record_attempt(enrolment, attempt, now)
    return attempt


def save_answers(*, attempt_id, learner, changes, now, check=None):
    """As attempts.save_answers; an attempt that this finds overdue is also recorded."""
    try:
        # TimeIsUp undoes the closing, so that grading and what follows from it happen together or not at all.
        with transaction.atomic():
            return attempts.save_answers(attempt_id=attempt_id, learner=learner, changes=changes, now=now, check=check)
    except attempts.TimeIsUp:
        close_if_overdue(attempt_id=attempt_id, now=now)
        raise


@transaction.atomic
def record_graded_attempt(*, attempt, now):
    """What follows from an attempt that was graded later than it was handed in: marked by a person, or graded again.
    Safe to repeat. Returns the Certificate when the course is complete, else None."""
    enrolment = _lock.get(attempt.enrolment)
    # Also when it was not passed: the course may have waited for it.
    return _record_attempt(enrolment, attempt, now) or _complete_course_if_done(enrolment, now)


def _record_attempt(enrolment, attempt, now):
    if not attempt.passed and attempt.rules.get("measure") != QuizPage.Measure.PRE:
        return None
    record_completion(learner=enrolment.learner, enrolment=enrolment.pk, activity=attempt.activity,
                      at=attempt.submitted_at, attempt=attempt)
    return _complete_course_if_done(enrolment, now)


def _complete_course_if_done(enrolment, now):
    """Freeze the facts and issue the certificate when nothing is left, nor an attempt that waits for a person: its
    grade may count. The existing certificate when that happened before."""
    if enrolment.completed_at:
        return get_certificate(award=enrolment.pk)
    required = get_required_activities(enrolment.edition.course_id)
    done = dict(Completion.objects.filter(enrolment=enrolment.pk).values_list("activity", "attempt_id"))
    if not required or required.keys() - done.keys():
        return None
    counting = [activity for activity, weight in required.items() if weight]
    waiting = Attempt.objects.filter(submitted_at__isnull=False, graded_at__isnull=True)
    if waiting.filter(enrolment=enrolment.pk, activity__in=counting).exists():
        return None
    freeze_facts(enrolment=enrolment, required=required, now=now)
    return certify(enrolment=enrolment, now=now)


def compute_percentage(*, enrolment, required):
    """The grade of a course in exact per cent (Fraction): the mean of its quizzes by weight, or None when no quiz
    counts. ``required`` as get_required_activities returns it.

    Of a quiz counts the attempt that QuizPage.counting says: the best, the last, the first, or the average of all that
    are graded; one never taken counts nothing. This makes the grade only: the first attempt that passes completes the
    quiz once and for ever, whatever is the grade of the others."""
    weights = {activity: weight for activity, weight in required.items() if weight}
    if not weights:
        return None
    counting = get_counting(weights)
    fractions = defaultdict(list)
    graded = Attempt.objects.filter(enrolment=enrolment.pk, activity__in=weights, graded_at__isnull=False)
    for activity, score, maximum in graded.order_by("number").values_list("activity", "score", "maximum"):
        fractions[activity].append(Fraction(score) / Fraction(maximum) if maximum else Fraction(0))
    earned = sum(count_attempts(fractions[activity], counting[activity]) * weight
                 for activity, weight in weights.items())
    return earned * 100 / sum(weights.values())


def count_attempts(fractions, counting):
    """What the attempts at a quiz are worth together: of their Fractions, in order, the one that QuizPage.counting
    says; 0 for none."""
    if not fractions:
        return Fraction(0)
    return {
        QuizPage.Counting.BEST: max(fractions),
        QuizPage.Counting.LAST: fractions[-1],
        QuizPage.Counting.FIRST: fractions[0],
        QuizPage.Counting.AVERAGE: sum(fractions) / len(fractions),
    }[counting]


def get_counting(activities):
    """{activity: QuizPage.counting} of quizzes."""
    pages = QuizPage.objects.filter(translation_key__in=activities, locale__language_code=settings.LANGUAGE_CODE)
    return dict(pages.values_list("translation_key", "counting"))


def freeze_facts(*, enrolment, required, now):
    """Write on the enrolment what holds at its completion (saved). Lists and certificates use these facts for ever."""
    fill_in_facts(enrolment=enrolment, required=required, now=now)
    if enrolment.renews_id:
        enrolment.hours = 0  # the hours of the course were counted when it was first completed
    enrolment.save()


def fill_in_facts(*, enrolment, required, now):
    """As freeze_facts, of which this is the part that saves nothing."""
    pages = CoursePage.objects.filter(translation_key=enrolment.edition.course_id).select_related("locale")
    by_language = {page.locale.language_code: page for page in pages}
    source = by_language[settings.LANGUAGE_CODE]
    assignment = get_assignment(user=enrolment.learner, day=get_day(now))
    organisation = assignment and assignment.organisation
    chain = [*organisation.get_ancestors(), organisation] if organisation else []
    territory = next((node.territory for node in reversed(chain) if node.territory_id), None)
    percentage = compute_percentage(enrolment=enrolment, required=required)

    enrolment.completed_at = now
    enrolment.organisation, enrolment.territory = organisation, territory
    enrolment.staff_type = assignment.staff_type if assignment else "not_stated"
    enrolment.sex = enrolment.learner.sex
    enrolment.hours, enrolment.hours_kind = source.hours, source.hours_kind
    enrolment.percentage = None if percentage is None else attempts.to_decimal(percentage)
    enrolment.facts = {
        "titles": {language: page.title for language, page in by_language.items()},
        "institution": chain[0].name if chain else "",
        "unit": " / ".join(node.name for node in chain[1:]),
        "organisation": organisation.name if organisation else "",
        "territory": territory.name if territory else "",
        "country": territory.country_code if territory else "",
        "position": assignment.position if assignment else "",
        "edition": enrolment.edition.name,
        "modality": source.modality,
        "rule": _name_rule(required),
        "grade_scale": enrolment.edition.grade_scale,
        "exigency": f"{enrolment.edition.exigency.normalize():f}",
        "pass_mark": _get_pass_mark(required),
        "modules": _get_module_titles(by_language.values()),
    }


def _name_rule(required):
    """How the percentage was counted: ``weighted_mean_of_best_attempts``, or ``weighted_mean_of_attempts`` when not all
    quizzes that count have the same rule."""
    rules = set(get_counting([activity for activity, weight in required.items() if weight]).values())
    return f"weighted_mean_of_{rules.pop()}_attempts" if len(rules) == 1 else "weighted_mean_of_attempts"


def _get_pass_mark(required):
    """The pass mark (text, per cent) of the quizzes that count, or an empty text when they differ or none counts."""
    counting = [activity for activity, weight in required.items() if weight]
    marks = set(QuizPage.objects.filter(translation_key__in=counting, locale__language_code=settings.LANGUAGE_CODE)
                .values_list("pass_mark", flat=True))
    return str(marks.pop()) if len(marks) == 1 else ""


def _get_module_titles(course_pages):
    """One {language: title} for each module, in the order of the course."""
    titles = {}
    for page in course_pages:
        for module in ModulePage.objects.child_of(page).live().select_related("locale").order_by("path"):
            titles.setdefault(module.translation_key, {})[module.locale.language_code] = module.title
    return list(titles.values())
