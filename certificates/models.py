import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
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
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates",
                                verbose_name=_("holder"))
    award = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.ISSUED)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    code = models.CharField(_("code"), max_length=16, unique=True)
    issued_at = models.DateTimeField(_("issued"))
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

    def get_absolute_url(self):
        """The public page, in the active language."""
        return reverse("certificate", args=[self.code])

    @property
    def folio(self):
        return f"{self.series}-{self.number:06d}"

    def get_short_url(self):
        """The whole address in the QR: it has no language and never changes."""
        return f"{settings.BASE_URL}/c/{self.code}"


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
        constraints = [
            models.UniqueConstraint(fields=["certificate", "sequence"], name="certificate_event_sequence"),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="certificate_event_sequence_from_one"),
        ]

    def __str__(self):
        return f"{self.certificate_id} {self.sequence} {self.action}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An event of a certificate cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An event of a certificate cannot be removed.")


class OutboxQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(done_at__isnull=True)

    def dead(self):
        """Tried as often as it may be; waits for a person."""
        return self.pending().filter(attempts__gte=Outbox.MAX_ATTEMPTS)

    def free(self, now):
        """Pending and in the hands of no worker."""
        return self.pending().filter(models.Q(leased_until__isnull=True) | models.Q(leased_until__lte=now))

    def due(self, now):
        """What a worker may do now; a mail only after the documents it speaks of."""
        documents = Outbox.objects.pending().filter(~models.Q(kind=Outbox.MAIL),
                                                    certificate=models.OuterRef("certificate"))
        return self.free(now).filter(
            ~models.Q(kind=Outbox.MAIL) | ~models.Exists(documents),
            attempts__lt=Outbox.MAX_ATTEMPTS, next_at__lte=now,
        ).order_by("next_at", "id")


class Outbox(models.Model):
    """Work that a certificate still needs: a row written with the certificate, so that no crash can lose it. ``kind``
    is ``mail`` or ``pdf_`` and a language. An attempt counts when it begins, so that work which kills its worker is
    not tried for ever; ``last_error`` names what went wrong and holds no personal data."""

    MAIL = "mail"
    PDF_PREFIX = "pdf_"
    MAX_ATTEMPTS = 12

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="outbox", verbose_name=_("certificate"))
    kind = models.CharField(_("what"), max_length=20)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"))
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("pending work")
        verbose_name_plural = _("pending work")
        constraints = [
            models.UniqueConstraint(fields=["certificate", "kind"], name="outbox_one_a_kind"),
            models.CheckConstraint(condition=models.Q(done_at__isnull=True) | models.Q(leased_until__isnull=True),
                                   name="outbox_no_lease_when_done"),
        ]
        indexes = [models.Index(fields=["next_at"], name="outbox_due", condition=models.Q(done_at__isnull=True))]

    def __str__(self):
        return f"{self.certificate_id} {self.kind}"

    @classmethod
    def pdf_kind(cls, language):
        return f"{cls.PDF_PREFIX}{language}"

    @classmethod
    def kinds_for_a_new_certificate(cls):
        return [*(cls.pdf_kind(language) for language, _name in settings.LANGUAGES), cls.MAIL]

    @property
    def pdf_language(self):
        """The language of the PDF to make, or an empty text when this is other work."""
        return self.kind.removeprefix(self.PDF_PREFIX) if self.kind.startswith(self.PDF_PREFIX) else ""

    @property
    def label(self):
        if not self.pdf_language:
            return _("Mail to the holder")
        name = dict(settings.LANGUAGES).get(self.pdf_language, self.pdf_language)
        return _("PDF: %(language)s") % {"language": name}

    @property
    def is_dead(self):
        return self.done_at is None and self.attempts >= self.MAX_ATTEMPTS
