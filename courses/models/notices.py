from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models import Attempt
from courses.models.surveys import FollowUp


class Notice(models.Model):
    """A mail to a learner about an attempt or a follow-up, as a row that is written with what it tells of; see
    courses.notices."""

    class Reason(models.TextChoices):
        MARKED = "marked", _("A test was marked")
        REGRADED = "regraded", _("A result changed")
        FOLLOW_UP = "follow_up", _("Follow-up after a course")
        REMINDER = "reminder", _("Reminder of a follow-up")

    attempt = models.ForeignKey(Attempt, models.CASCADE, null=True, related_name="notices")
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, null=True, related_name="notices")
    reason = models.CharField(max_length=10, choices=Reason)
    next_at = models.DateTimeField()  # when it may be tried (again)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["next_at", "id"]
        constraints = [
            models.CheckConstraint(name="notice_about_one_thing",
                                   condition=models.Q(attempt__isnull=True) ^ models.Q(follow_up__isnull=True)),
            models.UniqueConstraint(fields=["follow_up", "reason"], name="notice_once_a_follow_up"),
        ]
        indexes = [models.Index(fields=["next_at"], name="notice_due", condition=models.Q(sent_at__isnull=True))]

    def __str__(self):
        return f"{self.reason} {self.attempt_id or self.follow_up_id}"
