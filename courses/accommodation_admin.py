"""Accommodations in the Wagtail admin: for the trainer of an edition, programme managers and administrators."""

from django import forms
from django.db.models import Q
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from courses.accommodating import save_accommodation, withdraw_accommodation
from courses.admin_fields import QuizChoiceField, refuse_wrong_order, set_time_zone
from courses.editions import get_editions_in_charge, get_quiz_titles, get_titled_courses
from courses.models import Accommodation, Edition, Enrolment
from lms.accounts.models import RoleGrant, User


def get_accommodations(user):
    """Those that ``user`` may see and change, with what a row shows."""
    editions = get_editions_in_charge(user)
    return Accommodation.objects.filter(enrolment__edition__in=editions).select_related(
        "enrolment__learner", "enrolment__edition", "granted_by")


class AccommodationPolicy(ModelPermissionPolicy):
    """Whoever is in charge of an edition, for the people in it: trainers for their own, who manages for all."""

    def user_has_permission(self, user, action):
        return user.has_perm("courses.change_edition") or user.has_perm("courses.change_accommodation")

    def user_has_any_permission(self, user, actions):
        return self.user_has_permission(user, None)

    def users_with_any_permission(self, actions):
        return User.objects.filter(
            Q(is_superuser=True) | Q(role_grants__role=RoleGrant.Role.PROGRAMME_MANAGER) | Q(editions__isnull=False),
            is_active=True).distinct()

    def instances_user_has_any_permission_for(self, user, actions):
        return get_accommodations(user)

    def user_has_permission_for_instance(self, user, action, instance):
        if user.has_perm("courses.change_accommodation"):
            return True
        return user.is_active and instance.enrolment.edition.trainer_id == user.pk

    def user_has_any_permission_for_instance(self, user, actions, instance):
        return self.user_has_permission_for_instance(user, None, instance)


register_permission_policy(Accommodation, AccommodationPolicy(Accommodation))


class EditionChoiceField(forms.ModelChoiceField):
    """Expects ``titles``: {course key: title}."""

    titles = {}

    def label_from_instance(self, edition):
        return f"{self.titles.get(edition.course_id, '')}: {edition}"


def find_edition(editions, text):
    """The one of ``editions`` whose primary key a browser sent as ``text``, or None."""
    try:
        return editions.filter(pk=text).first()
    except ValueError:
        return None


class AccommodationForm(WagtailAdminModelForm):
    edition = EditionChoiceField(queryset=Edition.objects.none(), label=gettext_lazy("Edition"))
    email = forms.EmailField(label=gettext_lazy("E-mail of the learner"))
    activity = QuizChoiceField(required=False, help_text=gettext_lazy("Empty: all tests of the edition."))
    apply_to_running = forms.BooleanField(
        label=gettext_lazy("Give it to the attempt that is running too"), required=False,
        help_text=gettext_lazy("It gets more time. Otherwise it keeps what was promised when it started."))

    def __init__(self, data=None, files=None, instance=None, for_user=None, **kwargs):
        super().__init__(data, files, instance=instance, for_user=for_user, **kwargs)
        editions = get_editions_in_charge(for_user)
        courses = {course.pk: course.title for course in get_titled_courses()}
        self.quiz_titles = get_quiz_titles(set(editions.values_list("course", flat=True)))
        self.fields["edition"].queryset = editions
        self.fields["edition"].titles = courses
        self.fields["activity"].choices = [("", _("All tests")), *(
            (courses.get(course, ""), list(titles.items())) for course, titles in self.quiz_titles.items() if titles)]
        edition = find_edition(editions, data.get("edition", "")) if data else None
        if self.instance.pk:
            enrolment = self.instance.enrolment
            edition = enrolment.edition
            self.initial |= {"edition": edition.pk, "email": enrolment.learner.email}
            self.fields["edition"].disabled = self.fields["email"].disabled = True
        set_time_zone(self, (edition or Edition()).time_zone)

    def clean(self):
        values = super().clean()
        edition, email, activity = values.get("edition"), values.get("email"), values.get("activity")
        if edition and email:
            enrolment = Enrolment.objects.filter(edition=edition, learner__email__iexact=email).first()
            if enrolment is None:
                self.add_error("email", _("Nobody with this e-mail is enrolled in this edition."))
            else:
                self.instance.enrolment = enrolment
                self.check_unique(enrolment, activity)
        if edition and activity and activity.pk not in self.quiz_titles[edition.course_id]:
            self.add_error("activity", _("This test is not part of the course of this edition."))
        refuse_wrong_order(self)
        given = ("extra_time", "extra_attempts", "opens_at", "closes_at")
        if not any(values.get(name) or name in self.errors for name in given):
            self.add_error(None, _("Give extra time, extra attempts or dates."))
        return values

    def check_unique(self, enrolment, activity):
        others = enrolment.accommodations.filter(activity=activity).exclude(pk=self.instance.pk)
        if others.exists():
            self.add_error("activity", _("This person has an accommodation for this already. Change that one."))


PANELS = [
    FieldRowPanel([FieldPanel("edition"), FieldPanel("email")]),
    FieldPanel("activity"),
    FieldRowPanel([FieldPanel("extra_time"), FieldPanel("extra_attempts")]),
    MultiFieldPanel([FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")])], heading=gettext_lazy("Dates"),
                    help_text=gettext_lazy("In the time zone of the edition.")),
    FieldPanel("reason"),
    FieldPanel("apply_to_running"),
]


class AccommodationIndexView(generic.IndexView):
    def get_base_queryset(self):
        return get_accommodations(self.request.user)

    @cached_property
    def quiz_titles(self):
        courses = get_quiz_titles({row.enrolment.edition.course_id for row in self.object_list})
        return {activity: title for titles in courses.values() for activity, title in titles.items()}

    @cached_property
    def course_titles(self):
        return {course.pk: course.title for course in get_titled_courses()}

    def describe_edition(self, row):
        edition = row.enrolment.edition
        return f"{self.course_titles.get(edition.course_id, '')}: {edition}"

    def describe_test(self, row):
        return self.quiz_titles.get(row.activity_id, "") if row.activity_id else _("All tests")

    @cached_property
    def columns(self):
        return [
            TitleColumn("learner", label=_("Learner"), accessor=lambda row: row.enrolment.learner.get_full_name(),
                        get_url=self.get_edit_url),
            Column("edition", label=_("Edition"), accessor=self.describe_edition),
            Column("test", label=_("Test"), accessor=self.describe_test),
            Column("extra_time", label=_("Extra time (%)")),
            Column("extra_attempts", label=_("Extra attempts")),
            Column("granted_by", label=_("Granted by"), accessor=lambda row: row.granted_by.get_full_name()),
            DateColumn("granted_at", label=_("Granted"), sort_key="granted_at"),
        ]


class SaveMixin:
    def save_instance(self):
        lengthened = save_accommodation(
            accommodation=self.form.save(commit=False), by=self.request.user, now=timezone.now(),
            apply_to_running=self.form.cleaned_data["apply_to_running"])
        if self.form.cleaned_data["apply_to_running"]:
            messages.info(self.request, ngettext(
                "%(number)d attempt that is running has more time now.",
                "%(number)d attempts that are running have more time now.", lengthened) % {"number": lengthened}
                if lengthened else _("No attempt that is running needed more time."))
        return self.form.instance


class AccommodationAddView(SaveMixin, generic.CreateView):
    pass


class OwnMixin:
    def get_queryset(self):
        return get_accommodations(self.request.user)


class AccommodationEditView(SaveMixin, OwnMixin, generic.EditView):
    pass


class AccommodationDeleteView(OwnMixin, generic.DeleteView):
    def form_valid(self, form):
        withdraw_accommodation(accommodation=self.object, by=self.request.user)
        messages.success(self.request, _("The accommodation was withdrawn. Attempts that run keep their time."))
        return redirect(self.get_success_url())


class AccommodationViewSet(ModelViewSet):
    model = Accommodation
    name = "accommodations"
    icon = "user"
    menu_label = gettext_lazy("Accommodations")
    menu_name = "accommodations"
    menu_order = 204
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    edit_handler = ObjectList(PANELS, base_form_class=AccommodationForm)
    index_view_class = AccommodationIndexView
    add_view_class = AccommodationAddView
    edit_view_class = AccommodationEditView
    delete_view_class = AccommodationDeleteView
    search_fields = ["enrolment__learner__first_surname", "enrolment__learner__given_names",
                     "enrolment__learner__email"]
    search_backend_name = None
    list_filter = []
    list_per_page = 50
    @cached_property
    def menu_item_class(self):
        """Shown to who may have editions in their charge."""
        policy = self.permission_policy

        def is_shown(item, request):
            return policy.user_has_permission(request.user, "change")

        return type("AccommodationsMenuItem", (super().menu_item_class,), {"is_shown": is_shown})

    def get_common_view_kwargs(self, **kwargs):
        # What happened is in the audit log, not in Wagtail's history.
        return super().get_common_view_kwargs(history_url_name=None, usage_url_name=None, **kwargs)

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if not (pattern.name or "").startswith(
            ("history", "usage"))]
