from django import forms
from django.utils.translation import gettext_lazy as _

from certificates import code_lists, corrections
from certificates.codes import CodeMalformed, normalise
from certificates.reading import LARGEST, PdfTooLarge


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the certificate"), max_length=60,
        help_text=_("16 letters and digits, printed below the QR code. Spaces, dashes and capitals do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the code that is printed on the certificate.")},
    )

    def clean_code(self):
        try:
            return normalise(self.cleaned_data["code"])
        except CodeMalformed:
            raise forms.ValidationError(
                _("A code has 16 letters and digits. Compare what you wrote with the certificate, group by group."),
                code="malformed") from None


class IdentityForm(forms.Form):
    """The number of the document that the holder shows. Compared, never kept."""

    number = forms.CharField(
        label=_("Number of the identity document"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number as it is on the document.")},
    )


class CodeListForm(forms.Form):
    """Codes pasted or in a text file; ``cleaned_data["entries"]`` is a list of certificates.code_lists.Entry."""

    codes = forms.CharField(
        label=_("Codes, one on each line"), required=False, max_length=code_lists.MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Up to 200. What else is on a line, such as a name, is not read: only the code counts."),
    )
    file = forms.FileField(
        label=_("Or a file with the codes (CSV or text)"), required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean(self):
        cleaned = super().clean()
        text, file = cleaned.get("codes", ""), cleaned.get("file")
        if self.errors:
            return cleaned
        try:
            cleaned["entries"] = code_lists.read_codes(text + "\n" + (code_lists.decode(file) if file else ""))
        except code_lists.NoCodes:
            self.add_error("codes", _("Write or paste at least one code, or choose a file that holds some."))
        except code_lists.TooManyCodes as error:
            self.add_error("codes", _("These are %(count)d codes. Check at most %(most)d at a time.") % {
                "count": error.count, "most": code_lists.MAX_CODES})
        except code_lists.NotText:
            self.add_error("file", _("This file is not text. Save the list as CSV and choose it again."))
        return cleaned


class CorrectionForm(forms.Form):
    """What a holder asks. ``issued``: the name on the certificate."""

    holder = forms.CharField(
        label=_("Your name as it should be on the certificate"), max_length=200,
        help_text=_("Given names and surnames, as in your identity document."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": _("Write your name as it should be.")})
    explanation = forms.CharField(
        label=_("What is wrong"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: my second surname is missing."),
        error_messages={"required": _("Say in a sentence what is wrong, for the person who decides.")})
    evidence = forms.FileField(
        label=_("A document that shows your name"), required=False,
        help_text=_("PDF, PNG or JPEG, at most 5 MB. Only who decides sees it. Cover what is not needed, such as your "
                    "address."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,application/pdf,image/png,image/jpeg"}))

    def __init__(self, *args, issued, **kwargs):
        super().__init__(*args, **kwargs)
        self.issued = issued

    def clean_holder(self):
        name = corrections.normalise_name(self.cleaned_data["holder"])
        if not name.isprintable():
            raise forms.ValidationError(_("This name has characters that cannot be printed. Write it again."))
        if name == self.issued:
            raise forms.ValidationError(_("This is the name on the certificate already. Write what should be there."))
        return name

    def clean_evidence(self):
        file = self.cleaned_data["evidence"]
        if file:
            try:
                corrections.check_evidence(file)
            except corrections.EvidenceRefused:
                raise forms.ValidationError(_("This file is neither a PDF nor a picture in PNG or JPEG, or it is "
                                              "larger than 5 MB. Choose another one.")) from None
        return file


class FileForm(forms.Form):
    """A PDF of ours, or the digital credential of one as JSON."""

    NOT_A_CREDENTIAL = _("This file is no digital credential.")

    file = forms.FileField(
        label=_("PDF of the certificate, or digital credential (JSON)"), widget=forms.FileInput(attrs={
            "accept": ".pdf,.json,application/pdf,application/json,application/vc+ld+json"}),
        help_text=_("At most 5 MB. The file is looked at and not kept."),
        error_messages={"required": _("Choose the file that you were sent."),
                        "empty": _("This file is empty. Ask for it again.")})

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(PdfTooLarge.sentence, code="large")
        return file
