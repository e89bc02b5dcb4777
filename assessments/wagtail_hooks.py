from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from assessments.admin_views import ScenarioMapView, get_map_buttons
from assessments.bank import get_tests, is_in_attempts
from assessments.bank_admin.viewsets import QuestionBankGroup
from assessments.choosers import question_chooser
from assessments.importing_admin.views import urlpatterns as importing_urls
from assessments.models import Question, QuestionCategory
from assessments.rights import policy

register_permission_policy(Question, policy)
register_snippet(QuestionBankGroup)


@hooks.register("register_admin_viewset")
def register_question_chooser():
    return question_chooser


@hooks.register("register_admin_urls")
def register_urls():
    return [path("scenario-map/<int:pk>/", ScenarioMapView.as_view(), name="scenario_map"), *importing_urls]


@hooks.register("register_snippet_listing_buttons")
def add_listing_buttons(snippet, user, next_url=None):
    return get_map_buttons(snippet, user) if isinstance(snippet, Question) else []


@hooks.register("before_delete_snippet")
def keep_what_is_used(request, instances):
    """Refuse to delete questions and categories that a test or an attempt needs, with a sentence for each."""
    reasons = [reason for instance in instances if (reason := _get_reason_to_keep(instance))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(type(instances[0]).snippet_viewset.get_url_name("list"))


def _get_reason_to_keep(instance):
    if isinstance(instance, Question):
        return _get_reason_to_keep_question(instance)
    if isinstance(instance, QuestionCategory):
        return _get_reason_to_keep_category(instance)
    return None


def _get_reason_to_keep_question(question):
    names = {"code": question.code}
    if tests := get_tests(question=question):
        return _("The question “%(code)s” was not deleted, because these tests use it: %(tests)s. Take it out of them "
                 "first.") % (names | {"tests": ", ".join(tests)})
    if is_in_attempts(question):
        return _("The question “%(code)s” was not deleted, because learners have been asked it and its statistics "
                 "belong to their results. Move it to a category that no test draws from.") % names
    return None


def _get_reason_to_keep_category(category):
    if tests := get_tests(category=category):
        return _("The category “%(name)s” was not deleted, because these tests draw from it: %(tests)s.") % {
            "name": category.name, "tests": ", ".join(tests)}
    if category.get_children_count():
        return _("The category “%(name)s” was not deleted, because other categories are part of it.") % {
            "name": category.name}
    if total := category.questions.count():
        return ngettext("The category “%(name)s” was not deleted, because it holds %(total)d question.",
                        "The category “%(name)s” was not deleted, because it holds %(total)d questions.",
                        total) % {"name": category.name, "total": total}
    return None
