"""The forms people meet before and around learning. Each begins at the visible label: no placeholder repeats it."""

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.identity import DocumentKind, fingerprint, mask, normalise_document
from lms.accounts.models import Sex, User

NAME_FIELDS = ("given_names", "first_surname", "second_surname")
NAME_AUTOCOMPLETE = {"given_names": "given-name", "first_surname": "family-name", "second_surname": "additional-name"}
PASSWORD_HELP = _("At least 10 characters, not only digits, nothing common and nothing like your name or address. "
                  "Several words in a row are easy to remember.")


class PlainFieldsMixin:
    """Allauth's fields under our labels, without placeholders: they vanish when they are needed most."""

    labels = {
        "login": _("E-mail address"),
        "email": _("E-mail address"),
        "password": _("Password"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if name == "password1":
                field.help_text = PASSWORD_HELP
            elif name in {"password", "oldpassword"}:
                field.help_text = ""  # the page says where to reset a forgotten one


class DocumentFieldsMixin(forms.Form):
    """Kind and number of an identity document: both or none. After ``is_valid``, ``document`` is None when nothing
    changes, or (kind, number); both empty take the document away."""

    document_kind = forms.ChoiceField(
        label=_("Kind of identity document"), required=False, choices=[("", _("None")), *DocumentKind.choices]
    )
    document_number = forms.CharField(
        label=_("Number of the document"), required=False, max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    document = None

    def get_document_owner(self):
        """The person the form is about; None for somebody without an account."""

    def clean(self):
        cleaned = super().clean()
        kind, number = self.cleaned_data.get("document_kind", ""), self.cleaned_data.get("document_number", "")
        owner = self.get_document_owner()
        current_kind = owner.document_kind if owner else ""
        if number and not kind:
            self.add_error("document_kind", _("Choose which kind of document this number belongs to."))
        elif number:
            self._clean_number(kind=kind, number=number, owner=owner)
        elif kind != current_kind:
            if kind:
                self.add_error("document_number", _("Write the number of the document, or choose “None”."))
            else:
                self.document = ("", "")
        return cleaned

    def _clean_number(self, *, kind, number, owner):
        try:
            number = normalise_document(kind=kind, number=number)
        except ValidationError as error:
            self.add_error("document_number", error)
            return
        others = User.objects.filter(document_kind=kind, document_fingerprint=fingerprint(kind=kind, number=number))
        if others.exclude(pk=owner and owner.pk).exists():
            self.add_error("document_number", ValidationError(
                _("This document is already registered for an account. If it is yours, sign in with that account or "
                  "reset its password. If it is not, write to us and we will look into it."), code="document_taken"))
            return
        self.document = (kind, number)


def _name_fields(form):
    for name in NAME_FIELDS:
        form.fields[name].widget.attrs["autocomplete"] = NAME_AUTOCOMPLETE[name]



class SignupForm(PlainFieldsMixin, DocumentFieldsMixin, allauth_forms.SignupForm):
    labels = PlainFieldsMixin.labels | {"password1": _("Password")}
    field_order = [*NAME_FIELDS, "email", "password1", "preferred_language", "document_kind", "document_number", "sex"]

    given_names, first_surname, second_surname, preferred_language = (
        User._meta.get_field(name).formfield() for name in (*NAME_FIELDS, "preferred_language")
    )
    sex = forms.ChoiceField(label=_("Sex as registered"), choices=Sex.choices, initial=Sex.NOT_STATED, required=False,
                            help_text=_("As your identity document says. It is used in figures only."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_fields(self)
        self.fields["document_number"].help_text = _(
            "It tells apart people of the same name in your institution's records. It never appears on a public page.")
        if get_language() in dict(self.fields["preferred_language"].choices):
            self.initial.setdefault("preferred_language", get_language())

    def clean(self):
        cleaned = super().clean()
        # Allauth compares the password with the e-mail only; a name is as easy to guess.
        if password := self.cleaned_data.get("password1"):
            names = {name: self.cleaned_data.get(name, "") for name in NAME_FIELDS}
            try:
                validate_password(password, User(**names))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def fill(self, user):
        """Put what the person wrote on ``user`` (not saved)."""
        for name in (*NAME_FIELDS, "preferred_language"):
            setattr(user, name, self.cleaned_data[name])
        user.sex = self.cleaned_data["sex"] or Sex.NOT_STATED
        if self.document:
            user.set_document(kind=self.document[0], number=self.document[1])


class LoginForm(PlainFieldsMixin, allauth_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class AddEmailForm(PlainFieldsMixin, allauth_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ChangePasswordForm(PlainFieldsMixin, allauth_forms.ChangePasswordForm):
    pass


class ResetPasswordForm(PlainFieldsMixin, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainFieldsMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class SetPasswordForm(PlainFieldsMixin, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(PlainFieldsMixin, allauth_forms.ReauthenticateForm):
    pass


class ProfileForm(DocumentFieldsMixin, forms.ModelForm):
    """What people may change about themselves. ``changed`` names what did, for the audit log."""

    class Meta:
        model = User
        fields = [*NAME_FIELDS, "preferred_language", "sex"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_fields(self)
        self.initial["document_kind"] = self.instance.document_kind
        if self.instance.document_kind:
            self.fields["document_number"].help_text = _(
                "Registered now: %(number)s. Leave this empty to keep it.") % {
                    "number": mask(self.instance.document_number)}

    def get_document_owner(self):
        return self.instance

    def _post_clean(self):
        super()._post_clean()
        if self.document and not self.errors:
            self.instance.set_document(kind=self.document[0], number=self.document[1])

    @property
    def changed(self):
        names = [name for name in self.changed_data if not name.startswith("document_")]
        return [*names, "document"] if self.document else names
