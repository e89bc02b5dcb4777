"""The question bank in the Wagtail admin."""

import django_filters
from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup, UsageView

from assessments.admin_views import get_map_buttons
from assessments.bank import get_kind_name, get_kinds, get_questions, get_references, get_text
from assessments.models import Question, QuestionCategory


class QuestionFilterSet(WagtailFilterSet):
    category = django_filters.ModelChoiceFilter(queryset=QuestionCategory.objects.all(), label=_("Category"))
    kind = django_filters.ChoiceFilter(choices=get_kinds, label=_("Kind"))

    class Meta:
        model = Question
        fields = ["category", "kind"]


class QuestionEditView(EditView):
    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *get_map_buttons(self.object, self.request.user)]


class QuestionUsageView(UsageView):
    def get_queryset(self):
        return get_references(self.object).group_by_source_object()


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_name = "questions"
    list_display = [
        "code",
        Column("text", label=_("Question"), accessor=get_text),
        Column("kind", label=_("Kind"), accessor=get_kind_name, sort_key="kind"),
        Column("category", label=_("Category"), sort_key="category__name"),
        DateColumn("updated_at", label=_("Changed"), sort_key="updated_at"),
    ]
    filterset_class = QuestionFilterSet
    edit_view_class = QuestionEditView
    usage_view_class = QuestionUsageView
    list_per_page = 50
    copy_view_enabled = False  # a copy would have the same code and the same option ids

    def get_queryset(self, request):
        return get_questions()


class QuestionCategoryViewSet(SnippetViewSet):
    model = QuestionCategory
    icon = "folder-open-inverse"
    menu_label = _("Categories")
    menu_name = "question-categories"
    list_display = ["name", Column("total", label=_("Questions"), sort_key="total")]
    search_fields = ["name", "slug"]
    list_per_page = 50
    copy_view_enabled = False

    def get_queryset(self, request):
        return QuestionCategory.objects.annotate(total=Count("questions"))


class QuestionBankGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuestionCategoryViewSet)
    menu_label = _("Question bank")
    menu_name = "question-bank"
    menu_icon = "help"
    menu_order = 210
