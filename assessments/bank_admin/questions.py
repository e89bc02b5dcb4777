"""The questions of the bank: their list, and where each of Wagtail's own views asks for its rights."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import ButtonWithDropdown
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import DeleteView, HistoryView, IndexView, SnippetViewSet, UsageView

from assessments.bank import count_uses, get_kind_name, get_questions, get_references, get_text
from assessments.bank_admin.editing import EDIT_HANDLER, QuestionAddView, QuestionEditView
from assessments.bank_admin.filters import QuestionFilterSet
from assessments.categories import get_full_name
from assessments.choosers import QuestionChosenMultipleView, QuestionChosenView, QuestionCreateView, QuestionListMixin
from assessments.models import Question
from assessments.rights import check_use, may_delete
from assessments.searching import search


class StateColumn(Column):
    """Its state; of a retired question also that tests still use it; and how many comments wait."""

    cell_template_name = "assessments/admin/bank/state_cell.html"


class GapsColumn(Column):
    """What is missing or older, language by language."""

    cell_template_name = "assessments/admin/bank/gaps_cell.html"


class QuestionIndexView(IndexView):
    def search_queryset(self, queryset):
        return search(queryset, self.search_query) if self.is_searching else queryset

    def get_edit_url(self, instance):
        """Whoever may only use a question sees it as a learner does."""
        return super().get_edit_url(instance) if instance.may_edit else reverse("question_preview", args=[instance.pk])

    def get_delete_url(self, instance):
        return super().get_delete_url(instance) if instance.may_manage else None

    def get_list_buttons(self, instance):
        """The menu of a row is one template: with those of Wagtail it takes a third of the time of the page."""
        buttons = super().get_list_buttons(instance)
        for button in buttons:
            if isinstance(button, ButtonWithDropdown):
                button.template_name = "assessments/admin/bank/row_menu.html"
        return buttons

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        questions = context["object_list"]
        retired = [question.pk for question in questions if question.state == Question.State.RETIRED]
        uses = count_uses(retired) if retired else {}
        for question in questions:
            question.uses = uses.get(question.pk, 0)
        return context


class QuestionUsageView(UsageView):
    any_permission_required = ["view", "change"]
    permission_required = None

    def get_object(self):
        question = super().get_object()
        check_use(self.request.user, question)
        return question

    def get_queryset(self):
        return get_references(self.object).group_by_source_object()


class QuestionHistoryView(HistoryView):
    def get_object(self):
        question = super().get_object()
        check_use(self.request.user, question)
        return question


class QuestionDeleteView(DeleteView):
    def get_object(self, queryset=None):
        question = super().get_object(queryset)
        if not may_delete(self.request.user, question):
            raise PermissionDenied
        return question


class QuestionSnippetChooserViewSet(SnippetChooserViewSet):
    """Wagtail makes a chooser for every snippet; this one shows what ours does."""

    choose_view_class = type("ChooseView", (QuestionListMixin, ChooseView), {})
    choose_results_view_class = type("ChooseResultsView", (QuestionListMixin, ChooseResultsView), {})
    chosen_view_class = QuestionChosenView
    chosen_multiple_view_class = QuestionChosenMultipleView
    create_view_class = QuestionCreateView


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    list_display = [
        "code",
        Column("text", label=_("Question"), accessor=get_text, classname="puentes-wording"),
        Column("kind", label=_("Kind"), accessor=get_kind_name, sort_key="kind"),
        Column("category", label=_("Category"), accessor=lambda question: get_full_name(question.category_id),
               sort_key="category__path"),
        StateColumn("state", label=_("State"), accessor="get_state_display", sort_key="state"),
        GapsColumn("gaps", label=_("To translate"), accessor=lambda question: ""),
        Column("owner", label=_("Owner"), accessor=lambda question: question.owner or "", sort_key="owner__name"),
        DateColumn("updated_at", label=_("Changed"), sort_key="updated_at"),
    ]
    filterset_class = QuestionFilterSet
    index_view_class = QuestionIndexView
    add_view_class = QuestionAddView
    edit_view_class = QuestionEditView
    usage_view_class = QuestionUsageView
    history_view_class = QuestionHistoryView
    delete_view_class = QuestionDeleteView
    chooser_viewset_class = QuestionSnippetChooserViewSet
    edit_handler = EDIT_HANDLER
    list_per_page = 20
    copy_view_enabled = False  # a copy would have the same code and the same option ids

    def get_queryset(self, request):
        return get_questions(request.user)
