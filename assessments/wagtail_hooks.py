from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from assessments.admin_views import ScenarioMapView
from assessments.bank import count_uses, find_asked, get_tests
from assessments.bank_admin import comments, preview, untranslated, versions
from assessments.bank_admin.bulk import BULK_ACTIONS, Delete
from assessments.bank_admin.editing import get_question_buttons
from assessments.bank_admin.history import ACTS
from assessments.bank_admin.viewsets import QuestionBankGroup
from assessments.choosers import question_chooser
from assessments.importing_admin.views import urlpatterns as importing_urls
from assessments.models import Question, QuestionCategory, Survey
from assessments.rights import policy
from assessments.survey_admin import SurveyViewSet, get_reason_to_keep

register_permission_policy(Question, policy)
register_snippet(QuestionBankGroup)
register_snippet(SurveyViewSet)


@hooks.register("register_admin_viewset")
def register_question_chooser():
    return question_chooser


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("scenario-map/<int:pk>/", ScenarioMapView.as_view(), name="scenario_map"),
        path("questions/<int:pk>/preview/", preview.preview, name="question_preview"),
        path("questions/<int:pk>/versions/", versions.show_versions, name="question_versions"),
        path("questions/<int:pk>/versions/compare/", versions.compare_versions, name="compare_versions"),
        path("questions/<int:pk>/versions/<int:edit>/restore/", versions.restore_version, name="restore_version"),
        path("questions/<int:pk>/comments/", comments.show_comments, name="question_comments"),
        path("questions/<int:pk>/comments/<int:comment_pk>/", comments.settle_comment, name="settle_comment"),
        path("questions/to-translate/", untranslated.UntranslatedView.as_view(), name="untranslated"),
        path("questions/to-translate/results/", untranslated.UntranslatedView.as_view(results_only=True),
             name="untranslated_results"),
        *importing_urls,
    ]


@hooks.register("register_log_actions")
def register_acts(actions):
    for act in ACTS:
        actions.register_action(act)(ACTS[act])


for action in BULK_ACTIONS:
    hooks.register("register_bulk_action", action)
hooks.register("register_bulk_action", Delete, order=1)  # after Wagtail's own, which it replaces


@hooks.register("register_snippet_listing_buttons")
def add_listing_buttons(snippet, user, next_url=None):
    return get_question_buttons(snippet, user) if isinstance(snippet, Question) else []


@hooks.register("before_delete_snippet")
def keep_what_is_used(request, instances):
    """Refuse to delete questions and categories that a test or an attempt needs, with a sentence for each."""
    questions = [instance for instance in instances if isinstance(instance, Question)]
    others = [instance for instance in instances if not isinstance(instance, Question)]
    reasons = [*_get_reasons_to_keep_questions(questions), *filter(None, map(_get_reason_to_keep, others))]
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect(type(instances[0]).snippet_viewset.get_url_name("list"))


def _get_reason_to_keep(instance):
    if isinstance(instance, Survey):
        return get_reason_to_keep(instance)
    if isinstance(instance, QuestionCategory):
        return _get_reason_to_keep_category(instance)
    return None


def _get_reasons_to_keep_questions(questions):
    pks = [question.pk for question in questions]
    uses, asked = count_uses(pks), find_asked(pks)
    for question in questions:
        names = {"code": question.code}
        if uses.get(question.pk):
            yield _("The question “%(code)s” was not deleted, because these tests use it: %(tests)s. Take it out of "
                    "them first.") % (names | {"tests": ", ".join(get_tests(question=question))})
        elif question.pk in asked:
            yield _("The question “%(code)s” was not deleted, because learners have been asked it and its statistics "
                    "belong to their results. Move it to a category that no test draws from.") % names


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
