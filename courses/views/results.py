"""The result of an attempt."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from assessments.attempts import AttemptError, AttemptTooSoon, QuizNotOpen, check_start, find_attempts
from assessments.presenting import review_questions
from certificates.issuing import get_certificate
from courses.enrolling import find_enrolment
from courses.models import QuizPage
from courses.outline import get_course_path, get_outline
from courses.quizzes import get_rules
from courses.time_zones import describe_moment
from courses.views.access import get_course_above
from courses.views.own_attempts import close_if_overdue, get_own_attempt, get_quiz
from courses.views.refusals import explain_refusal


@login_required
@never_cache
@require_GET
def result(request, attempt_id):
    attempt = close_if_overdue(get_own_attempt(request, attempt_id))
    if attempt.is_open:
        return redirect("attempt", attempt.pk)
    page = get_quiz(attempt.activity)
    enrolment = find_enrolment.get(attempt.enrolment)
    outline = get_outline(course_path=get_course_path(page.path), enrolment=enrolment, current=attempt.activity)
    retry = get_retry(attempt, enrolment, page)
    shown_at = get_moment_of_answers(attempt)
    is_pre_test = attempt.rules.get("measure") == QuizPage.Measure.PRE
    is_held_back = is_pre_test or (shown_at is not None and timezone.now() < shown_at)
    show_key = not is_held_back and shows_key(attempt, retry)
    return TemplateResponse(request, "courses/result.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page), "outline": outline,
        "edition": enrolment.edition, "total": len(attempt.form),
        "questions": [] if is_held_back else review_questions(attempt, show_key=show_key),
        "shown_at": describe_moment(shown_at, enrolment.edition.time_zone) if is_held_back and shown_at else "",
        "percentage": attempt.percentage, "passed": attempt.passed, "pass_mark": attempt.pass_mark,
        "next_item": outline.get_next_to_do(after=attempt.activity) if attempt.passed or is_pre_test else None,
        "is_pre_test": is_pre_test,
        "certificate": get_certificate(award=enrolment.pk) if enrolment.completed_at else None,
        "can_retry": retry.is_possible and attempt.is_graded and not attempt.passed and not is_pre_test,
        "attempts_left": retry.left, "retry_refusal": retry.refusal,
        "show_key": show_key})


class Retry(NamedTuple):
    """Whether there may be another attempt. ``left``: how many, None without a limit; ``refusal``: why not yet."""

    is_possible: bool
    left: int | None = None
    refusal: str = ""


def get_retry(attempt, enrolment, page):
    """The Retry after an attempt that was handed in. Once the course is completed, another changes nothing."""
    if not page.live or enrolment.completed_at:
        return Retry(is_possible=False)
    rules = get_rules(page, enrolment=enrolment)
    attempts = find_attempts(attempt.enrolment, attempt.activity)
    left = max(rules.attempts_allowed - len(attempts), 0) if rules.attempts_allowed else None
    try:
        if all(each.submitted_at for each in attempts):
            check_start(rules=rules, attempts=attempts, now=timezone.now())
    except (AttemptTooSoon, QuizNotOpen) as error:
        refusal = explain_refusal(error, edition=enrolment.edition, study_hint=page.study_hint)
        return Retry(is_possible=True, left=left, refusal=refusal)
    except AttemptError:
        return Retry(is_possible=False, left=left)
    return Retry(is_possible=True, left=left)


def get_moment_of_answers(attempt):
    """When the answers are shown one by one, where the trainer chose «after the test has closed» and it closes."""
    if attempt.rules.get("feedback") != "closed" or not attempt.rules.get("closes_at"):
        return None
    return parse_datetime(attempt.rules["closes_at"])


def shows_key(attempt, retry):
    """Is the key shown with the answers? At the end, when it can no longer be used: also who has passed may try for a
    better grade. Always where the trainer chose to show it after each answer, or after all have ended."""
    if attempt.rules.get("feedback") == "now" or get_moment_of_answers(attempt):
        return True
    return attempt.is_graded and not retry.is_possible
