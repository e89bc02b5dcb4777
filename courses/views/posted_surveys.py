"""A survey as its form posts it. Nothing is kept before it is sent: what was typed goes with the form, also when the
language is changed."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.survey_forms import find_errors, make_questions, read_answers

LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]
FORM_ID = "survey-form"


@dataclass(slots=True)
class PostedSurvey:
    """``is_sent``: it is complete and the person pressed the button that sends it."""

    content: dict
    answers: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    is_empty: bool = False
    is_sent: bool = False

    def get_context(self):
        questions = make_questions(self.content, self.answers, self.errors)
        return {"questions": questions, "is_empty": self.is_empty,
                "has_errors": self.is_empty or bool(self.errors)}


def read_survey(request, version):
    """The PostedSurvey of a request; of a GET, an empty form. ``version``: the SurveyVersion as it is now."""
    content = version.content
    if request.method != "POST":
        return PostedSurvey(content)
    posted = PostedSurvey(content, read_answers(content, request.POST))
    if request.POST.get("action") != "send":
        if request.POST.get("language") is None:
            messages.info(request, _("Nothing was sent yet. What you wrote is still on this page; send it with the "
                                     "button at its end."))
    elif request.POST.get("version") != version.pk:
        messages.warning(request, _("The survey was changed while you answered, so nothing was sent yet. Please look "
                                    "through it again and send it."))
    else:
        posted.errors, posted.is_empty = find_errors(content, posted.answers), not posted.answers
        posted.is_sent = not posted.errors and not posted.is_empty
    return posted


def get_language_change(request, urls):
    """A redirect that takes the form along, unstored, to the page in the language of the button that was pressed; None
    when none was, or when it is the active one. ``urls``: {language: address}."""
    language = request.POST.get("language")
    if language not in LANGUAGE_CODES or language == get_language() or language not in urls:
        return None
    return HttpResponseRedirect(urls[language], preserve_request=True)
