from django import forms
from django.utils.translation import gettext_lazy as _

from certificates import code_lists
from certificates.codes import CodeMalformed, normalise


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
