"""Choosing a question of the bank: those that are approved and that the person may use."""

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from assessments.categories import get_full_name, get_full_names
from assessments.models import Question
from assessments.rights import get_usable
from assessments.searching import below_category, search


class QuestionFilterForm(BaseFilterForm):
    q = forms.CharField(label=_("Search term"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("All categories")), *get_full_names().items()]

    def filter(self, objects):
        self.search_query = self.cleaned_data["q"]
        self.is_searching = bool(self.search_query)
        if category := self.cleaned_data["category"]:
            objects = below_category(objects, category)
        return search(objects, self.search_query) if self.is_searching else objects


class QuestionListMixin:
    filter_form_class = QuestionFilterForm

    def get_object_list(self):
        questions = get_usable(self.request.user).filter(state=Question.State.APPROVED)
        return questions.select_related("version").defer("body", "translated_from")

    @property
    def columns(self):
        return [*super().columns, Column("category", label=_("Category"), accessor=_get_category)]


def _get_category(question):
    return get_full_name(question.category_id)


class QuestionChooseView(QuestionListMixin, ChooseView):
    pass


class QuestionChooseResultsView(QuestionListMixin, ChooseResultsView):
    pass


class QuestionChosenView(ChosenView):
    def get_object(self, pk):
        try:
            return get_usable(self.request.user).get(pk=pk)
        except ValueError as error:
            raise ObjectDoesNotExist from error


class QuestionChosenMultipleView(ChosenMultipleView):
    def get_objects(self, pks):
        return get_usable(self.request.user).filter(pk__in=[pk for pk in pks if pk.isdecimal()])


class QuestionCreateView(CreateView):
    """A question is written on a page of its own."""

    def can_create(self):
        return False


class QuestionChooserViewSet(ChooserViewSet):
    model = Question
    icon = "help"
    choose_one_text = _("Choose a question")
    choose_another_text = _("Choose another question")
    edit_item_text = _("Edit this question")
    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView
    chosen_view_class = QuestionChosenView
    chosen_multiple_view_class = QuestionChosenMultipleView
    create_view_class = QuestionCreateView


question_chooser = QuestionChooserViewSet("question_chooser")
QuestionChooserBlock = question_chooser.get_block_class(name="QuestionChooserBlock", module_path="assessments.choosers")
