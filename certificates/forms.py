from django import forms
from django.utils.translation import gettext_lazy as _

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
