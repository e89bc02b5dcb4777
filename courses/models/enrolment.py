import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Activity, Edition
from lms.accounts.models import Organisation, Sex, StaffType, Territory


class HoursKind(models.TextChoices):
    CHRONOLOGICAL = "chronological", _("chronological hours (60 min)")
    PEDAGOGICAL = "pedagogical", _("pedagogical hours (45 min)")


class ParallelForm(models.TextChoices):
    A = "A", _("Form A")
    B = "B", _("Form B")

    @property
    def other(self):
        return ParallelForm.B if self is ParallelForm.A else ParallelForm.A


class EnrolmentQuerySet(models.QuerySet):
    def completed(self):
        return self.filter(completed_at__isnull=False)

    def in_progress(self):
        return self.filter(completed_at__isnull=True)


class Enrolment(models.Model):
    """One learner in one edition, and once more for each renewal of the certificate (``renews``: the enrolment that was
    completed before). On completion the facts that held on that day are written here and never change:
    lists and reports count those, not today's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="enrolments")
    renews = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="renewed_by")
    enrolled_at = models.DateTimeField()
    last_activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+")
    last_language = models.CharField(max_length=10, blank=True)
    last_seen_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    # Of the tests that have two forms: the one for the test before the course; the test after it has the other. Empty
    # until the first of them starts. Learners are not told.
    first_form = models.CharField(max_length=1, choices=ParallelForm, blank=True, default="")

    # As on the day of the completion.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="completed_enrolments")
    territory = models.ForeignKey(Territory, models.PROTECT, null=True, related_name="+")
    staff_type = models.CharField(max_length=20, choices=StaffType, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    hours_kind = models.CharField(max_length=15, choices=HoursKind, blank=True)
    percentage = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    facts = models.JSONField(default=dict)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-enrolled_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "edition"], name="enrolment_once",
                                    condition=models.Q(renews__isnull=True)),
            models.CheckConstraint(name="enrolment_facts_when_completed",
                                   condition=models.Q(completed_at__isnull=True, staff_type="", sex="", hours_kind="")
                                   | models.Q(completed_at__isnull=False, hours__isnull=False)
                                   & ~models.Q(staff_type="") & ~models.Q(sex="") & ~models.Q(hours_kind="")),
            models.CheckConstraint(name="enrolment_form_known",
                                   condition=models.Q(first_form__in=["", *ParallelForm.values])),
            models.CheckConstraint(name="enrolment_percentage_in_range",
                                   condition=models.Q(percentage__isnull=True)
                                   | models.Q(percentage__gte=0, percentage__lte=100)),
        ]
        indexes = [
            models.Index(fields=["edition", "completed_at", "id"], name="enrolment_by_edition"),
            models.Index(fields=["organisation", "completed_at", "id"], name="enrolment_by_organisation"),
        ]

    def __str__(self):
        return str(self.pk)


class ActivityVisit(models.Model):
    """Where a learner is inside an activity: the block last read and the second of its video. Block ids are the same
    in every language, so the place is too."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="visits")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="+")
    first_seen_at = models.DateTimeField()
    block = models.CharField(max_length=36, blank=True)
    media_second = models.PositiveIntegerField(null=True)
    percent_read = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="visit_one_an_activity"),
            models.CheckConstraint(condition=models.Q(percent_read__lte=100), name="visit_percent_at_most_100"),
        ]

    def __str__(self):
        return f"{self.enrolment_id}/{self.activity_id}"
