"""What a course is without a language. The primary key of a Course and of an Activity is the ``translation_key`` of its
pages, so every translation is the same course and a learner's record never points at a page."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from courses import time_zones


class Course(models.Model):
    id = models.UUIDField(primary_key=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self):
        return str(self.pk)


class Activity(models.Model):
    """Whatever can be completed: a lesson, a quiz, a survey."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        QUIZ = "quiz", _("Test")
        SURVEY = "survey", _("Survey")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")

    def __str__(self):
        return f"{self.kind} {self.pk}"


class EditionQuerySet(models.QuerySet):
    def open_on(self, now):
        """Those that can be joined and taken at ``now``."""
        return self.filter(models.Q(opens_at__isnull=True) | models.Q(opens_at__lte=now),
                           models.Q(closes_at__isnull=True) | models.Q(closes_at__gt=now))


class Edition(ClusterableModel):
    """A course as it is offered: its dates, trainer, places and way in. Every course has one that is always open."""

    class Mode(models.TextChoices):
        OPEN = "open", _("Open to all")
        ASSIGNED = "assigned", _("By assignment only")

    class GradeScale(models.TextChoices):
        LOCAL = "local", _("Per cent, and on the certificate the grade of the country where the learner works")
        PERCENT = "percent", _("Per cent")
        CHILE = "chile", _("Chile: 1.0 to 7.0")
        MEXICO = "mexico", _("Mexico: 0 to 10")
        PASS_FAIL = "pass_fail", _("Passed or not passed")

    course = models.ForeignKey(Course, models.PROTECT, related_name="editions", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=150, blank=True,
                            help_text=_("For example “March 2027”. Empty for the one that is always open."))
    mode = models.CharField(_("enrolment"), max_length=10, choices=Mode, default=Mode.OPEN)
    is_default = models.BooleanField(default=False, editable=False)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("places"), null=True, blank=True)
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
                                related_name="editions", verbose_name=_("trainer"))
    time_zone = models.CharField(_("time zone"), max_length=40, choices=time_zones.get_choices,
                                 default=time_zones.get_default,
                                 help_text=_("All dates of this edition are entered and shown in it."))
    grade_scale = models.CharField(_("grades"), max_length=10, choices=GradeScale, default=GradeScale.LOCAL,
                                   help_text=_("How grades are shown. Lists for institutions show per cent."))
    exigency = models.DecimalField(
        _("exigency (%)"), max_digits=5, decimal_places=2, default=60,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("What it takes for the grade of the course to be a pass: 4.0 in Chile; in Mexico a tenth of it, so "
                    "that 60 is 6 and 80 is 8. In a test it is the pass mark of the test."))
    follow_up_months = models.PositiveSmallIntegerField(
        _("months until the follow-up"), null=True, blank=True, default=3,
        validators=[MinValueValidator(3), MaxValueValidator(6)],
        help_text=_("From 3 to 6: so long after completing the course each learner gets a mail with a short survey. "
                    "Empty: no follow-up."))
    follow_up_survey = models.ForeignKey(
        "assessments.Survey", models.PROTECT, null=True, blank=True, related_name="+",
        limit_choices_to={"purpose": "follow_up"}, verbose_name=_("survey of the follow-up"),
        help_text=_("Empty: the standard one."))
    certificate_template = models.ForeignKey(
        "certificates.CertificateTemplate", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("certificate template"), help_text=_("Empty: the one used where none is named."))
    certificate_valid_months = models.PositiveSmallIntegerField(
        _("months that the certificate is valid"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Empty: for ever. Counted from the day of completion, in whole months; what was issued before a "
                    "change keeps its date. Holders are reminded 60 and 7 days before, and may renew from 90 days "
                    "before: they take again the tests that count."))

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["course", "-is_default", "opens_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["course"], name="edition_one_default",
                                    condition=models.Q(is_default=True)),
            models.CheckConstraint(name="edition_closes_after_it_opens",
                                   condition=models.Q(opens_at__isnull=True) | models.Q(closes_at__isnull=True)
                                   | models.Q(closes_at__gt=models.F("opens_at")),
                                   violation_error_message=_("It must close after it opens.")),
            models.CheckConstraint(name="edition_dated_has_name",
                                   condition=models.Q(is_default=True) | ~models.Q(name=""),
                                   violation_error_message=_("Give the edition a name.")),
            models.CheckConstraint(name="edition_follow_up_after_3_to_6_months",
                                   condition=models.Q(follow_up_months__isnull=True)
                                   | models.Q(follow_up_months__gte=3, follow_up_months__lte=6)),
            models.CheckConstraint(name="edition_certificate_valid_months_in_range",
                                   condition=models.Q(certificate_valid_months__isnull=True)
                                   | models.Q(certificate_valid_months__gte=1, certificate_valid_months__lte=120)),
            models.CheckConstraint(name="edition_exigency_in_range",
                                   condition=models.Q(exigency__gt=0, exigency__lte=100)),
        ]

    def __str__(self):
        return self.name or str(_("Always open"))
