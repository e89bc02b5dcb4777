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


class CertificateQuerySet(models.QuerySet):
    def of_completion(self):
        """Those that say something was finished: not the constancies of progress."""
        return self.exclude(kind=Certificate.Kind.PROGRESS)

    def issued(self):
        """Neither revoked nor replaced; some may have expired."""
        return self.filter(state=Certificate.State.ISSUED)


class Certificate(models.Model):
    """A record that an award was earned, with everything that is printed on it, frozen. ``award`` is the identifier of
    the enrolment or learning path, a row of an app that this one does not know.

    Renewal gives a new ``cycle``, with a number of its own, of the same award or of the one that renewed it (``renews``
    is the certificate before it). A correction gives a new ``version`` with the same number
    and code, so that the link stays; the version before it is superseded. Expiry is computed, never a state."""

    class State(models.TextChoices):
        ISSUED = "issued", _("Valid")
        SUPERSEDED = "superseded", _("Replaced")
        REVOKED = "revoked", _("Revoked")

    class Kind(models.TextChoices):
        APPROVAL = "approval", _("Certificate of approval")
        ATTENDANCE = "attendance", _("Certificate of attendance")
        PATH = "path", _("Certificate of a learning path")
        PROGRESS = "progress", _("Constancy of progress")

    class Reason(models.TextChoices):
        """Why a version stopped being valid, in words that anybody may read."""

        NAME = "name", _("The name of the holder was corrected.")
        FACTS = "facts", _("Facts of the certificate were corrected.")
        KEY = "key", _("It was issued again because a key of the issuer was withdrawn.")
        MISTAKE = "mistake", _("It was issued by mistake.")
        RESULT = "result", _("The result on which it was based was annulled.")
        MISCONDUCT = "misconduct", _("It was obtained in breach of the rules of the course.")
        HOLDER = "holder", _("The holder asked for it.")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="certificates",
                                verbose_name=_("holder"))
    award = models.UUIDField()
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.ISSUED)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    cycle = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="superseded_by")
    renews = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")
    code = models.CharField(_("code"), max_length=16)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"), null=True)
    ended_at = models.DateTimeField(_("revoked or replaced"), null=True)
    reason = models.CharField(_("reason"), max_length=15, choices=Reason, blank=True)
    internal_note = models.TextField(_("note for colleagues"), max_length=1000, blank=True)
    template_version = models.ForeignKey("TemplateVersion", models.PROTECT, null=True, related_name="+")
    status_list = models.ForeignKey("StatusList", models.PROTECT, null=True, related_name="certificates")
    status_index = models.PositiveIntegerField(null=True)
    identity_fingerprint = models.CharField(max_length=64, blank=True)
    shared_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "kind", "cycle"], name="certificate_one_issued_an_award",
                                    condition=models.Q(state="issued")),
            models.UniqueConstraint(fields=["series", "number", "version"], name="certificate_folio_unique"),
            models.UniqueConstraint(fields=["code", "version"], name="certificate_code_unique"),
            models.UniqueConstraint(fields=["status_list", "status_index"], name="certificate_status_unique"),
            models.CheckConstraint(condition=models.Q(version=1, supersedes__isnull=True)
                                   | models.Q(version__gt=1, supersedes__isnull=False),
                                   name="certificate_later_version_supersedes"),
            models.CheckConstraint(condition=models.Q(state="issued", ended_at__isnull=True)
                                   | ~models.Q(state="issued") & models.Q(ended_at__isnull=False),
                                   name="certificate_ended_has_a_time"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="certificate_number_from_one"),
        ]
        indexes = [
            models.Index(fields=["award"], name="certificate_by_award"),
            models.Index(fields=["expires_at"], name="certificate_by_expiry",
                         condition=models.Q(state="issued", expires_at__isnull=False)),
        ]

    def __str__(self):
        return self.folio

    def get_absolute_url(self):
        """The public page, in the active language."""
        return reverse("certificate", args=[self.code])

    @property
    def folio(self):
        return f"{self.series}-{self.number:06d}"

    def is_expired(self, now):
        return self.expires_at is not None and self.expires_at <= now

    def get_short_url(self):
        """The whole address in the QR: it has no language and never changes."""
        return f"{settings.BASE_URL}/c/{self.code}"


class Artifact(models.Model):
    """A file made from a certificate, and the key that signed it. Made once; a second attempt finds it here. One that
    is not signed may be made again when there is a key, one that is signed never."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="artifacts")
    kind = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=200)
    key = models.ForeignKey("IssuerKey", models.PROTECT, null=True, related_name="artifacts")
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
