import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FolioCounter(models.Model):
    """The last number given in a series. Locked while a certificate is issued, so that folios have no gaps."""

    series = models.CharField(primary_key=True, max_length=20)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.series}-{self.last}"


class Certificate(models.Model):
    """A record that an award was earned, with everything that is printed on it, frozen. ``award`` is the identifier of
    the enrolment, a row of an app that this one does not know."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Valid")
        SUPERSEDED = "superseded", _("Replaced")
        REVOKED = "revoked", _("Revoked")

    class Kind(models.TextChoices):
        APPROVAL = "approval", _("Certificate of approval")
        ATTENDANCE = "attendance", _("Certificate of attendance")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates")
    award = models.UUIDField()
    kind = models.CharField(max_length=15, choices=Kind)
    state = models.CharField(max_length=15, choices=State, default=State.ISSUED)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award"], name="certificate_one_issued_an_award",
                                    condition=models.Q(state="issued")),
            models.UniqueConstraint(fields=["series", "number"], name="certificate_folio_unique"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="certificate_number_from_one"),
        ]
        indexes = [models.Index(fields=["award"], name="certificate_by_award")]

    def __str__(self):
        return self.folio

    @property
    def folio(self):
        return f"{self.series}-{self.number:06d}"


class Artifact(models.Model):
    """A file made from a certificate. Made once; a second attempt finds it here."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="artifacts")
    kind = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="artifact_one_a_kind")]

    def __str__(self):
        return f"{self.certificate_id} {self.kind}"


class CertificateEvent(models.Model):
    """What happened to a certificate. Added, never changed; each row holds the hash of the one before it."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    action = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    details = models.JSONField(default=dict)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event of a certificate")
        verbose_name_plural = _("events of certificates")
        ordering = ["certificate", "sequence"]
        constraints = [models.UniqueConstraint(fields=["certificate", "sequence"], name="certificate_event_sequence")]

    def __str__(self):
        return f"{self.certificate_id} {self.sequence} {self.action}"


class Outbox(models.Model):
    """Work that a certificate still needs: a row written with the certificate, so that no crash can lose it."""

    class Kind(models.TextChoices):
        PDF_ES = "pdf_es", _("PDF in Spanish")
        PDF_EN = "pdf_en", _("PDF in English")
        MAIL = "mail", _("Mail")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="outbox")
    kind = models.CharField(max_length=20, choices=Kind)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("pending work")
        verbose_name_plural = _("pending work")
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="outbox_one_a_kind")]
        indexes = [models.Index(fields=["next_at"], name="outbox_due", condition=models.Q(done_at__isnull=True))]

    def __str__(self):
        return f"{self.certificate_id} {self.kind}"
