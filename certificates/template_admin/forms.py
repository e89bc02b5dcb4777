import re

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates import templates
from certificates.models import Certificate, Signatory, SignatoryVersion, TemplateVersion
from certificates.pictures import PictureRefused, check_picture
from certificates.rights import get_institutions, get_signatories, may_design_all

LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES
BOTH = "_".join(code for code, _name in LANGUAGES)
PICTURES = ("logo", "second_logo")
# Bodies that certify competences. The first is also a verb in Spanish, and so looked for in capitals.
CERTIFIERS = re.compile(r"\bCONOCER\b|(?i:chile\s*valora)")
LABELS = {
    "intro": (_("Introduction"), _("Before the name. Empty: “Puentes certifies that”, with the name of the platform.")),
    "act_approval": (_("What was done, on a certificate of approval"), _(
        "After the name and before the course. Empty: “completed and passed the course”.")),
    "act_attendance": (_("What was done, on a certificate of attendance"), _("Empty: “attended the course”.")),
    "act_path": (_("What was done, on the certificate of a learning path"), _("Empty: “completed the learning path”.")),
    "place": (_("Place"), _("Beside the date of issue, such as “Santiago de Chile”.")),
    "note": (_("Closing note"), _("Below the facts, such as the programme that paid for the course.")),
    "logo_alt": (_("What the first logo is"), _(
        "Read aloud to who cannot see it, such as “Municipality of Las Acacias”. Empty: the name of the platform.")),
    "second_logo_alt": (_("What the second logo is"), _("Read aloud to who cannot see it.")),
}


class PictureField(forms.FileField):
    """A certificates.pictures.Picture."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if not file:
            return None
        try:
            return check_picture(file)
        except PictureRefused as error:
            raise forms.ValidationError(str(error)) from error


class OrganisationField(forms.ModelChoiceField):
    def __init__(self, user):
        everybody = may_design_all(user)
        super().__init__(
            get_institutions(user), label=_("Institution"), required=not everybody,
            empty_label=_("For all institutions") if everybody else None, help_text=_(
                "People who work there may change it."))


class LocalizedForm(forms.Form):
    """Texts in each language side by side, in all of them or in none: a field ``name-language`` for each."""

    localized = ()

    def add_localized(self, name, label, *, initial, help_text="", **options):
        self.localized = (*self.localized, (name, label, help_text))
        rows = {"widget": forms.Textarea(attrs={"rows": 3})} if options.get("max_length", 0) > 200 else {}
        for code, language in LANGUAGES:
            field = forms.CharField(label=language, initial=initial.get(code, ""),
                                    **{"required": False, **rows, **options})
            field.group = label
            self.fields[f"{name}-{code}"] = field

    def get_groups(self):
        return [{"name": name, "label": label, "help_text": help_text,
                 "fields": [self[f"{name}-{code}"] for code, _language in LANGUAGES]}
                for name, label, help_text in self.localized]

    def name_errors(self):
        """[(bound field, its name with that of its group)] of those in error."""
        wrong = [bound for bound in self if bound.errors]
        return [(bound, ", ".join(str(part) for part in (getattr(bound.field, "group", ""), bound.label) if part))
                for bound in wrong]

    def get_texts(self, name):
        """{language: text} of those that are written."""
        texts = {code: self.cleaned_data.get(f"{name}-{code}", "") for code, _language in LANGUAGES}
        return {code: text for code, text in texts.items() if text}

    def clean(self):
        values = super().clean()
        for name, _label, _help in self.localized:
            texts = self.get_texts(name)
            for code, language in LANGUAGES:
                field = f"{name}-{code}"
                if texts and code not in texts and field not in self.errors:
                    self.add_error(field, gettext("Write it in this language too, or in none: %(language)s.") % {
                        "language": gettext(language)})
                if CERTIFIERS.search(texts.get(code, "")):
                    self.add_error(field, gettext(
                        "Take out the name of the body that certifies labour competences: this certificate is not one "
                        "of theirs, and must not be taken for one."))
        return values


class TemplateForm(LocalizedForm):
    """``version``: the newest of the template, or None for a new one."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("For you and your colleagues; not printed."))
    layout = forms.ChoiceField(label=_("Layout"), choices=TemplateVersion.Layout, widget=forms.RadioSelect)
    logo = PictureField(label=_("First logo, on the left"), required=False, help_text=_(
        "PNG, JPEG or WebP of at least 120 pixels; best a PNG on nothing, 1,000 pixels wide."))
    second_logo = PictureField(label=_("Second logo, on the right"), required=False)
    remove_logo = forms.BooleanField(label=_("Print no first logo"), required=False)
    remove_second_logo = forms.BooleanField(label=_("Print no second logo"), required=False)

    def __init__(self, *args, user, template, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.template, self.version, self.pictures = template, version, {}
        texts = version.texts if version else {}
        self.fields["name"].initial = template.name
        self.fields["organisation"] = OrganisationField(user)
        self.fields["organisation"].initial = template.organisation_id
        self.fields["layout"].initial = version.layout if version else TemplateVersion.Layout.BRIDGE
        printed = [each.signatory for each in templates.get_signatories(version)] if version else []
        self.people = get_people(user, printed)
        choices = [("", _("Nobody")), *((str(key), describe(person)) for key, person in self.people.items())]
        for position in range(templates.MOST_SIGNATORIES):
            self.fields[f"signatory_{position + 1}"] = forms.ChoiceField(
                label=[_("First, on the left"), _("Second"), _("Third")][position], choices=choices, required=False,
                initial=str(printed[position].pk) if position < len(printed) else "")
        for name in PICTURES:
            # A file that was chosen is not lost when another field is in error.
            self.fields[f"kept_{name}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        for name, most in templates.TEXTS.items():
            label, help_text = LABELS[name]
            self.add_localized(name, label, help_text=help_text, max_length=most, initial=texts.get(name, {}))

    @property
    def signatory_fields(self):
        return [self[f"signatory_{position + 1}"] for position in range(templates.MOST_SIGNATORIES)]

    @property
    def hidden(self):
        return [self[f"kept_{name}"] for name in PICTURES]

    def clean(self):
        values = super().clean()
        chosen = set()
        for field in [bound.name for bound in self.signatory_fields]:
            person = self.people.get(values.get(field))
            if person is None:
                continue
            if person.signatory_id in chosen:
                self.add_error(field, gettext("This person is already chosen. Nobody signs twice."))
            institution = person.signatory.organisation
            if institution and institution != values.get("organisation"):
                self.add_error(field, gettext(
                    "%(name)s signs for %(institution)s, so only on templates of that institution.") % {
                        "name": person.name, "institution": institution.name})
            chosen.add(person.signatory_id)
        for name in PICTURES:
            self.pictures[name] = self._get_picture(name)
        return values

    def _get_picture(self, name):
        if picture := self.cleaned_data.get(name):
            return picture
        if self.cleaned_data.get(f"remove_{name}"):
            return None
        if kept := read_kept(self.cleaned_data.get(f"kept_{name}", "")):
            return kept
        return templates.read_picture(getattr(self.version, name)) if self.version else None

    def keep_pictures(self):
        """Put what was uploaded aside, so that the form can be shown again without losing it."""
        self.data = self.data.copy()
        for name in PICTURES:
            if picture := self.cleaned_data.get(name):
                self.data[f"kept_{name}"] = keep(picture)

    @property
    def content(self):
        """The templates.Content of a form without errors."""
        texts = {name: self.get_texts(name) for name in templates.TEXTS}
        people = [self.people.get(self.cleaned_data[bound.name]) for bound in self.signatory_fields]
        return templates.Content(
            layout=self.cleaned_data["layout"], texts={name: text for name, text in texts.items() if text},
            logo=self.pictures["logo"], second_logo=self.pictures["second_logo"],
            signatories=[person for person in people if person])


class SignatoryForm(LocalizedForm):
    """``version``: the newest of the signatory, or None for a new one."""

    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("As it is printed."))
    image = PictureField(label=_("Image of the signature"), required=False, help_text=_(
        "Written on white paper and photographed, or better a PNG on nothing. Without one only the name is printed."))
    remove_image = forms.BooleanField(label=_("Print no image"), required=False)

    field_order = ["name", "organisation"]

    def __init__(self, *args, user, signatory, version, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = version
        self.fields["organisation"] = OrganisationField(user)
        self.fields["organisation"].initial = signatory.organisation_id
        self.fields["name"].initial = version.name if version else ""
        self.add_localized("role", _("Position"), initial=version.role if version else {}, max_length=120,
                           required=True)

    @property
    def picture(self):
        if self.cleaned_data.get("remove_image"):
            return None
        return self.cleaned_data.get("image") or (templates.read_picture(self.version.image) if self.version else None)


class PreviewForm(forms.Form):
    """What to look at a template with."""

    preview_language = forms.ChoiceField(label=_("Language"), required=False, choices=[
        *LANGUAGES, (BOTH, _("Both on one page"))])
    preview_kind = forms.ChoiceField(label=_("Kind"), required=False, choices=Certificate.Kind)
    preview_facts = forms.ChoiceField(label=_("Facts"), required=False, choices=[
        ("usual", _("As usual")), ("long", _("Long names, many contents"))])

    @property
    def chosen(self):
        """(languages, kind, is it the long sample?), the first of each where nothing valid was chosen."""
        values = {}
        if self.is_bound:
            self.full_clean()
            values = self.cleaned_data
        language = values.get("preview_language") or LANGUAGES[0][0]
        kind = values.get("preview_kind") or Certificate.Kind.APPROVAL
        return language.split("_"), kind, values.get("preview_facts") == "long"


def get_people(user, printed):
    """{primary key as text: SignatoryVersion, the newest} of those whom ``user`` may choose and those whom the template
    ``printed`` (Signatories) already."""
    offered = get_signatories(user).filter(archived_at__isnull=True)
    keys = {*offered.values_list("pk", flat=True), *(each.pk for each in printed)}
    newest = {}
    for version in SignatoryVersion.objects.filter(signatory__in=Signatory.objects.filter(pk__in=keys)).select_related(
            "signatory__organisation").order_by("name", "number"):
        known = newest.get(str(version.signatory_id))
        if known is None or known.number < version.number:
            newest[str(version.signatory_id)] = version
    return newest


def describe(person):
    parts = [person.name, next(iter(person.role.values()), "")]
    return " · ".join(part for part in parts if part)


def keep(picture):
    return signing.dumps(templates.keep_picture("logos", picture), salt="certificates.kept_picture")


def read_kept(value):
    """The Picture that ``keep`` put aside, or None."""
    try:
        return templates.read_kept_picture(signing.loads(value, salt="certificates.kept_picture"))
    except (signing.BadSignature, templates.TemplateAltered):
        return None
