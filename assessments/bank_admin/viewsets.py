"""The question bank in the menu of the Wagtail admin."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from assessments.bank_admin.categories import QuestionCategoryViewSet
from assessments.bank_admin.competences import CompetenceViewSet
from assessments.bank_admin.questions import QuestionViewSet
from assessments.importing_admin.menu import get_importing_menu_items
from assessments.rights import is_in_bank


class UntranslatedMenuItem(MenuItem):
    def is_shown(self, request):
        return is_in_bank(request.user)


class QuestionBankGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuestionCategoryViewSet, CompetenceViewSet)
    menu_label = _("Question bank")
    menu_name = "question-bank"
    menu_icon = "help"
    menu_order = 210

    def get_submenu_items(self):
        return [*super().get_submenu_items(), UntranslatedMenuItem(
            _("Texts to translate"), reverse("untranslated"), name="texts-to-translate",
            icon_name="wagtail-localize-language", order=800), *get_importing_menu_items()]
