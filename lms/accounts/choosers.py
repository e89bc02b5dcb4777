"""Choosers of people, organisations and territories: for administrators, because they list everybody."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from lms.accounts.models import Organisation, Territory, User


class AdministratorsOnly:
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_superuser:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


def filter_form(*lookups):
    """A form with one search box; each of its words must be found by one of ``lookups``."""

    class FilterForm(BaseFilterForm):
        q = forms.CharField(label=_("Search term"), required=False)

        def filter(self, objects):
            self.search_query = self.cleaned_data.get("q")
            self.is_searching = bool(self.search_query)
            for word in self.search_query.split():
                found = Q()
                for lookup in lookups:
                    found |= Q(**{lookup: word})
                objects = objects.filter(found)
            return objects

    return FilterForm


class ColumnsMixin(AdministratorsOnly):
    extra_columns = ()

    @property
    def columns(self):
        return [*super().columns, *self.extra_columns]


def make_chooser(name, model, *, icon, search, columns, ordering, select_related=(), **texts):
    """A chooser viewset for ``model``, searched by the lookups ``search``, with more ``columns`` beside the name."""
    attributes = {"filter_form_class": filter_form(*search), "extra_columns": columns, "ordering": ordering,
                  "get_object_list": lambda view: view.model_class.objects.select_related(*select_related)}
    viewset = type(f"{model.__name__}ChooserViewSet", (ChooserViewSet,), {
        "choose_view_class": type("ChooseView", (ColumnsMixin, chooser.ChooseView), attributes),
        "choose_results_view_class": type("ChooseResultsView", (ColumnsMixin, chooser.ChooseResultsView), attributes),
        "chosen_view_class": type("ChosenView", (AdministratorsOnly, chooser.ChosenView), {}),
        "chosen_multiple_view_class": type("ChosenMultipleView", (AdministratorsOnly, chooser.ChosenMultipleView), {}),
        "create_view_class": type("CreateView", (AdministratorsOnly, chooser.CreateView), {}),
    })
    return viewset(name, model=model, icon=icon, **texts)


def describe_place(organisation):
    """The names above an organisation, from the institution down."""
    return " › ".join(ancestor.name for ancestor in organisation.get_ancestors())


person_chooser = make_chooser(
    "person_chooser", User, icon="user", ordering=User._meta.ordering,
    search=[f"{name}__icontains" for name in ("given_names", "first_surname", "second_surname", "email")],
    columns=[Column("email", label=_("E-mail"))],
    choose_one_text=_("Choose a person"), choose_another_text=_("Choose another person"),
)
organisation_chooser = make_chooser(
    "organisation_chooser", Organisation, icon="group", ordering="path",
    search=["name__icontains", "official_code__iexact"],
    columns=[Column("place", label=_("Part of"), accessor=describe_place)],
    choose_one_text=_("Choose an organisation"), choose_another_text=_("Choose another organisation"),
)
territory_chooser = make_chooser(
    "territory_chooser", Territory, icon="site", ordering=("country_code", "code"), select_related=("parent",),
    search=["name__icontains", "code__iexact"],
    columns=[Column("parent", label=_("Part of")), Column("level", label=_("Level"), accessor="get_level_display"),
             Column("code", label=_("Official code"))],
    choose_one_text=_("Choose a territory"), choose_another_text=_("Choose another territory"),
)
