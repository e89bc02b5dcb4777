"""Surveys in a course, and months after it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail_localize.fields import SynchronizedField, TranslatableField

from courses.models.catalogue import Activity
from courses.models.enrolment import Enrolment
from courses.models.pages import COMMON, ActivityPage


class SurveyPage(ActivityPage):
    """A survey as an activity of a course: best placed after the final test. Its questions are the same for every
    language."""

    activity_kind = Activity.Kind.SURVEY

    introduction = models.TextField(_("introduction"), blank=True)
    survey = models.ForeignKey("assessments.Survey", models.PROTECT, related_name="pages", verbose_name=_("survey"),
                               limit_choices_to={"purpose": "satisfaction"})
    is_required = models.BooleanField(
        _("required"), default=True,
        help_text=_("Whoever has not answered has not completed the course. Every question can be left out, except "
                    "those that the survey itself requires."))

    content_panels = [*ActivityPage.content_panels, FieldPanel("introduction"), FieldPanel("survey"),
                      FieldPanel("is_required")]
    translatable_fields = [*COMMON, TranslatableField("introduction"),
                           SynchronizedField("survey", overridable=False),
                           SynchronizedField("is_required", overridable=False)]
    parent_page_types = ["courses.ModulePage", "courses.CoursePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("survey in a course")
        verbose_name_plural = _("surveys in courses")


class FollowUp(models.Model):
    """That somebody was asked, months after completing a course, and whether they and their supervisor answered: never
    what, and with no time finer than a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="follow_up")
    invited_on = models.DateField()
    reminded_on = models.DateField(null=True)
    has_answered = models.BooleanField(default=False)
    supervisor_asked_on = models.DateField(null=True)  # their address is not kept
    supervisor_has_answered = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["invited_on", "id"]
        constraints = [
            models.CheckConstraint(name="follow_up_supervisor_asked_before_answer",
                                   condition=models.Q(supervisor_has_answered=False)
                                   | models.Q(supervisor_asked_on__isnull=False)),
        ]
        indexes = [models.Index(fields=["invited_on"], name="follow_up_to_remind",
                                condition=models.Q(has_answered=False, reminded_on__isnull=True))]

    def __str__(self):
        return str(self.pk)
