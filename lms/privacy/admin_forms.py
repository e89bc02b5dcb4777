from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class RetentionForm(forms.Form):
    """One field for each purpose: months, or empty for as long as the platform."""

    def __init__(self, *args, rules, **kwargs):
        super().__init__(*args, **kwargs)
        for purpose, rule in rules:
            self.fields[purpose.name] = forms.IntegerField(
                label=purpose.label, initial=rule.months, min_value=purpose.least, max_value=1200, required=False,
                help_text=_("%(explanation)s At least %(least)d months; empty: as long as the platform is used.") % {
                    "explanation": purpose.explanation, "least": purpose.least})


class NoticeForm(forms.Form):
    """The text of the notice and what changed in it, in every language side by side."""

    def __init__(self, *args, current, **kwargs):
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[f"text_{language}"] = forms.CharField(
                label=_("Text in %(language)s") % {"language": name}, initial=current and current.texts.get(language),
                widget=forms.Textarea(attrs={"rows": 24, "lang": language}), max_length=50_000,
                help_text=_("Markdown: “## ” before a heading, “- ” before an item of a list."))
            self.fields[f"changes_{language}"] = forms.CharField(
                label=_("What changed, in %(language)s") % {"language": name}, max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                help_text=_("For people who know the version before."))

    def get_texts(self):
        return {part: {language: self.cleaned_data[f"{field}_{language}"] for language, _name in settings.LANGUAGES}
                for part, field in (("texts", "text"), ("changes", "changes"))}
