"""A survey in a course."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.models import Page

from courses import progress
from courses.views.access import enter
from courses.views.posted_surveys import FORM_ID, get_language_change, read_survey
from courses.views.responding import get_closed_message, respond
from lms.routing import get_page_url


@sensitive_post_parameters()
def show_survey(request, page):
    place, refusal = enter(request, page)
    if refusal:
        return refusal
    if change := get_language_change(request, get_urls(page)):
        return change
    now = timezone.now()
    if place.enrolment:
        progress.record_visit(enrolment=place.enrolment, item=place.item, language=get_language(), now=now)
    posted = read_survey(request, page.survey.version)
    message = get_closed_message(place.enrolment, now) if place.enrolment else ""
    if posted.is_sent and place.enrolment and not message:
        return send(request, page, place, posted, now)
    previous, following = place.outline.get_neighbours(page.translation_key)
    is_done = bool(place.item) and place.item.state == "done"
    return respond(request, page, place.get_context() | posted.get_context() | {
        "version": page.survey.version, "message": message, "previous": previous, "next": following,
        "is_done": is_done, "can_send": bool(place.enrolment) and not message,
        "switch_form": "" if is_done or message else FORM_ID,
        "fallback_language": settings.LANGUAGE_CODE if page.alias_of_id else None})


def get_urls(page):
    """{language: address} of a page in the languages in which it is live."""
    paths = Page.objects.live().filter(translation_key=page.translation_key).values_list(
        "locale__language_code", "url_path")
    return {language: get_page_url(url_path) for language, url_path in paths}


def send(request, page, place, posted, now):
    had_completed = place.enrolment.completed_at
    try:
        certificate = progress.answer_survey(enrolment=place.enrolment, activity=page.translation_key,
                                             version=page.survey.version, answers=posted.answers, now=now)
    except progress.AlreadyAnswered:
        messages.info(request, _("You had answered this survey before. Nothing was changed."))
    except progress.EditionClosed:
        messages.error(request, _("This edition is closed: nothing was sent."))
    else:
        if certificate and not had_completed:
            messages.success(request, _("Thank you. You have completed the course. Your certificate is ready."))
            return redirect(place.course_page.url)
        messages.success(request, _("Thank you. Your answers were added without your name."))
    return redirect(get_page_url(page.url_path))
