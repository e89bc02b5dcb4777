"""What a Wagtail page shows to whoever asks for it. ``serve_page`` is called by a hook (courses.wagtail_hooks), so that
models know nothing of views."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assessments.attempts import AttemptError, NoAttemptsLeft, check_start, find_attempts
from certificates.issuing import get_certificate
from courses.catalogue import get_courses, make_cards, search_courses
from courses.enrolling import get_enrolment, get_joinable_edition
from courses.models import (
    CatalogueIndexPage,
    CoursePage,
    HomePage,
    LessonPage,
    ModulePage,
    QuizPage,
    SurveyPage,
)
from courses.outline import get_outline
from courses.paths import search_paths
from courses.progress import record_visit
from courses.quizzes import get_quiz_facts, get_rules
from courses.renewing import is_renewal_open
from courses.time_zones import describe_moment
from courses.views.access import enter
from courses.views.refusals import explain_refusal
from courses.views.responding import get_closed_message, respond
from courses.views.surveys import show_survey


def show_home(request, page):
    return respond(request, page, {"cards": make_cards(list(get_courses()[:6]))})


def show_catalogue(request, page):
    query, level = request.GET.get("q", "").strip()[:100], request.GET.get("level", "")
    cards = make_cards(search_courses(query=query, level=level))
    return respond(request, page, {"cards": cards, "total": len(cards), "query": query, "level": level,
                                   "levels": CoursePage.Level.choices,
                                   "paths": [] if level else search_paths(query=query)})


def show_course(request, page):
    now = timezone.now()
    enrolment = get_enrolment(learner=request.user, course=page.translation_key, now=now)
    outline = get_outline(course_path=page.path, enrolment=enrolment)
    context = {"outline": outline, "enrolment": enrolment, "course_page": page}
    next_item = outline.get_item_to_continue(enrolment.last_activity_id if enrolment else None)
    context["module_in_hand"] = module = outline.get_module_of(next_item)
    context["beside_module_in_hand"] = outline.get_beside(module)
    if enrolment is None:
        edition = get_joinable_edition(course=page.translation_key, now=now)
        context |= {
            "can_enrol": edition is not None,
            "closed_message": "" if edition else _("Enrolment in this course is closed at the moment."),
        }
    else:
        certificate = get_certificate(award=enrolment.pk) if enrolment.completed_at else None
        context |= {
            "next_item": next_item,
            "certificate": certificate,
            "can_renew": is_renewal_open(enrolment=enrolment, certificate=certificate, now=now),
            "closed_message": get_closed_message(enrolment, now),
        }
    return respond(request, page, context)


def show_module(request, page):
    place, refusal = enter(request, page)
    return refusal or respond(request, page, place.get_context())


def show_lesson(request, page):
    place, refusal = enter(request, page)
    if refusal:
        return refusal
    if place.enrolment:
        record_visit(enrolment=place.enrolment, item=place.item, language=get_language(), now=timezone.now())
    previous, following = place.outline.get_neighbours(page.translation_key)
    return respond(request, page, place.get_context() | {
        "previous": previous,
        "next": following,
        "fallback_language": settings.LANGUAGE_CODE if page.alias_of_id else None,
    })


def show_quiz(request, page):
    place, refusal = enter(request, page)
    if refusal:
        return refusal
    now = timezone.now()
    attempts, edition = [], place.enrolment and place.enrolment.edition
    if place.enrolment:
        record_visit(enrolment=place.enrolment, item=place.item, language=get_language(), now=now)
        attempts = find_attempts(place.enrolment.pk, page.translation_key)
    open_attempt = next((attempt for attempt in attempts if attempt.is_open), None)
    attempts = [attempt for attempt in attempts if not attempt.is_open]
    rules = get_rules(page, enrolment=place.enrolment)
    message = get_closed_message(place.enrolment, now) if place.enrolment else ""
    if place.enrolment and not message and not open_attempt:
        message = get_refusal(page, rules, attempts, edition, now)
    return respond(request, page, place.get_context() | {
        "rules": get_quiz_facts(page, rules, edition=edition, used=len(attempts) + bool(open_attempt)),
        "attempts": attempts,
        "edition": edition,
        "open_attempt": open_attempt,
        "deadline": describe_moment(open_attempt.deadline, edition.time_zone)
        if open_attempt and open_attempt.deadline else "",
        "can_start": bool(place.enrolment) and not message,
        "message": message,
        "fallback_language": settings.LANGUAGE_CODE if page.alias_of_id else None,
    })


def get_refusal(page, rules, attempts, edition, now):
    """Why no attempt can start now; empty when one can."""
    try:
        check_start(rules=rules, attempts=attempts, now=now)
    except NoAttemptsLeft:
        return _("You have used all your attempts at this test.")
    except AttemptError as error:
        return explain_refusal(error, edition=edition, study_hint=page.study_hint)
    return ""


VIEWS = {
    HomePage: show_home,
    CatalogueIndexPage: show_catalogue,
    CoursePage: show_course,
    ModulePage: show_module,
    LessonPage: show_lesson,
    QuizPage: show_quiz,
    SurveyPage: show_survey,
}


@never_cache
def serve_page(request, page):
    return VIEWS[type(page)](request, page)
