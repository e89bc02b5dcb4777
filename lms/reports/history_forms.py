from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.corrections import MOST_BYTES, EvidenceRefused, check_evidence
from lms.accounts.roles import get_hr_organisations
from lms.reports.history_reading import MOST_BYTES as MOST_BYTES_OF_A_LIST


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_(
        "XLSX or CSV, with the headings of the template, 2,000 rows at most. Nothing is saved before you have seen "
        "what becomes of each row."))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES_OF_A_LIST:
            raise forms.ValidationError(_("The file is larger than %(most)d MB. Divide it."),
                                        params={"most": MOST_BYTES_OF_A_LIST // 10**6})
        return file


class SaveForm(forms.Form):
    """``place`` is only offered where there are people without an account."""

    place = forms.ChoiceField(label=_("People who have no account"), required=False, help_text=_(
        "Leave their rows out, or make their accounts in one of your organisations. They get no mail; they sign in "
        "after choosing a password."))

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = {str(each.pk): each for each in get_hr_organisations(viewer).order_by("path")}
        top = min((each.depth for each in self.places.values()), default=1)
        self.fields["place"].choices = [("", _("Leave their rows out")), *(
            (pk, "– " * (each.depth - top) + each.name) for pk, each in self.places.items())]

    def clean_place(self):
        return self.places.get(self.cleaned_data["place"])


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("Document that shows it"), help_text=_(
        "A PDF, PNG or JPEG file of %(most)d MB at most. It takes the place of the one that is there.") % {
            "most": MOST_BYTES // 1024 // 1024})

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_evidence(file)
        except EvidenceRefused:
            raise forms.ValidationError(_("This is neither a PDF nor a PNG or JPEG picture, or it is too large."),
                                        code="refused") from None
        return file


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), max_length=100, required=False)
