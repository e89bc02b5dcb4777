"""The question bank in the menu of the Wagtail admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from assessments.bank_admin.categories import QuestionCategoryViewSet
from assessments.bank_admin.competences import CompetenceViewSet
from assessments.bank_admin.questions import QuestionViewSet
from assessments.importing_admin.menu import get_importing_menu_items


class QuestionBankGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuestionCategoryViewSet, CompetenceViewSet)
    menu_label = _("Question bank")
    menu_name = "question-bank"
    menu_icon = "help"
    menu_order = 210

    def get_submenu_items(self):
        return [*super().get_submenu_items(), *get_importing_menu_items()]
