from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivacyNotice(models.Model):
    """What people are told of their data, in versions. A version that was published is never changed."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    texts = models.JSONField(_("text"))  # {language: Markdown}
    changes = models.JSONField(_("what changed"), default=dict)  # {language: text}, for who knows the version before
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ["-number"]

    def __str__(self):
        return str(self.number)

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("A privacy notice that was published cannot be changed.")
        super().save(*args, **kwargs)


class Acknowledgement(models.Model):
    """That a person has read a version of the notice, and when."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("acknowledgement of a privacy notice")
        verbose_name_plural = _("acknowledgements of privacy notices")
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="acknowledgement_once")]

    def __str__(self):
        return f"{self.person_id} {self.notice_id}"


class ErasureRequest(models.Model):
    """Somebody asks that what is known of them be erased. A person decides, in the time that the law gives."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        DONE = "done", _("Erased")
        REFUSED = "refused", _("Not accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # Chile, Ley 21.719: thirty days. Mexico gives twenty working days to answer, which are about as many.
    TIME_TO_ANSWER = timedelta(days=28)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    explanation = models.TextField(_("explanation"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request to erase personal data")
        verbose_name_plural = _("requests to erase personal data")
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["person"], name="erasure_one_open", condition=models.Q(state="open")),
            models.CheckConstraint(condition=models.Q(state="open", decided_at__isnull=True)
                                   | ~models.Q(state="open") & models.Q(decided_at__isnull=False),
                                   name="erasure_decided_has_a_time"),
        ]

    def __str__(self):
        return str(self.pk)


class RetentionRule(models.Model):
    """For how long data of one purpose are kept (lms.privacy.retention.PURPOSES); None: as long as the platform."""

    purpose = models.SlugField(primary_key=True, max_length=40)
    months = models.PositiveIntegerField(_("months"), null=True, blank=True)
    applied_at = models.DateTimeField(null=True)
    removed = models.PositiveIntegerField(default=0)  # by the last run

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        ordering = ["purpose"]

    def __str__(self):
        return self.purpose
