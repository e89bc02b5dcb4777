from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assessments.bank_admin.fields import CategoryField
from assessments.formats.model import PARTS
from assessments.importing.sources import FORMATS, MOST
from assessments.kinds import get_kinds

LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES


def get_formats():
    return [(each.name, each.label) for each in FORMATS.values()]


class PlaceForm(forms.Form):
    """Where the questions of a file go, and in which language they are."""

    category = CategoryField(required=False, empty_label=_("As the file says, from the top"), help_text=_(
        "The categories of the file are made below this one. Questions without any go to this one."))
    language = forms.ChoiceField(label=_("Language of the questions"), choices=LANGUAGES, help_text=_(
        "Their texts are put in this language, and the other one is flagged as to be translated."))


class UploadForm(PlaceForm):
    file = forms.FileField(label=_("File"), help_text=_(
        "GIFT, Moodle XML, Aiken or the spreadsheet with our template. Nothing is saved before you have seen what is "
        "in it."))
    format = forms.ChoiceField(label=_("Format"), choices=lambda: [("auto", _("Find out by the content")),
                                                                   *get_formats()])

    field_order = ["file", "format", "category", "language"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST:
            raise forms.ValidationError(_("The file is larger than %(most)d MB. Divide it."),
                                        params={"most": MOST // 1_000_000})
        return file


class ExportForm(forms.Form):
    category = CategoryField(required=False, empty_label=_("All categories"), help_text=_(
        "With the categories below it."))
    format = forms.ChoiceField(label=_("Format"), choices=get_formats)
    language = forms.ChoiceField(label=_("Language of the questions"), choices=LANGUAGES, help_text=_(
        "Questions without a text in this language are left out."))


def get_kind_label(name):
    """Of a kind of question; other words, such as the types of other systems, as they are."""
    kind = get_kinds().get(name) if name in PARTS else None
    return kind.label if kind else name
