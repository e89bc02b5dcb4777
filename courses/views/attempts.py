"""Taking a test. Every post saves first and then does what was asked; every answer to a post is a redirect, so a page
loaded again hands in nothing twice."""

from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.attempts import (
    AttemptClosed,
    AttemptError,
    Change,
    TimeIsUp,
    get_fingerprint,
    get_items,
    get_responses,
)
from assessments.kinds import get_kind
from assessments.models import Attempt
from assessments.presenting import present_questions, review_questions
from certificates.models import Certificate
from courses import progress
from courses.enrolling import get_enrolment
from courses.models import Enrolment, QuizPage
from courses.outline import get_course_path, get_outline
from courses.quizzes import get_rules
from courses.views.access import get_course_above
from courses.views.refusals import explain_refusal
from lms.page_tree import remembered
from lms.routing import get_page_url

LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]


def read_changes(attempt, post):
    """The Changes that a posted attempt form holds: of the questions that its page showed."""
    return [Change(position=position, before=post[f"before{position}"],
                   response=get_kind(item["kind"]).read(post, f"q{position}", item))
            for position, item in enumerate(get_items(attempt)) if f"before{position}" in post]


class QuizNode(NamedTuple):
    """What the pages of an attempt say of its quiz."""

    translation_key: UUID
    title: str
    url_path: str
    path: str
    live: bool
    attempts_allowed: int


@remembered
def _get_quiz_nodes(activity):
    pages = QuizPage.objects.filter(translation_key=activity)
    return {language: QuizNode(*values)
            for language, *values in pages.values_list("locale__language_code", *QuizNode._fields)}


def get_quiz_node(activity):
    """The QuizNode in the active language, else in the first; live or not, because an attempt that runs goes on when
    its page is withdrawn. Raises Http404."""
    nodes = _get_quiz_nodes(activity)
    node = nodes.get(get_language()) or nodes.get(settings.LANGUAGE_CODE)
    if node is None:
        raise Http404
    return node


def get_own_attempt(request, attempt_id):
    """Raises Http404 for somebody else's, the same as for none."""
    return get_object_or_404(Attempt, pk=attempt_id, learner=request.user)


@login_required
@require_POST
def start(request, activity):
    node = get_quiz_node(activity)
    enrolment = get_enrolment(learner=request.user, course=get_course_above(node).translation_key)
    if enrolment is None or not node.live:
        raise Http404
    page = QuizPage.objects.get(path=node.path)
    try:
        attempt = progress.start_attempt(
            enrolment=enrolment, activity=activity, rules=get_rules(page, enrolment=enrolment), now=timezone.now(),
            honour_accepted="honour" in request.POST)
    except (AttemptError, progress.EditionClosed) as error:
        messages.error(request, explain_refusal(error, edition=enrolment.edition, study_hint=page.study_hint))
        return redirect(get_page_url(page.url_path))
    return redirect("attempt", attempt.pk)


@login_required
@never_cache
def take(request, attempt_id):
    attempt = get_own_attempt(request, attempt_id)
    if request.method == "POST":
        return _take_post(request, attempt)
    attempt = _close_if_overdue(attempt)
    if not attempt.is_open:
        return redirect("result", attempt.pk)
    page = get_quiz_node(attempt.activity)
    questions = present_questions(attempt)
    is_saved = any(question.is_answered for question in questions)
    return TemplateResponse(request, "courses/attempt.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page), "questions": questions,
        "total": len(attempt.form), "scripts": get_scripts(questions),
        "switch_form": "attempt-form", "remaining_seconds": get_remaining_seconds(attempt),
        "saved_message": _("Your answers are saved.") if is_saved else _("Nothing to save yet.")})


def get_scripts(questions):
    """The scripts of a page with these Questions, each once; the saving one first, so that the others find the answers
    that it restored."""
    return dict.fromkeys(["js/attempt.js", *(script for question in questions for script in question.kind.scripts)])


def get_remaining_seconds(attempt):
    """Whole seconds to the deadline, never negative; None without one."""
    if attempt.deadline is None:
        return None
    return max(int((attempt.deadline - timezone.now()).total_seconds()), 0)


def _close_if_overdue(attempt):
    if attempt.is_open and attempt.deadline and timezone.now() > attempt.deadline:
        return progress.close_if_overdue(attempt_id=attempt.pk, now=timezone.now())
    return attempt


def _take_post(request, attempt):
    action = request.POST.get("action", "save")
    language = request.POST.get("language")
    try:
        changes = read_changes(attempt, request.POST)
        if action == "submit" and language not in LANGUAGE_CODES:
            return _submit(request, attempt, changes)
        saved = progress.save_answers(attempt_id=attempt.pk, learner=request.user, changes=changes,
                                      now=timezone.now())
    except (AttemptClosed, TimeIsUp) as error:
        messages.warning(request, explain(error))
        return redirect("result", attempt.pk)
    if saved.overtaken:
        messages.info(request, explain_overtaken(saved.overtaken))
    if saved.refused:
        messages.error(request, explain_refused(saved.refused))
    if language in LANGUAGE_CODES:
        return redirect(translate_url(reverse("attempt", args=[attempt.pk]), language))
    if action == "review":
        return redirect("review_attempt", attempt.pk)
    messages.success(request, _("Your answers are saved."))
    return redirect("attempt", attempt.pk)


def _submit(request, attempt, changes):
    _attempt, error, _certificate = progress.submit(attempt_id=attempt.pk, learner=request.user, changes=changes,
                                                    now=timezone.now())
    if error:
        messages.warning(request, explain(error()))
    return redirect("result", attempt.pk)


def explain(error):
    if isinstance(error, TimeIsUp):
        return _("The time was up before these answers arrived, so they were not counted. Everything that was saved in "
                 "time was graded; this is the result.")
    return _("This attempt had already been handed in, so nothing was changed. This is its result.")


def explain_overtaken(positions):
    numbers = ", ".join(str(position + 1) for position in positions)
    return ngettext(
        "Question %(numbers)s had been answered differently in another window. The answer sent last is the one saved.",
        "Questions %(numbers)s had been answered differently in another window. The answers sent last are the ones "
        "saved.", len(positions)) % {"numbers": numbers}


def explain_refused(positions):
    numbers = ", ".join(str(position + 1) for position in positions)
    return ngettext("The answer to question %(numbers)s could not be read and was not saved; please give it again.",
                    "The answers to questions %(numbers)s could not be read and were not saved; please give them "
                    "again.",
                    len(positions)) % {"numbers": numbers}


@login_required
@require_POST
def autosave(request, attempt_id):
    """Save by script. JSON: ``{"state": "saved"|"refused"|"closed"|"late", "message": …, "before": {position:
    fingerprint of what is saved now}, "url": …}``; 200 when saved, 400 when an answer was none of ours (the others were
    saved), 409 when the attempt is over."""
    attempt = get_own_attempt(request, attempt_id)
    now = timezone.now()
    changes = read_changes(attempt, request.POST)
    try:
        saved = progress.save_answers(attempt_id=attempt.pk, learner=request.user, changes=changes, now=now)
    except (AttemptClosed, TimeIsUp) as error:
        return JsonResponse({"state": "late" if isinstance(error, TimeIsUp) else "closed", "message": explain(error),
                             "url": reverse("result", args=[attempt.pk])}, status=409)
    message = _("Saved at %(time)s.") % {"time": date_format(timezone.localtime(now), "H:i:s")}
    if saved.overtaken:
        message = f"{message} {explain_overtaken(saved.overtaken)}"
    if saved.refused:
        message = explain_refused(saved.refused)
    responses = get_responses(attempt)
    return JsonResponse({
        "state": "refused" if saved.refused else "saved", "message": message, "saved_at": now.isoformat(),
        "remaining": get_remaining_seconds(attempt),
        "before": {change.position: get_fingerprint(responses.get(change.position)) for change in changes},
    }, status=400 if saved.refused else 200)


@login_required
@never_cache
@require_GET
def review(request, attempt_id):
    """What is answered and what is not, before handing in."""
    attempt = _close_if_overdue(get_own_attempt(request, attempt_id))
    if not attempt.is_open:
        return redirect("result", attempt.pk)
    page = get_quiz_node(attempt.activity)
    responses = get_responses(attempt)
    unanswered = [position + 1 for position in range(len(attempt.form)) if not responses.get(position)]
    return TemplateResponse(request, "courses/attempt_review.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page), "unanswered": unanswered,
        "answered": len(attempt.form) - len(unanswered), "total": len(attempt.form)})


@login_required
@never_cache
@require_GET
def result(request, attempt_id):
    attempt = _close_if_overdue(get_own_attempt(request, attempt_id))
    if attempt.is_open:
        return redirect("attempt", attempt.pk)
    page = get_quiz_node(attempt.activity)
    enrolment = Enrolment.objects.select_related("edition").get(pk=attempt.enrolment)
    outline = get_outline(course_path=get_course_path(page.path), enrolment=enrolment, current=attempt.activity)
    used = Attempt.objects.filter(enrolment=attempt.enrolment, activity=attempt.activity).count()
    left = max(page.attempts_allowed - used, 0) if page.attempts_allowed else None
    can_retry = page.live and left != 0 and not enrolment.completed_at
    # The key is shown when it can no longer be used.
    show_key = bool(attempt.passed or not can_retry)
    return TemplateResponse(request, "courses/result.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page), "outline": outline,
        "questions": review_questions(attempt, show_key=show_key), "total": len(attempt.form),
        "percentage": attempt.percentage, "passed": attempt.passed, "pass_mark": attempt.pass_mark,
        "next_item": outline.get_next_to_do(after=attempt.activity) if attempt.passed else None,
        "certificate": Certificate.objects.filter(award=enrolment.pk).first() if enrolment.completed_at else None,
        "can_retry": can_retry, "attempts_left": left,
        "show_key": show_key})
