"""The form of a question: both languages side by side, what waits to be translated, whose it is."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.forms.widgets import Script
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.snippets.views.snippets import CreateView, EditView

from assessments.admin_views import get_map_buttons
from assessments.bank_admin.fields import CategoryField, InstitutionsField, get_own_institutions
from assessments.bank_admin.panels import NoticesPanel
from assessments.models import Competence, Question
from assessments.rights import get_next_states, may_edit, may_manage
from lms.accounts.models import Organisation

SHARING = ("owner", "sharing", "shared_to_use", "shared_to_edit")


class QuestionForm(WagtailAdminModelForm):
    category = CategoryField()
    competence = forms.ModelChoiceField(Competence.objects.all(), label=gettext_lazy("Competence"), required=False)
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Owner"), required=False,
                                   empty_label=gettext_lazy("All institutions"))
    shared_to_use = InstitutionsField(label=gettext_lazy("Institutions that may use it"))
    shared_to_edit = InstitutionsField(label=gettext_lazy("Institutions that may use and change it"))
    confirmed = forms.BooleanField(
        label=gettext_lazy("All translations fit their sources"), required=False,
        help_text=gettext_lazy("Tick this when a text changed in one language only and its translation is still right. "
                               "They are no longer flagged then."))

    class Media:
        js = [Script("js/question_form.js", type="module")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        user, question = self.for_user, self.instance
        if "state" in self.fields:
            states = get_next_states(user, question.state)
            self.fields["state"].choices = [(state.value, state.label) for state in states]
        if question.pk and not may_manage(user, question):
            for name in SHARING:
                self.fields.pop(name, None)
        elif "owner" in self.fields:
            self.fields["sharing"].required = False
            institutions = get_own_institutions(user)
            self.fields["owner"].queryset = institutions
            if not question.pk:
                self.initial["owner"] = None if user.is_superuser else institutions.values_list("pk", flat=True).first()
        if not any(gap.is_older for gap in (question.find_gaps() if question.pk else ())):
            self.fields.pop("confirmed", None)

    def clean(self):
        cleaned = super().clean()
        if "sharing" in self.fields and not cleaned.get("owner"):
            cleaned |= {"sharing": Question._meta.get_field("sharing").default, "shared_to_use": [],
                        "shared_to_edit": []}
        return cleaned

    def save(self, commit=True):
        self.instance.saved_by = self.for_user
        self.instance.confirms_translations = self.cleaned_data.get("confirmed", False)
        return super().save(commit)


EDIT_HANDLER = ObjectList([
    NoticesPanel(),
    FieldPanel("body"),
    FieldPanel("confirmed"),
    MultiFieldPanel([FieldPanel("code"), FieldPanel("category"), FieldPanel("tags"), FieldPanel("difficulty"),
                     FieldPanel("competence")], heading=gettext_lazy("Place in the bank")),
    FieldPanel("state", help_text=gettext_lazy(
        "Only approved questions are offered for tests and drawn. A retired one stays in the tests that have it.")),
    MultiFieldPanel([FieldPanel(name) for name in SHARING], heading=gettext_lazy("Owner and sharing"), help_text=(
        gettext_lazy("An institution's questions are seen by those who work in it, and by whom it shares them with."))),
], base_form_class=QuestionForm)


def get_question_buttons(question, user):
    """The pages beside the form."""
    yield Button(_("Preview"), url=reverse("question_preview", args=[question.pk]), icon_name="view", priority=1)
    yield Button(_("Versions"), url=reverse("question_versions", args=[question.pk]), icon_name="history", priority=2)
    yield Button(_("Comments"), url=reverse("question_comments", args=[question.pk]), icon_name="comment", priority=3)
    yield from get_map_buttons(question, user)
    for make_buttons in hooks.get_hooks("register_question_header_buttons"):
        yield from make_buttons(question, user)


class QuestionAddView(CreateView):
    pass


class QuestionEditView(EditView):
    def get_object(self, queryset=None):
        question = super().get_object(queryset)
        if not may_edit(self.request.user, question):
            raise PermissionDenied
        return question

    def save_instance(self):
        before = self.form.initial.get("state")
        question = super().save_instance()
        if "state" in self.form.changed_data:
            log(instance=question, action="assessments.state", user=self.request.user,
                data={"from": before, "to": question.state})
        return question

    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *get_question_buttons(self.object, self.request.user)]
