import uuid
from datetime import timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def get_private_storage():
    return storages["private"]


class ArchiveQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state=Archive.State.WORKING)

    def due(self, now):
        """What a worker may go on with now: in the hands of no other, and not just after a failure."""
        return self.unfinished().filter(models.Q(leased_until__isnull=True) | models.Q(leased_until__lte=now),
                                        next_at__lte=now).order_by("next_at", "requested_at")


class Archive(models.Model):
    """The certificates of a list in one ZIP file, made in parts by a task (lms.reports.archives).

    ``scope``: the organisations (primary keys) whose list it is, None for that of an administrator; whoever downloads
    must still be allowed to see them. ``described``: [[name, value]] of what the list is. Both are emptied, with the
    files, when the archive is removed."""

    class State(models.TextChoices):
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be made")
        CANCELLED = "cancelled", _("Cancelled")
        REMOVED = "removed", _("Removed")

    class Languages(models.TextChoices):
        ES = "es", _("In Spanish")
        EN = "en", _("In English")
        BOTH = "es,en", _("In both languages, a file for each")

    KEPT = timedelta(days=3)
    MAX_ATTEMPTS = 6

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="archives")
    scope = models.JSONField(null=True)
    described = models.JSONField(default=list)
    languages = models.CharField(max_length=10, choices=Languages)
    index_language = models.CharField(max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WORKING)
    people = models.PositiveIntegerField()  # enrolments in the list, with or without a certificate
    certificates = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # bytes
    requested_at = models.DateTimeField(_("asked for"))
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # failures since something was last achieved
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive of certificates")
        verbose_name_plural = _("archives of certificates")
        ordering = ["-requested_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="archive_ready_expires", condition=~models.Q(state="ready")
                                   | models.Q(expires_at__isnull=False)),
            models.CheckConstraint(name="archive_lease_only_while_working", condition=models.Q(state="working")
                                   | models.Q(leased_until__isnull=True)),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def language_codes(self):
        return self.languages.split(",")


class ArchivePart(models.Model):
    """A stretch of the ZIP file. ``enrolments``: whose certificates it holds; the last part has none, but the index
    and the ZIP's directory. Made when it has a ``storage_key``. ``entries`` (for the directory) and ``rows`` (for the
    index) are kept only until the last part is made."""

    archive = models.ForeignKey(Archive, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    enrolments = models.JSONField(default=list)
    storage_key = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    entries = models.JSONField(default=list)
    rows = models.JSONField(default=list)

    class Meta:
        verbose_name = _("part of an archive")
        verbose_name_plural = _("parts of archives")
        ordering = ["archive", "number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["archive", "number"], name="archive_part_once")]

    def __str__(self):
        return f"{self.archive_id} {self.number}"
