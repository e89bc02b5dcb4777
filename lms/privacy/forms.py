from django import forms
from django.utils.translation import gettext_lazy as _


class AcknowledgeForm(forms.Form):
    read = forms.BooleanField(label=_("I have read how my data are used."), error_messages={
        "required": _("Mark that you have read it to go on.")})


class ErasureForm(forms.Form):
    explanation = forms.CharField(
        label=_("Is there something that we should know?"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}), help_text=_("You need not give a reason."))
    understood = forms.BooleanField(
        label=_("I understand that I lose my account and my documents, and that this cannot be undone."),
        error_messages={"required": _("Mark that you have understood what is lost.")})


class RefusalForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer to the person"), max_length=1000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Say which law or duty obliges you to keep the data, and whom the person can complain to."),
        error_messages={"required": _("Give the person a reason.")})
