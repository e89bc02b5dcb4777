import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Organisation


def get_private_storage():
    return storages["private"]


class Unchangeable(models.Model):
    """A version: written once. Whoever edits the thing makes the next version."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.pk and not self._state.adding:
            raise TypeError(f"A version of a {self._meta.verbose_name} cannot be changed.")
        super().save(*args, **kwargs)


class Signatory(models.Model):
    """A person who signs certificates. What is printed is in the newest version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+",
                                     verbose_name=_("institution"))
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")

    def __str__(self):
        latest = self.latest
        return latest.name if latest else str(self.pk)

    @property
    def latest(self):
        return self.versions.order_by("-number").first()


class SignatoryVersion(Unchangeable):
    signatory = models.ForeignKey(Signatory, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=150)
    role = models.JSONField(_("position"), default=dict)  # {"es": text, "en": text}
    image = models.FileField(_("image of the signature"), upload_to="signatures", storage=get_private_storage,
                             blank=True)
    image_sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a signatory")
        verbose_name_plural = _("versions of signatories")
        ordering = ["signatory", "number"]
        constraints = [models.UniqueConstraint(fields=["signatory", "number"], name="signatory_version_unique")]

    def __str__(self):
        return self.name


class CertificateTemplate(models.Model):
    """How certificates look and what they say around the facts. What is printed is in the newest version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100, help_text=_("For you and your colleagues; it is not printed."))
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+",
                                     verbose_name=_("institution"))
    is_default = models.BooleanField(_("used where a course names none"), default=False)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["is_default"], name="certificate_template_one_default",
                                               condition=models.Q(is_default=True))]

    def __str__(self):
        return self.name

    @property
    def latest(self):
        return self.versions.order_by("-number").first()


class TemplateVersion(Unchangeable):
    """``texts``: {field: {"es": text, "en": text}} for what the layout lets an author say; ``sha256`` is of everything
    that is printed because of this version, images included."""

    class Layout(models.TextChoices):
        BRIDGE = "bridge", _("Bridge: landscape, with the facts beside")
        PLAIN = "plain", _("Plain: portrait, with the facts below")

    template = models.ForeignKey(CertificateTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    layout = models.CharField(_("layout"), max_length=20, choices=Layout, default=Layout.BRIDGE)
    texts = models.JSONField(default=dict)
    logo = models.FileField(_("logo"), upload_to="logos", storage=get_private_storage, blank=True)
    second_logo = models.FileField(_("second logo"), upload_to="logos", storage=get_private_storage, blank=True)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("version of a certificate template")
        verbose_name_plural = _("versions of certificate templates")
        ordering = ["template", "number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_unique")]

    def __str__(self):
        return f"{self.template_id} {self.number}"


class TemplateSignatory(Unchangeable):
    """Who signs, from left to right."""

    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="signatories")
    signatory = models.ForeignKey(SignatoryVersion, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("signatory of a template")
        verbose_name_plural = _("signatories of a template")
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="template_signatory_position")]

    def __str__(self):
        return f"{self.version_id} {self.position}"
