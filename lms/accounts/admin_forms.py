"""The forms of the administrators' part of the Wagtail admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lms.accounts.choosers import organisation_chooser, person_chooser, territory_chooser
from lms.accounts.forms import ProfileForm
from lms.accounts.models import Assignment, Organisation, RoleGrant, User
from lms.accounts.organising import OrganisationCannotMove, check_place


class PersonForm(ProfileForm):
    """A new person, or one known. Roles are granted, and work is assigned, in lists of their own."""

    class Meta(ProfileForm.Meta):
        fields = ["email", *ProfileForm.Meta.fields]

    def __init__(self, *args, editing_self=False, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("autocomplete", None)  # these are not the data of who sits here

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("An account with this e-mail already exists."))
        return email


class PersonEditForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields, "is_active"]

    def __init__(self, *args, editing_self=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_active"].help_text = _(
            "Without this the account is closed: it cannot be used to sign in. What was learned is kept.")
        if editing_self:
            del self.fields["is_active"]


class OrganisationForm(forms.ModelForm):
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Organisation.objects.all(), required=False,
        widget=organisation_chooser.widget_class, help_text=_("Leave it empty for an institution."))

    class Meta:
        model = Organisation
        fields = ["name", "kind", "official_code", "territory"]
        widgets = {"territory": territory_chooser.widget_class}

    field_order = ["name", "parent"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance.is_root():
            self.initial["parent"] = self.instance.get_parent().pk

    def clean(self):
        cleaned = super().clean()
        parent = cleaned.get("parent")
        if parent:
            cleaned["kind"] = ""
        elif "kind" not in self.errors and not cleaned.get("kind"):
            self.add_error("kind", _("Choose the type of the institution."))
        code = cleaned.get("official_code")
        others = Organisation.objects.institutions().filter(official_code=code).exclude(pk=self.instance.pk)
        if code and not parent and others.exists():
            self.add_error("official_code", _("Another institution has this code."))
        try:
            check_place(organisation=self.instance, parent=parent)
        except OrganisationCannotMove as error:
            self.add_error("parent", {
                "inside": _("An organisation cannot be part of itself or of one of its own units."),
                "depth": _("There are three levels: institution, directorate and unit. Here it would be deeper."),
            }[error.reason])
        return cleaned


class AssignmentForm(forms.ModelForm):
    """A new assignment: the one that runs ends the day before."""

    class Meta:
        model = Assignment
        fields = ["user", "organisation", "staff_type", "position", "since"]
        widgets = {"user": person_chooser.widget_class, "organisation": organisation_chooser.widget_class,
                   "since": AdminDateInput}

    def clean(self):
        cleaned = super().clean()
        user, since = cleaned.get("user"), cleaned.get("since")
        if user and since and user.assignments.filter(since__gt=since).exists():
            self.add_error("since", _("This person has an assignment that begins later. Correct that one instead."))
        return cleaned

    def validate_constraints(self):
        """Assigning the same again is no error: lms.accounts.organising.assign decides."""


class AssignmentCorrectionForm(forms.ModelForm):
    class Meta:
        model = Assignment
        fields = ["organisation", "staff_type", "position", "since", "until"]
        widgets = {"organisation": organisation_chooser.widget_class, "since": AdminDateInput, "until": AdminDateInput}


class RoleGrantForm(forms.ModelForm):
    class Meta:
        model = RoleGrant
        fields = ["user", "role", "organisation"]
        widgets = {"user": person_chooser.widget_class, "organisation": organisation_chooser.widget_class}
        help_texts = {"organisation": _("For an HR officer: the institution or unit whose people they may see.")}

    def clean(self):
        cleaned = super().clean()
        user, role, organisation = (cleaned.get(name) for name in ("user", "role", "organisation"))
        if role == RoleGrant.Role.HR_OFFICER and not organisation and "organisation" not in self.errors:
            self.add_error("organisation", _("Choose the institution or unit whose people they may see."))
        elif role and role != RoleGrant.Role.HR_OFFICER and organisation:
            self.add_error("organisation", _("Only an HR officer's role belongs to an organisation."))
        elif user and RoleGrant.objects.filter(user=user, role=role, organisation=organisation).exists():
            self.add_error("role", _("This person has this role already."))
        return cleaned

    def validate_constraints(self):
        """Both constraints are checked above, with a sentence for each."""
