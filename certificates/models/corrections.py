import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from certificates.models.documents import get_private_storage


class CorrectionRequest(models.Model):
    """A holder asks that the name on a certificate be put right; a person decides. One at a time."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a decision")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Not accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="corrections")
    holder = models.CharField(_("name as it should be"), max_length=200)
    explanation = models.TextField(_("what is wrong"), max_length=1000)
    evidence = models.FileField(_("document that shows it"), upload_to="corrections", storage=get_private_storage,
                                blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    answer = models.TextField(_("answer to the holder"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request for a correction")
        verbose_name_plural = _("requests for corrections")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["certificate"], name="correction_one_open",
                                    condition=models.Q(state="open")),
            models.CheckConstraint(condition=models.Q(state="open", decided_at__isnull=True)
                                   | ~models.Q(state="open") & models.Q(decided_at__isnull=False),
                                   name="correction_decided_has_a_time"),
        ]

    def __str__(self):
        return f"{self.certificate_id} {self.state}"
