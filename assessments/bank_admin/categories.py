"""The categories of the bank: a tree."""

from django import forms
from django.db.models import Count
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from assessments.bank_admin.fields import CategoryField
from assessments.categories import CategoryCannotMove, place_category
from assessments.models import QuestionCategory


class CategoryForm(WagtailAdminModelForm):
    parent = CategoryField(label=_("Part of"), required=False, empty_label=_("Nothing: it stands at the top"),
                           help_text=_("Whoever draws from a category also draws from all that are part of it."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            parent = self.instance.get_parent()
            self.initial["parent"] = parent and parent.pk

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk and parent.path.startswith(self.instance.path):
            raise forms.ValidationError(_("A category cannot be part of itself."))
        return parent

    def save(self, commit=True):
        return place_category(category=self.instance, parent=self.cleaned_data["parent"])


class PlacesCategory:
    """Two people may change the tree at once: the second is told."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except CategoryCannotMove:
            form.add_error("parent", _("Somebody else has just moved or deleted categories. Choose again what it is "
                                       "part of."))
            return self.form_invalid(form)
        except QuestionCategory.DoesNotExist:
            messages.error(self.request, _("Somebody else has just deleted this category. Nothing was saved."))
            return redirect(QuestionCategory.snippet_viewset.get_url_name("list"))


class CategoryAddView(PlacesCategory, CreateView):
    pass


class CategoryEditView(PlacesCategory, EditView):
    pass


class CategoryIndexView(IndexView):
    @cached_property
    def columns(self):
        columns = super().columns
        (name,) = (column for column in columns if column.name == "name")
        name.accessor = self.indent
        return columns

    @staticmethod
    def indent(category):
        return "\u2003" * (category.depth - 1) + category.name


class QuestionCategoryViewSet(SnippetViewSet):
    model = QuestionCategory
    icon = "folder-open-inverse"
    menu_label = _("Categories")
    menu_name = "question-categories"
    ordering = ["path"]
    list_display = ["name", Column("total", label=_("Questions"))]
    search_fields = ["name", "slug"]
    list_per_page = 100
    index_view_class = CategoryIndexView
    add_view_class = CategoryAddView
    edit_view_class = CategoryEditView
    copy_view_enabled = False
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("slug"), FieldPanel("parent")],
                              base_form_class=CategoryForm)

    def get_queryset(self, request):
        return QuestionCategory.objects.annotate(total=Count("questions"))
