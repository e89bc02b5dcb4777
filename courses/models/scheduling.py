"""When a test can be taken in an edition, and what is different for one person."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from courses.models.catalogue import Activity, Edition
from courses.models.enrolment import Enrolment


def closes_after_it_opens(name):
    return models.CheckConstraint(
        name=name, violation_error_message=_("It must close after it opens."),
        condition=models.Q(opens_at__isnull=True) | models.Q(closes_at__isnull=True)
        | models.Q(closes_at__gt=models.F("opens_at")))


class QuizWindow(models.Model):
    """When attempts at a test can start in an edition. One that runs ends when the test closes."""

    edition = ParentalKey(Edition, on_delete=models.CASCADE, related_name="quiz_windows", verbose_name=_("edition"))
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="+", verbose_name=_("test"))
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)

    class Meta:
        verbose_name = _("dates of a test")
        verbose_name_plural = _("dates of tests")
        ordering = ["opens_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "activity"], name="quiz_window_one_a_test",
                                    violation_error_message=_("This test has dates in this edition already.")),
            closes_after_it_opens("quiz_window_closes_after_it_opens"),
        ]

    def __str__(self):
        return f"{self.edition_id}/{self.activity_id}"


class Accommodation(models.Model):
    """What is different for one person, in all tests of an edition (no ``activity``) or in one."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="accommodations",
                                  verbose_name=_("enrolment"))
    activity = models.ForeignKey(Activity, models.CASCADE, null=True, blank=True, related_name="+",
                                 verbose_name=_("test"))
    extra_time = models.PositiveSmallIntegerField(
        _("extra time (%)"), default=0, validators=[MaxValueValidator(400)],
        help_text=_("Of the time limit of the test: 50 makes 60 minutes into 90."))
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True,
                                    help_text=_("In place of the date of the edition."))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True,
                                     help_text=_("In place of the date of the edition."))
    reason = models.TextField(_("reason"), help_text=_("Only trainers and managers read it. Do not write a diagnosis."))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False,
                                   verbose_name=_("granted by"))
    granted_at = models.DateTimeField(_("granted"), editable=False)

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        ordering = ["-granted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity"], name="accommodation_one_a_test"),
            models.UniqueConstraint(fields=["enrolment"], name="accommodation_one_for_all_tests",
                                    condition=models.Q(activity__isnull=True)),
            closes_after_it_opens("accommodation_closes_after_it_opens"),
        ]

    def __str__(self):
        return str(self.enrolment_id)
