"""Learning paths in the Wagtail admin."""

from django import forms
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import DeleteView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from certificates.rights import get_templates_to_choose
from courses.admin_fields import CourseChoiceField
from courses.editions import get_titled_courses
from courses.models import LearningPath

LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES
TITLES = {f"title_{code}": forms.CharField(label=name, max_length=150, required=code == settings.LANGUAGE_CODE)
          for code, name in LANGUAGES}
SUMMARIES = {f"summary_{code}": forms.CharField(label=name, max_length=500, required=False,
                                                widget=forms.Textarea(attrs={"rows": 2})) for code, name in LANGUAGES}
LocalizedForm = type("LocalizedForm", (WagtailAdminModelForm,), {**TITLES, **SUMMARIES})


class LearningPathForm(LocalizedForm):
    def __init__(self, data=None, files=None, instance=None, **kwargs):
        super().__init__(data, files, instance=instance, **kwargs)
        for code, _name in LANGUAGES:
            self.fields[f"title_{code}"].initial = (self.instance.titles or {}).get(code, "")
            self.fields[f"summary_{code}"].initial = (self.instance.summaries or {}).get(code, "")
        self.fields["certificate_template"].queryset = get_templates_to_choose(
            self.for_user, chosen=self.instance.certificate_template_id)

    def clean(self):
        values = super().clean()
        self.instance.titles = self._collect("title")
        self.instance.summaries = self._collect("summary")
        return values

    def _collect(self, name):
        texts = {code: self.cleaned_data.get(f"{name}_{code}", "").strip() for code, _name in LANGUAGES}
        return {code: text for code, text in texts.items() if text}


class StepForm(WagtailAdminModelForm):
    course = CourseChoiceField(queryset=None, label=gettext_lazy("Course"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = get_titled_courses()


class StepsPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": StepForm}
        return options


class LearningPathIndexView(IndexView):
    def get_base_queryset(self):
        return LearningPath.objects.prefetch_related("steps")


class LearningPathDeleteView(DeleteView):
    def run_before_hook(self):
        if self.object.awards.exists():
            messages.error(self.request, _("This path was not deleted, because learners have its certificate. To "
                                           "take it away from the others, do not offer it any more."))
            return redirect(self.edit_url_name, self.object.pk)
        return None


class LearningPathViewSet(ModelViewSet):
    model = LearningPath
    name = "learning_paths"
    icon = "list-ol"
    menu_label = gettext_lazy("Learning paths")
    menu_name = "learning_paths"
    menu_order = 202
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = LearningPathIndexView
    delete_view_class = LearningPathDeleteView
    search_fields = []
    search_backend_name = None
    edit_handler = ObjectList([
        MultiFieldPanel([FieldPanel(name) for name in TITLES], heading=gettext_lazy("Title")),
        MultiFieldPanel([FieldPanel(name) for name in SUMMARIES], heading=gettext_lazy("Summary")),
        StepsPanel("steps", [FieldPanel("course")], heading=gettext_lazy("Courses"), label=gettext_lazy("Course"),
                   min_num=1, help_text=gettext_lazy("In the order in which they are best taken. Learners may take "
                                                     "them in another one.")),
        FieldPanel("is_offered"),
        MultiFieldPanel([FieldPanel("certificate_template"), FieldPanel("certificate_valid_months")],
                        heading=gettext_lazy("Certificate of the path")),
    ], base_form_class=LearningPathForm)
    list_display = [
        TitleColumn("title", label=gettext_lazy("Title"),
                    get_url=lambda path: reverse("learning_paths:edit", args=[path.pk])),
        Column("courses", label=gettext_lazy("Courses"), accessor=lambda path: len(path.steps.all())),
        Column("offered", label=gettext_lazy("Offered"),
               accessor=lambda path: _("Yes") if path.is_offered else _("No")),
    ]
