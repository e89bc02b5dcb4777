"""The short list of competences, which trainers extend."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Competence
from assessments.question_texts import LANGUAGES


class CompetenceForm(WagtailAdminModelForm):
    """One field for the name in each language; the first is required."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in LANGUAGES:
            self.initial[f"name_{code}"] = self.instance.names.get(code, "")

    def save(self, commit=True):
        self.instance.names = {code: self.cleaned_data[f"name_{code}"] for code in LANGUAGES}
        return super().save(commit)


NAMES = {
    f"name_{code}": forms.CharField(label=_("Name"), help_text=name, max_length=150,
                                    required=code == settings.LANGUAGE_CODE)
    for code, name in settings.WAGTAIL_CONTENT_LANGUAGES}


class CompetenceViewSet(SnippetViewSet):
    model = Competence
    icon = "tasks"
    menu_label = _("Competences")
    menu_name = "competences"
    list_display = ["__str__", "code"]
    search_fields = ["code"]
    list_per_page = 100
    copy_view_enabled = False
    edit_handler = ObjectList([*(FieldPanel(name) for name in NAMES), FieldPanel("code")],
                              base_form_class=type("CompetenceForm", (CompetenceForm,), NAMES))
