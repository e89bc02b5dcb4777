"""The editions of the courses in the Wagtail admin."""

import django_filters
from django import forms
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import DeleteView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from certificates.rights import get_templates_to_choose
from courses.admin_fields import (
    CourseChoiceField,
    QuizChoiceField,
    refuse_wrong_order,
    set_time_zone,
)
from courses.editions import get_counted_editions, get_quiz_titles, get_titled_courses
from courses.models import Edition
from courses.time_zones import get_choices
from lms.accounts.models import RoleGrant, User


class QuizWindowForm(WagtailAdminModelForm):
    activity = QuizChoiceField()

    def __init__(self, *args, quiz_titles, time_zone, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["activity"].choices = [("", "---------"), *quiz_titles.items()]
        set_time_zone(self, time_zone)

    def clean(self):
        values = super().clean()
        refuse_wrong_order(self)
        return values


class QuizWindowsPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": QuizWindowForm,
                                                    "inherit_kwargs": ["quiz_titles", "time_zone"]}
        return options


class EditionForm(WagtailAdminModelForm):
    course = CourseChoiceField(queryset=None, label=gettext_lazy("Course"))

    def __init__(self, data=None, files=None, instance=None, **kwargs):
        chosen = data and data.get("time_zone")
        self.time_zone = chosen if chosen in dict(get_choices()) else (instance or Edition()).time_zone
        self.quiz_titles = get_quiz_titles([instance.course_id])[instance.course_id] if instance and instance.pk else {}
        super().__init__(data, files, instance=instance, **kwargs)
        set_time_zone(self, self.time_zone)
        self.fields["course"].queryset = get_titled_courses()
        self.fields["course"].disabled = self.instance.pk is not None  # learners are enrolled in this course
        self.fields["certificate_template"].queryset = get_templates_to_choose(
            self.for_user, chosen=self.instance.certificate_template_id)
        self.fields["trainer"].queryset = User.objects.filter(
            is_active=True, role_grants__role__in=[RoleGrant.Role.TRAINER, RoleGrant.Role.ADMINISTRATOR]).distinct()

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not name and not self.instance.is_default:
            raise forms.ValidationError(_("Give the edition a name, so that people can tell it from the others."))
        return name

    def clean(self):
        values = super().clean()
        refuse_wrong_order(self)
        return values


class EditionFilterSet(WagtailFilterSet):
    trainer = django_filters.ModelChoiceFilter(
        queryset=lambda request: User.objects.filter(editions__isnull=False).distinct(), label=gettext_lazy("Trainer"))

    class Meta:
        model = Edition
        fields = ["mode", "trainer"]


class EditionDeleteView(DeleteView):
    def run_before_hook(self):
        if reason := self.get_reason_to_keep():
            messages.error(self.request, reason)
            return redirect(self.edit_url_name, self.object.pk)
        return None

    def get_reason_to_keep(self):
        if self.object.is_default:
            return _("This edition was not deleted, because every course has one edition of this kind. To close it, "
                     "give it a closing date.")
        if self.object.enrolments.exists():
            return _("This edition was not deleted, because learners are enrolled in it and keep what they did. To "
                     "close it, give it a closing date.")
        return None


EDITION_PANELS = [
    FieldPanel("course", help_text=gettext_lazy("It cannot be changed later.")),
    FieldPanel("name"),
    FieldPanel("mode", help_text=gettext_lazy(
        "Open to all: anybody with an account enrols by themselves. By assignment only: you or an institution "
        "enrols people.")),
    MultiFieldPanel([FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]), FieldPanel("time_zone")],
                    heading=gettext_lazy("Dates"), help_text=gettext_lazy(
                        "Empty: always open. After it closes, people can still read the course, but nothing more "
                        "is recorded.")),
    FieldPanel("seats", help_text=gettext_lazy("Empty: as many as come.")),
    FieldPanel("trainer"),
    MultiFieldPanel([FieldPanel("grade_scale"), FieldPanel("exigency")], heading=gettext_lazy("Grades")),
    MultiFieldPanel([FieldPanel("certificate_template"), FieldPanel("certificate_valid_months")],
                    heading=gettext_lazy("Certificate")),
    MultiFieldPanel([FieldPanel("follow_up_months"), FieldPanel("follow_up_survey")],
                    heading=gettext_lazy("Follow-up after the course")),
]
QUIZ_WINDOWS = QuizWindowsPanel(
    "quiz_windows", [FieldPanel("activity"), FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")])],
    heading=gettext_lazy("Dates of tests"), label=gettext_lazy("Dates of a test"),
    help_text=gettext_lazy("In the time zone of the edition. An attempt can start from the first date and ends at the "
                           "second at the latest. Tests that are not here have no dates of their own."))


class EditionIndexView(IndexView):
    def get_base_queryset(self):
        return get_counted_editions()


class EditionViewSet(ModelViewSet):
    model = Edition
    name = "editions"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Editions")
    menu_name = "editions"
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    edit_handler = ObjectList([*EDITION_PANELS, QUIZ_WINDOWS], base_form_class=EditionForm)
    add_handler = ObjectList(EDITION_PANELS, base_form_class=EditionForm)  # the tests are those of its course
    index_view_class = EditionIndexView
    delete_view_class = EditionDeleteView
    filterset_class = EditionFilterSet
    search_fields = ["name", "title"]
    search_backend_name = None
    list_per_page = 50
    list_display = [
        TitleColumn("title", label=gettext_lazy("Course"), sort_key="title",
                    get_url=lambda edition: reverse("editions:edit", args=[edition.pk])),
        Column("name", label=gettext_lazy("Edition"), accessor=str, sort_key="name"),
        Column("mode", label=gettext_lazy("Enrolment"), accessor="get_mode_display", sort_key="mode"),
        DateColumn("opens_at", label=gettext_lazy("Opens"), sort_key="opens_at"),
        DateColumn("closes_at", label=gettext_lazy("Closes"), sort_key="closes_at"),
        Column("seats", label=gettext_lazy("Places"), accessor=lambda edition: edition.seats or ""),
        Column("enrolled", label=gettext_lazy("Enrolled"), sort_key="enrolled"),
        Column("trainer", label=gettext_lazy("Trainer"), accessor=lambda edition: edition.trainer or ""),
    ]
    list_export = ["title", "name", "mode", "opens_at", "closes_at", "seats", "enrolled", "completed"]

    def get_add_view_kwargs(self, **kwargs):
        handler = self.add_handler.bind_to_model(self.model)
        return super().get_add_view_kwargs(**kwargs) | {"panel": handler, "form_class": handler.get_form_class()}
