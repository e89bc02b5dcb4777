from django.db import models
from django.utils.translation import gettext_lazy as _


class IssuerKeyQuerySet(models.QuerySet):
    def published(self):
        """What was signed with these may be believed: those in use and those retired, never a compromised one."""
        return self.filter(compromised_at__isnull=True)

    def with_progress(self):
        """With ``signed`` (files) and, of what a compromised one signed, ``reissued`` and ``waiting``: how many
        certificates were issued again because of a withdrawn key, and how many in force are still to be."""
        certificates = "artifacts__certificate"
        is_compromised = models.Q(compromised_at__isnull=False)
        return self.annotate(
            signed=models.Count("artifacts"),
            reissued=models.Count(certificates, distinct=True, filter=is_compromised & models.Q(
                artifacts__certificate__state="superseded", artifacts__certificate__reason="key")),
            waiting=models.Count(certificates, distinct=True, filter=is_compromised & models.Q(
                artifacts__certificate__state="issued")))

    def usable(self, now):
        """Those that may sign at ``now``, the newest first."""
        return self.published().filter(valid_from__lte=now, retired_at__isnull=True).order_by("-valid_from", "-pk")


class IssuerKey(models.Model):
    """The public half of a key of the issuer. The private half is in a file or a hardware module, never here."""

    class Purpose(models.TextChoices):
        PDF = "pdf", _("Seal of the documents")
        CREDENTIAL = "credential", _("Digital credential")

    class Storage(models.TextChoices):
        FILE = "file", _("File")
        PKCS11 = "pkcs11", _("Hardware module (PKCS#11)")

    key_id = models.SlugField(_("identifier"), max_length=60, unique=True)
    purpose = models.CharField(_("purpose"), max_length=15, choices=Purpose)
    storage = models.CharField(_("kept in"), max_length=10, choices=Storage, default=Storage.FILE)
    public_key = models.TextField(_("public key"), help_text=_(
        "Of a seal: its X.509 certificate and those above it, as PEM. Of a credential: Ed25519, as a Multikey."))
    valid_from = models.DateTimeField(_("valid from"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("compromised"), null=True, blank=True)

    objects = IssuerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of the issuer")
        verbose_name_plural = _("keys of the issuer")
        ordering = ["purpose", "-valid_from"]

    def __str__(self):
        return self.key_id
