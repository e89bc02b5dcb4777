"""The question bank in the menu of the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from assessments.bank_admin.categories import QuestionCategoryViewSet
from assessments.bank_admin.competences import CompetenceViewSet
from assessments.bank_admin.questions import QuestionViewSet


class QuestionBankGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuestionCategoryViewSet, CompetenceViewSet)
    menu_label = _("Question bank")
    menu_name = "question-bank"
    menu_icon = "help"
    menu_order = 210
