"""Taking a test. Every post saves first and then does what was asked; every answer to a post is a redirect, so a page
loaded again hands in nothing twice."""

import json
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from assessments.attempts import (
    AttemptClosed,
    AttemptError,
    TimeIsUp,
    find_answers,
    get_answer_state,
    get_fingerprint,
    get_items,
    get_responses,
)
from assessments.kinds import get_kind
from assessments.presenting import present_questions
from assessments.stamps import describe_stamps
from courses import progress
from courses.enrolling import get_enrolment
from courses.quizzes import get_rules
from courses.views.access import get_course_above
from courses.views.own_attempts import close_if_overdue, get_own_attempt, get_quiz
from courses.views.posted_answers import explain_end, explain_saved, find_go, read_changes, read_number
from courses.views.refusals import explain_refusal
from lms.routing import get_page_url

LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]


@login_required
@require_POST
def start(request, activity):
    page = get_quiz(activity)
    enrolment = get_enrolment(learner=request.user, course=get_course_above(page).translation_key, now=timezone.now())
    if enrolment is None or not page.live:
        raise Http404
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
    attempt = close_if_overdue(attempt)
    if not attempt.is_open:
        return redirect("result", attempt.pk)
    page = get_quiz(attempt.activity)
    answers = find_answers(attempt.pk)
    responses = {answer.position: answer.response for answer in answers}
    number = get_number(attempt, responses, request.GET.get("q"))
    questions = present_questions(attempt, responses, None if number is None else {number - 1})
    return TemplateResponse(request, "courses/attempt.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page), "questions": questions,
        "number": number, "total": len(attempt.form), "steps": number and make_steps(attempt, responses, number),
        "scripts": get_scripts(questions), "unanswered": get_unanswered(request, questions, responses),
        "taken": json.dumps({answer.position: describe_stamps(answer.stamps) for answer in answers}),
        "switch_form": "attempt-form", "remaining_seconds": get_remaining_seconds(attempt),
        "saved_message": _("Your answers are saved.") if any(responses.values()) else _("Nothing to save yet.")})


def get_number(attempt, responses, asked):
    """The number of the one question to show: the one that was asked for, else the first without an answer. None where
    all are on one page."""
    if attempt.rules.get("layout") != "one":
        return None
    total = len(attempt.form)
    return read_number(asked, total) or next(
        (position + 1 for position in range(total) if not responses.get(position)), 1)


def get_unanswered(request, questions, responses):
    """The number of the question that somebody wanted to check before it was answered, or None."""
    asked = request.GET.get("unanswered", "")
    return next((question.number for question in questions if str(question.number) == asked and question.can_check
                 and not get_kind(question.item["kind"]).is_finished(question.item, responses.get(question.position))),
                None)


class Step(NamedTuple):
    """One question in the overview of a test that shows one at a time."""

    number: int
    state: str  # "checked" or as get_answer_state says
    before: str
    is_current: bool


def make_steps(attempt, responses, current):
    return [Step(number=position + 1, before=get_fingerprint(responses.get(position)),
                 state="checked" if position in attempt.checked else get_answer_state(item, responses.get(position)),
                 is_current=position + 1 == current) for position, item in enumerate(get_items(attempt))]


def get_scripts(questions):
    """The scripts of a page with these Questions, each once; the saving one first, so that the others find the answers
    that it restored."""
    return dict.fromkeys(["js/attempt.js", *(script for question in questions for script in question.kind.scripts)])


def get_remaining_seconds(attempt):
    """Whole seconds to the deadline, never negative; None without one."""
    if attempt.deadline is None:
        return None
    return max(int((attempt.deadline - timezone.now()).total_seconds()), 0)


def get_address(attempt, number=None, *, anchor=False, is_unanswered=False):
    """The page of an attempt; where one question is shown at a time, that of the question with this number.
    ``anchor``: at the question. ``is_unanswered``: there it says that it has no answer that can be checked."""
    query = {"q": number} if number and attempt.rules.get("layout") == "one" else {}
    query |= {"unanswered": number} if is_unanswered else {}
    place = f"#question-{number}{'-error' if is_unanswered else ''}" if number and anchor else ""
    return f"{reverse('attempt', args=[attempt.pk])}{'?' if query else ''}{urlencode(query)}{place}"


def _take_post(request, attempt):
    action, language = request.POST.get("action", "save"), request.POST.get("language")
    total, now = len(attempt.form), timezone.now()
    check = read_number(request.POST.get("check"), total)
    try:
        changes, refusals = read_changes(attempt, request, now)
        if action == "submit" and language not in LANGUAGE_CODES:
            return _submit(request, attempt, changes, refusals)
        saved = progress.save_answers(attempt_id=attempt.pk, learner=request.user, changes=changes, now=now,
                                      check=check and check - 1)
    except (AttemptClosed, TimeIsUp) as error:
        messages.warning(request, explain_end(error))
        return redirect("result", attempt.pk)
    notices, problems = explain_saved(saved)
    for notice in notices:
        messages.info(request, notice)
    for problem in [*refusals, *problems]:
        messages.error(request, problem)
    number = read_number(request.GET.get("q"), total)
    if language in LANGUAGE_CODES:
        return redirect(translate_url(get_address(attempt, number), language))
    if action == "review":
        return redirect("review_attempt", attempt.pk)
    if turned := get_turn(request.POST, number, total):
        return redirect(get_address(attempt, turned))
    if check and not refusals and not problems:
        attempt.refresh_from_db(fields=["checked"])
        return redirect(get_address(attempt, check, anchor=True, is_unanswered=check - 1 not in attempt.checked))
    if named := check or find_go(request.POST, total):
        return redirect(get_address(attempt, named, anchor=True))
    if not refusals and not problems:
        messages.success(request, _("Your answers are saved."))
    return redirect(get_address(attempt, number))


def get_turn(post, number, total):
    """The number of the question to turn to from the page of the question ``number``, or None to stay."""
    step = {"next": 1, "back": -1}.get(post.get("action"))
    if step and number:
        return min(max(number + step, 1), total)
    return read_number(post.get("goto"), total)


def _submit(request, attempt, changes, refusals):
    handed_in = progress.submit(attempt_id=attempt.pk, learner=request.user, changes=changes, now=timezone.now())
    if handed_in.error:
        messages.warning(request, explain_end(handed_in.error()))
    notices, problems = explain_saved(handed_in.saved, is_handed_in=True)
    for notice in notices:
        messages.info(request, notice)
    for problem in [*refusals, *problems]:
        messages.error(request, problem)
    return redirect("result", attempt.pk)


@login_required
@require_POST
def autosave(request, attempt_id):
    """Save by script. JSON: ``{"state": "saved"|"refused"|"closed"|"late", "message": …, "before": {position:
    fingerprint of what is saved now}, "states": {position: how far it is answered}, "url": …}``; 200 when saved, 400
    when an answer was not taken (the others were saved), 409 when the attempt is over."""
    attempt = get_own_attempt(request, attempt_id)
    now = timezone.now()
    try:
        changes, refusals = read_changes(attempt, request, now)
        saved = progress.save_answers(attempt_id=attempt.pk, learner=request.user, changes=changes, now=now)
    except (AttemptClosed, TimeIsUp) as error:
        state = "late" if isinstance(error, TimeIsUp) else "closed"
        return JsonResponse({"state": state, "message": explain_end(error),
                             "url": reverse("result", args=[attempt.pk])}, status=409)
    notices, problems = explain_saved(saved)
    problems = [*refusals, *problems]
    sentences = problems or [_("Saved at %(time)s.") % {"time": date_format(timezone.localtime(now), "H:i:s")}]
    return JsonResponse({
        "state": "refused" if problems else "saved", "message": " ".join([*sentences, *notices]),
        "saved_at": now.isoformat(), "remaining": get_remaining_seconds(attempt),
        "before": saved.before, "states": saved.states,
    }, status=400 if problems else 200)


@login_required
@never_cache
@require_GET
def review(request, attempt_id):
    """What is answered and what is not, before handing in."""
    attempt = close_if_overdue(get_own_attempt(request, attempt_id))
    if not attempt.is_open:
        return redirect("result", attempt.pk)
    page = get_quiz(attempt.activity)
    responses = get_responses(attempt)
    unanswered, unfinished = [], []
    for number, item in enumerate(get_items(attempt), start=1):
        response, address = responses.get(number - 1), get_address(attempt, number, anchor=True)
        if not response:
            unanswered.append((number, address))
        elif missing := get_kind(item["kind"]).describe_missing(item, response):
            unfinished.append((number, address, missing))
    return TemplateResponse(request, "courses/attempt_review.html", {
        "attempt": attempt, "page": page, "course_page": get_course_above(page),
        "unanswered": unanswered, "unfinished": unfinished,
        "is_marked": any(get_kind(entry["kind"]).is_marked for entry in attempt.form),
        "answered": len(attempt.form) - len(unanswered) - len(unfinished), "total": len(attempt.form)})
