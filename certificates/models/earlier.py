import unicodedata
import uuid
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.models.documents import get_private_storage


def get_upload_path(instance, filename):
    """Never the name that a person's computer gave: it may say who somebody is. Only whoever keeps a file chooses its
    extension, by what is in it."""
    return f"{instance._meta.model_name}/{uuid.uuid4()}{PurePath(filename).suffix}"


class HistoryImport(models.Model):
    """A file of earlier records: uploaded and looked at, saved, perhaps taken back. The file, which names people, is
    kept only until then, and at most earlier.KEPT_UNSAVED."""

    class State(models.TextChoices):
        READY = "ready", _("To be checked")
        SAVED = "saved", _("Saved")
        UNDONE = "undone", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="history_imports")
    file = models.FileField(storage=get_private_storage, upload_to=get_upload_path, blank=True, max_length=200)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READY)
    saved = models.PositiveIntegerField(default=0)
    people_added = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of earlier records")
        verbose_name_plural = _("imports of earlier records")
        ordering = ["-started_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="history_import_finished_has_a_time",
                                   condition=models.Q(state="ready", finished_at__isnull=True)
                                   | ~models.Q(state="ready") & models.Q(finished_at__isnull=False)),
        ]

    def __str__(self):
        return self.name


class EarlierRecord(models.Model):
    """A course that a person took elsewhere or before this platform, as somebody else's paper or system says it. It is
    shown as such and never as a certificate of ours. ``titles``: {language: text}; ``title_key``: the title in the
    first language without case and accents, so that the same record is recognised."""

    class Source(models.TextChoices):
        PAPER = "paper", _("Paper certificate")
        SYSTEM = "system", _("Another system")
        LETTER = "letter", _("Official letter")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="earlier_records",
                                verbose_name=_("person"))
    titles = models.JSONField(_("title"))
    title_key = models.CharField(max_length=250, editable=False)
    issuer = models.CharField(_("issued by"), max_length=200)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2, null=True)
    hours_kind = models.CharField(_("kind of hours"), max_length=15, blank=True)  # as in a Snapshot
    started_on = models.DateField(_("began on"), null=True)
    completed_on = models.DateField(_("completed on"))
    grade = models.CharField(_("grade"), max_length=60, blank=True)
    number = models.CharField(_("number on the document"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    evidence = models.FileField(_("evidence"), upload_to=get_upload_path, storage=get_private_storage, blank=True,
                                max_length=200)
    evidence_reference = models.CharField(_("where the evidence is"), max_length=300)
    note = models.TextField(_("note"), max_length=1000, blank=True)
    source_import = models.ForeignKey(HistoryImport, models.PROTECT, null=True, related_name="records")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("earlier record")
        verbose_name_plural = _("earlier records")
        ordering = ["-completed_on", "title_key"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["learner", "title_key", "completed_on"], name="earlier_record_once"),
            models.CheckConstraint(name="earlier_record_hours_have_a_kind",
                                   condition=models.Q(hours__isnull=True, hours_kind="")
                                   | models.Q(hours__isnull=False, hours__gt=0,
                                              hours_kind__in=["chronological", "pedagogical"])),
            models.CheckConstraint(name="earlier_record_not_completed_before_it_began",
                                   condition=models.Q(started_on__isnull=True)
                                   | models.Q(started_on__lte=models.F("completed_on"))),
        ]

    def __str__(self):
        return self.title

    @staticmethod
    def make_title_key(title):
        decomposed = unicodedata.normalize("NFKD", title.casefold())
        kept = "".join(character for character in decomposed if not unicodedata.combining(character))
        return " ".join(kept.split())[:250]

    @property
    def evidence_extension(self):
        """pdf, png or jpg; an empty text without a file."""
        return self.evidence.name.rpartition(".")[2] if self.evidence else ""

    @property
    def title_in_first_language(self):
        return self.titles[settings.LANGUAGE_CODE]

    @property
    def title(self):
        return self.titles.get(get_language()) or self.title_in_first_language

    @property
    def title_language(self):
        return get_language() if self.titles.get(get_language()) else settings.LANGUAGE_CODE
