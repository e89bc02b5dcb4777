"""Form fields of the admin: dates in a time zone of their own, whatever is that of who writes, and tests."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Activity


class ZonedDateTimeField(forms.DateTimeField):
    zone: ZoneInfo

    def prepare_value(self, value):
        with timezone.override(self.zone):
            return super().prepare_value(value)

    def to_python(self, value):
        with timezone.override(self.zone):
            return super().to_python(value)


def set_time_zone(form, time_zone):
    """Make the dates of ``form`` those of ``time_zone`` (a name)."""
    for name, field in form.fields.items():
        if isinstance(field, forms.DateTimeField):
            zoned = ZonedDateTimeField(label=field.label, required=field.required, help_text=field.help_text,
                                       widget=field.widget)
            zoned.zone = ZoneInfo(time_zone)
            form.fields[name] = zoned


def refuse_wrong_order(form):
    """Say at the second date that it is not after the first, where the list of errors on top would be all there is."""
    opens, closes = form.cleaned_data.get("opens_at"), form.cleaned_data.get("closes_at")
    if opens and closes and closes <= opens:
        form.add_error("closes_at", _("It must close after it opens."))


class QuizChoiceField(forms.TypedChoiceField):
    """An Activity, chosen from {key: title} without a query for each form. It is the form that sets the choices."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": _("Test"), "coerce": lambda key: Activity(pk=UUID(key)), "empty_value": None,
                            **kwargs})

    def has_changed(self, initial, data):
        return str(initial or "") != str(data or "")


class CourseChoiceField(forms.ModelChoiceField):
    """Expects a queryset of courses with ``title``."""

    def label_from_instance(self, course):
        return course.title
