"""The administrators' lists in the Wagtail admin. Each change goes through a domain function, which leaves a trace."""

import django_filters
from allauth.account.adapter import get_adapter
from django.db import transaction
from django.db.models import Prefetch
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.users.views.users import EditView as WagtailUserEditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from lms.accounts.acts import ACTIONS
from lms.accounts.admin_forms import (
    AssignmentCorrectionForm,
    AssignmentForm,
    OrganisationForm,
    PersonEditForm,
    PersonForm,
    RoleGrantForm,
)
from lms.accounts.models import Assignment, AuditEvent, Organisation, RoleGrant, Territory, User
from lms.accounts.organising import (
    OrganisationInUse,
    assign,
    correct_assignment,
    place_organisation,
    remove_organisation,
)
from lms.accounts.people import save_person
from lms.accounts.roles import grant_role, revoke_role

MENU_HOOK = "register_people_menu_item"


class AdministratorPolicy(ModelPermissionPolicy):
    """Administrators only, and of their powers only ``actions``: what must not be done nobody may do."""

    def __init__(self, model, actions):
        super().__init__(model)
        self.actions = frozenset(actions)

    def user_has_permission(self, user, action):
        return user.is_active and user.is_superuser and action in self.actions

    def user_has_any_permission(self, user, actions):
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions):
        return User.objects.filter(is_active=True, is_superuser=bool(self.actions.intersection(actions)))


POLICIES = {
    User: {"add", "change"},  # an account is closed, not removed
    Organisation: {"add", "change", "delete"},
    Assignment: {"add", "change"},  # history is corrected, not removed
    RoleGrant: {"add", "delete"},
    Territory: {"view"},
    AuditEvent: {"view"},
}


class AdministratorViewSetMixin:
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None

    @cached_property
    def menu_item_class(self):
        """Shown to who may do anything with the list."""
        policy = self.permission_policy

        def is_shown(item, request):
            return policy.user_has_any_permission(request.user, {"add", "change", "delete", "view"})

        return type("AdministratorsMenuItem", (super().menu_item_class,), {"is_shown": is_shown})

    def get_common_view_kwargs(self, **kwargs):
        # What happened is in the audit log, not in Wagtail's history.
        return super().get_common_view_kwargs(history_url_name=None, usage_url_name=None, **kwargs)


class AdministratorViewSet(AdministratorViewSetMixin, ModelViewSet):
    @cached_property
    def menu_label(self):
        return capfirst(self.model._meta.verbose_name_plural)


class RelatedIndexView(generic.IndexView):
    select_related = ()

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.select_related)


# --- People -----------------------------------------------------------------------------------------------------------


class PersonFilterSet(WagtailFilterSet):
    role = django_filters.ChoiceFilter(label=gettext_lazy("Role"), field_name="role_grants__role", distinct=True,
                                       choices=RoleGrant.Role.choices)

    class Meta:
        model = User
        fields = ["is_active"]


class PersonIndexView(generic.IndexView):
    page_title = gettext_lazy("People")
    add_item_label = gettext_lazy("Add a person")

    @cached_property
    def columns(self):
        return [
            self._get_title_column("first_surname", label=gettext_lazy("Name"), accessor="list_name"),
            Column("email", label=gettext_lazy("E-mail"), sort_key="email"),
            Column("roles", label=gettext_lazy("Roles"), accessor=self.describe_roles),
            Column("organisation", label=gettext_lazy("Organisation"), accessor=self.describe_organisation),
            BooleanColumn("is_active", label=gettext_lazy("Active"), sort_key="is_active"),
            DateColumn("last_login", label=gettext_lazy("Last sign-in"), sort_key="last_login"),
        ]

    def _get_custom_column(self, field_name, column_class=Column, **kwargs):
        if "label" in kwargs:
            return column_class(field_name, sort_key=field_name, **kwargs)
        return super()._get_custom_column(field_name, column_class, **kwargs)

    def get_base_queryset(self):
        today = Assignment.objects.on(timezone.localdate()).select_related("organisation")
        return User.objects.prefetch_related(
            "role_grants", Prefetch("assignments", today, to_attr="assignments_today"))

    @staticmethod
    def describe_roles(user):
        return ", ".join(sorted({str(grant.get_role_display()) for grant in user.role_grants.all()}))

    @staticmethod
    def describe_organisation(user):
        return ", ".join(assignment.organisation.name for assignment in user.assignments_today)


class PersonAddView(generic.CreateView):
    page_title = gettext_lazy("Add a person")
    success_message = gettext_lazy("The account of %(object)s was made. A message with a link to choose the password "
                                   "is on its way.")

    def save_instance(self):
        user = save_person(user=self.form.save(commit=False), changed=self.form.changed, by=self.request.user)
        transaction.on_commit(lambda: get_adapter(self.request).send_welcome(user))
        return user


class PersonEditView(WagtailUserEditView):
    success_message = gettext_lazy("The data of %(object)s were saved.")

    def save_instance(self):
        return save_person(user=self.form.save(commit=False), changed=self.form.changed, by=self.request.user)


class UserViewSet(AdministratorViewSetMixin, WagtailUserViewSet):
    """Wagtail's list of users, for people with surnames and roles."""

    menu_label = gettext_lazy("People")
    menu_order = 1
    menu_hook = MENU_HOOK
    add_to_settings_menu = False
    template_prefix = ""
    ordering = ["first_surname", "second_surname", "given_names", "id"]
    search_fields = ["email", "given_names", "first_surname", "second_surname"]
    filterset_class = PersonFilterSet
    index_view_class = PersonIndexView
    add_view_class = PersonAddView
    edit_view_class = PersonEditView

    def get_form_class(self, for_update=False):
        return PersonEditForm if for_update else PersonForm


# --- Organisations ----------------------------------------------------------------------------------------------------


class OrganisationIndexView(RelatedIndexView):
    select_related = ("territory",)

    @cached_property
    def columns(self):
        name, *others = super().columns
        name.accessor = self.indent
        return [name, *others]

    @staticmethod
    def indent(organisation):
        return "\u2003" * (organisation.depth - 1) + organisation.name


class OrganisationAddView(generic.CreateView):
    def save_instance(self):
        return place_organisation(organisation=self.form.save(commit=False), parent=self.form.cleaned_data["parent"],
                                  by=self.request.user)


class OrganisationEditView(generic.EditView):
    def save_instance(self):
        return place_organisation(organisation=self.form.save(commit=False), parent=self.form.cleaned_data["parent"],
                                  by=self.request.user)


class OrganisationDeleteView(generic.DeleteView):
    @property
    def confirmation_message(self):
        number = self.object.get_descendant_count()
        return ngettext("Remove this organisation, with the %(number)d that is part of it?",
                        "Remove this organisation, with the %(number)d that are part of it?", number) % {
                            "number": number} if number else _("Remove this organisation?")

    def form_valid(self, form):
        try:
            remove_organisation(organisation=self.object, by=self.request.user)
        except OrganisationInUse as error:
            messages.error(self.request, _(
                "%(organisation)s was not removed, because people or what they earned depend on it or on its units: "
                "%(dependants)s.") % {"organisation": self.object, "dependants": ", ".join(
                    f"{name} ({number})" for name, number in error.dependants)})
            return redirect(reverse(self.edit_url_name, args=[self.object.pk]))
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url())


class OrganisationViewSet(AdministratorViewSet):
    model = Organisation
    name = "organisations"
    icon = "group"
    menu_order = 2
    ordering = ["path"]
    list_display = ["name", "kind", "territory", "official_code"]
    list_filter = ["kind"]
    search_fields = ["name", "official_code"]
    index_view_class = OrganisationIndexView
    add_view_class = OrganisationAddView
    edit_view_class = OrganisationEditView
    delete_view_class = OrganisationDeleteView

    def get_form_class(self, for_update=False):
        return OrganisationForm


class AssignmentIndexView(RelatedIndexView):
    select_related = ("user", "organisation")


class AssignmentAddView(generic.CreateView):
    def save_instance(self):
        return assign(**self.form.cleaned_data, by=self.request.user)


class AssignmentEditView(generic.EditView):
    def get_page_subtitle(self):
        return str(self.object.user)

    def save_instance(self):
        return correct_assignment(assignment=self.form.save(commit=False), by=self.request.user)


class AssignmentViewSet(AdministratorViewSet):
    model = Assignment
    name = "assignments"
    icon = "calendar"
    menu_order = 3
    list_display = ["user", "organisation", "staff_type", "position", "since", "until"]
    list_filter = ["staff_type", "since", "until"]
    search_fields = ["user__first_surname", "user__second_surname", "user__given_names", "user__email",
                     "organisation__name"]
    index_view_class = AssignmentIndexView
    add_view_class = AssignmentAddView
    edit_view_class = AssignmentEditView

    def get_form_class(self, for_update=False):
        return AssignmentCorrectionForm if for_update else AssignmentForm


class TerritoryIndexView(RelatedIndexView):
    select_related = ("parent",)


class TerritoryViewSet(AdministratorViewSet):
    model = Territory
    name = "territories"
    icon = "site"
    menu_order = 5
    inspect_view_enabled = True
    list_display = ["name", "level", "code", "country_code", "parent"]
    list_filter = ["country_code", "level"]
    search_fields = ["name", "code"]
    index_view_class = TerritoryIndexView
    form_fields = []


# --- Roles and the log ------------------------------------------------------------------------------------------------


class RoleGrantIndexView(RelatedIndexView):
    select_related = ("user", "organisation")
    add_item_label = gettext_lazy("Grant a role")


class RoleGrantAddView(generic.CreateView):
    page_title = gettext_lazy("Grant a role")
    submit_button_label = gettext_lazy("Grant the role")
    success_message = gettext_lazy("%(object)s: the role was granted.")

    def save_instance(self):
        return grant_role(**self.form.cleaned_data, by=self.request.user)

    def get_success_buttons(self):
        return []


class RoleGrantDeleteView(generic.DeleteView):
    page_title = gettext_lazy("Take a role away")
    success_message = gettext_lazy("%(object)s: the role was taken away.")

    @property
    def confirmation_message(self):
        return _("Take this role away? The person keeps the account and everything learned.")

    def form_valid(self, form):
        if self.object.user == self.request.user and self.object.role == RoleGrant.Role.ADMINISTRATOR:
            messages.error(self.request, _("You cannot take the administrator's role away from yourself. Ask another "
                                           "administrator to do it."))
            return redirect(self.get_success_url())
        return super().form_valid(form)

    def delete_action(self):
        revoke_role(grant=self.object, by=self.request.user)


class RoleGrantViewSet(AdministratorViewSet):
    model = RoleGrant
    name = "roles"
    icon = "key"
    menu_order = 4
    ordering = ["user__first_surname", "user__given_names", "id"]
    list_display = ["user", "role", "organisation", "granted_at"]
    list_filter = ["role"]
    search_fields = ["user__first_surname", "user__given_names", "user__email", "organisation__name"]
    index_view_class = RoleGrantIndexView
    add_view_class = RoleGrantAddView
    delete_view_class = RoleGrantDeleteView

    def get_form_class(self, for_update=False):
        return RoleGrantForm


class AuditEventFilterSet(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=gettext_lazy("When"), widget=DateRangePickerWidget)
    actor = django_filters.CharFilter(label=gettext_lazy("Who (e-mail)"), field_name="actor__email",
                                      lookup_expr="icontains")
    action = django_filters.ChoiceFilter(label=gettext_lazy("What"), choices=ACTIONS.items)
    subject = django_filters.CharFilter(label=gettext_lazy("About"), lookup_expr="icontains")

    class Meta:
        model = AuditEvent
        fields = []


class AuditEventIndexView(RelatedIndexView):
    page_title = gettext_lazy("Audit log")
    select_related = ("actor",)


class AuditEventViewSet(AdministratorViewSet):
    model = AuditEvent
    name = "audit"
    icon = "history"
    menu_order = 6
    menu_label = gettext_lazy("Audit log")
    inspect_view_enabled = True
    list_display = ["at", "actor", Column("action", label=gettext_lazy("What"), accessor="get_action_display"),
                    "subject"]
    filterset_class = AuditEventFilterSet
    index_view_class = AuditEventIndexView
    form_fields = []


class PeopleGroup(ViewSetGroup):
    menu_label = gettext_lazy("People and organisations")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 300
    submenu_hook = MENU_HOOK
    items = (OrganisationViewSet, AssignmentViewSet, RoleGrantViewSet, TerritoryViewSet, AuditEventViewSet)
