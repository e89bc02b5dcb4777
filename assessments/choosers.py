from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from assessments.models import Question, QuestionCategory


class CategoryFilterMixin(forms.Form):
    category = forms.ModelChoiceField(QuestionCategory.objects.all(), label=_("Category"), required=False,
                                      empty_label=_("All categories"))

    def filter(self, objects):
        if category := self.cleaned_data.get("category"):
            objects = objects.filter(category=category)
        return super().filter(objects)


class QuestionFilterForm(SearchFilterMixin, CategoryFilterMixin, BaseFilterForm):
    field_order = ["q", "category"]


class QuestionListMixin:
    filter_form_class = QuestionFilterForm

    def get_object_list(self):
        return Question.objects.select_related("category", "version")

    @property
    def columns(self):
        return [*super().columns, Column("category", label=_("Category"))]


class QuestionChooseView(QuestionListMixin, ChooseView):
    pass


class QuestionChooseResultsView(QuestionListMixin, ChooseResultsView):
    pass


class QuestionChooserViewSet(ChooserViewSet):
    model = Question
    icon = "help"
    choose_one_text = _("Choose a question")
    choose_another_text = _("Choose another question")
    edit_item_text = _("Edit this question")
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


question_chooser = QuestionChooserViewSet("question_chooser")
QuestionChooserBlock = question_chooser.get_block_class(name="QuestionChooserBlock", module_path="assessments.choosers")
