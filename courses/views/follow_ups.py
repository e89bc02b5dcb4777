"""The surveys that follow a course, by signed links without an account."""

import logging

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assessments.models import Survey
from courses.follow_ups import (
    LinkExpired,
    LinkInvalid,
    SupervisorNotAsked,
    Voice,
    answer_follow_up,
    ask_supervisor,
    get_course_title,
    get_standard_survey,
    get_survey,
    read_token,
)
from courses.progress import AlreadyAnswered
from courses.views.posted_surveys import FORM_ID, get_language_change, read_survey

logger = logging.getLogger(__name__)


class SupervisorForm(forms.Form):
    email = forms.EmailField(label=gettext_lazy("E-mail of your supervisor"), max_length=254,
                             widget=forms.EmailInput(attrs={"autocomplete": "off"}))


def get_link(request, token, voice):
    """(Link, None), or (None, the answer to a link that is over). Raises Http404."""
    try:
        return read_token(token=token, voice=voice, now=timezone.now()), None
    except LinkInvalid:
        raise Http404 from None
    except LinkExpired:
        return None, TemplateResponse(request, "courses/follow_up_expired.html", status=410)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request, token):
    return _answer(request, token, Voice.LEARNER)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def supervisor(request, token):
    return _answer(request, token, Voice.SUPERVISOR)


def _answer(request, token, voice):
    link, refusal = get_link(request, token, voice)
    if refusal:
        return refusal
    path = request.get_full_path()
    if change := get_language_change(request, {code: translate_url(path, code) for code, _name in settings.LANGUAGES}):
        return change
    survey = get_survey(link.follow_up, voice)
    if link.is_answered or survey is None:
        return _show(request, token, link, is_done=link.is_answered)
    posted = read_survey(request, survey.version)
    if not posted.is_sent:
        return _show(request, token, link, version=survey.version, can_send=True, switch_form=FORM_ID,
                     **posted.get_context())
    try:
        answer_follow_up(link=link, version=survey.version, answers=posted.answers)
    except AlreadyAnswered:
        messages.info(request, _("You had answered this survey before. Nothing was changed."))
    return redirect(path)


def _show(request, token, link, **context):
    context.setdefault("supervisor_form", SupervisorForm())
    return TemplateResponse(request, "courses/follow_up.html", {
        "title": get_course_title(link.follow_up), "token": token, "link": link,
        "is_supervisor": link.voice == Voice.SUPERVISOR,
        "can_name_supervisor": link.voice == Voice.LEARNER and link.is_answered
        and not link.follow_up.supervisor_has_answered
        and get_standard_survey(Survey.Purpose.SUPERVISOR) is not None, **context})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def name_supervisor(request, token):
    if request.method != "POST":  # the language was changed on the page of a form in error
        return redirect("follow_up", token)
    link, refusal = get_link(request, token, Voice.LEARNER)
    if refusal:
        return refusal
    if not link.is_answered or get_standard_survey(Survey.Purpose.SUPERVISOR) is None:
        raise Http404
    form = SupervisorForm(request.POST)
    if form.is_valid():
        try:
            ask_supervisor(follow_up=link.follow_up, email=form.cleaned_data["email"], now=timezone.now())
        except SupervisorNotAsked as error:
            form.add_error("email", explain_refusal(error))
        except OSError as error:  # also what smtplib raises, with the address in its words
            logger.error("The mail to the supervisor of follow-up %s could not be sent: %s",
                         link.follow_up.pk, type(error).__name__)
            form.add_error("email", _("The mail could not be sent. Nothing was kept; please try again later."))
        else:
            messages.success(request, _("The mail was sent. The address was not kept."))
            return redirect("follow_up", token)
    return _show(request, token, link, is_done=True, supervisor_form=form)


def explain_refusal(error):
    return {
        "answered": _("Your supervisor has answered already."),
        "today": _("A mail was sent today already. If the address was wrong, you can try again tomorrow."),
        "own": _("This is your own address. Write that of your supervisor."),
        "often": _("This person has got as many of these mails today as we send. Please try again tomorrow."),
    }[error.reason]
