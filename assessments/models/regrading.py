"""The trace of what was graded again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.attempts import Attempt
from assessments.models.bank import Question, QuestionVersion


class Regrade(models.Model):
    """That attempts at one version of a question were graded again by the key of another, by whom and why."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="regrades")
    old_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    new_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("re-grade")
        verbose_name_plural = _("re-grades")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.question_id} {self.at:%Y-%m-%d}"


class RegradedAttempt(models.Model):
    """What a re-grade changed in one attempt."""

    regrade = models.ForeignKey(Regrade, models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="regrades")
    score_before = models.DecimalField(max_digits=10, decimal_places=4)
    score_after = models.DecimalField(max_digits=10, decimal_places=4)
    passed_before = models.BooleanField()
    passed_after = models.BooleanField()

    class Meta:
        verbose_name = _("re-graded attempt")
        verbose_name_plural = _("re-graded attempts")
        ordering = ["regrade_id", "id"]
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="regraded_attempt_once")]

    def __str__(self):
        return str(self.attempt_id)
