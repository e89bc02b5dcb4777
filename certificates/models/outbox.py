from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate


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
        """What a worker may do now; the credential before the documents that hold it, a mail after all of them."""
        before = Outbox.objects.pending().filter(certificate=models.OuterRef("certificate"),
                                                 stage__lt=models.OuterRef("stage"))
        return self.free(now).filter(
            ~models.Exists(before), attempts__lt=Outbox.MAX_ATTEMPTS, next_at__lte=now,
        ).order_by("next_at", "stage", "id")


class Outbox(models.Model):
    """Work that a certificate still needs: a row written with the certificate, so that no crash can lose it. ``kind``
    is ``credential``, ``pdf_`` and its languages, or ``mail_`` and its occasion; work of a later ``stage`` waits for
    that of the earlier ones. An attempt counts when it begins, so that work which kills its worker is not tried for
    ever; ``last_error`` names what went wrong and holds no personal data."""

    CREDENTIAL = "credential"
    PDF_PREFIX, MAIL_PREFIX = "pdf_", "mail_"
    MAIL_ISSUED, MAIL_CORRECTED, MAIL_REVOKED = "mail_issued", "mail_corrected", "mail_revoked"
    # With the number of the request for a correction.
    MAIL_REFUSED, MAIL_RIGHT_ALREADY = "mail_refused", "mail_right"
    STAGE_OF_CREDENTIAL, STAGE_OF_DOCUMENTS, STAGE_OF_MAILS = 1, 2, 3
    BOTH_LANGUAGES = "es_en"
    MAX_ATTEMPTS = 12

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="outbox", verbose_name=_("certificate"))
    kind = models.CharField(_("what"), max_length=20)
    stage = models.PositiveSmallIntegerField()
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
    def stage_of(cls, kind):
        if kind == cls.CREDENTIAL:
            return cls.STAGE_OF_CREDENTIAL
        return cls.STAGE_OF_DOCUMENTS if kind.startswith(cls.PDF_PREFIX) else cls.STAGE_OF_MAILS

    @classmethod
    def plan(cls, *, certificate, kinds, now):
        """Write the rows of ``kinds`` that the certificate does not have yet, due at once."""
        cls.objects.bulk_create(
            (cls(certificate=certificate, kind=kind, stage=cls.stage_of(kind), next_at=now) for kind in kinds),
            ignore_conflicts=True)

    @classmethod
    def kinds_of_documents(cls):
        return [cls.pdf_kind(language) for language, _name in settings.LANGUAGES]

    @property
    def pdf_language(self):
        """The language of the PDF to make, or an empty text when this is other work."""
        return self.kind.removeprefix(self.PDF_PREFIX) if self.kind.startswith(self.PDF_PREFIX) else ""

    @property
    def mail_occasion(self):
        """What the mail is about, or an empty text when this is other work."""
        return self.kind.removeprefix(self.MAIL_PREFIX) if self.kind.startswith(self.MAIL_PREFIX) else ""

    @property
    def label(self):
        if self.kind == self.CREDENTIAL:
            return _("Digital credential")
        if not self.pdf_language:
            return _("Mail to the holder")
        names = dict(settings.LANGUAGES)
        languages = [str(names.get(code, code)) for code in self.pdf_language.split("_")]
        return _("PDF: %(language)s") % {"language": ", ".join(languages)}

    @property
    def is_dead(self):
        return self.done_at is None and self.attempts >= self.MAX_ATTEMPTS
