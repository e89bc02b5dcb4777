"""Questions that came from files of other systems."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.attempts import get_private_storage
from assessments.models.bank import Question
from assessments.models.categories import QuestionCategory


def get_upload_path(instance, filename):
    """Never the name that a person's computer gave: it is kept apart, and shown only."""
    return f"imported-questions/{instance.pk}"


class QuestionImport(models.Model):
    """A file of questions on its way into the bank: uploaded, looked at, saved, perhaps taken back. ``report`` is what
    assessments.importing.running made of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        READY = "ready", _("To be checked")
        UNREADABLE = "unreadable", _("Cannot be read")
        SAVING = "saving", _("Being saved")
        SAVED = "saved", _("Saved")
        FAILED = "failed", _("Not saved")
        UNDONE = "undone", _("Taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="question_imports")
    file = models.FileField(storage=get_private_storage, upload_to=get_upload_path, blank=True, max_length=200)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    category = models.ForeignKey(QuestionCategory, models.SET_NULL, null=True, related_name="imports")
    owner = models.ForeignKey("accounts.Organisation", models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    made = models.JSONField(default=dict)  # {"categories": [pk, …], "images": [pk, …]}: what else the import made
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        ordering = ["-started_at"]
        default_permissions = ()

    def __str__(self):
        return self.name

    @property
    def is_working(self):
        return self.state in (self.State.UPLOADED, self.State.SAVING)


class ImportedQuestion(models.Model):
    """What an import did to a question. ``before``: the body that it replaced, None for a question that it made;
    ``origin_before``: the values of its QuestionOrigin then, if it had one. ``version``: as the import left it."""

    source = models.ForeignKey(QuestionImport, models.CASCADE, related_name="questions")
    question = models.ForeignKey(Question, models.CASCADE, related_name="imports")
    version = models.ForeignKey("assessments.QuestionVersion", models.PROTECT, related_name="+")
    before = models.JSONField(null=True)
    origin_before = models.JSONField(null=True)
    tags_added = models.JSONField(default=list)
    tags_removed = models.JSONField(default=list)

    class Meta:
        verbose_name = _("imported question")
        verbose_name_plural = _("imported questions")
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "question"], name="imported_question_once")]

    def __str__(self):
        return f"{self.source_id} {self.question_id}"


class QuestionOrigin(models.Model):
    """How a question was in the file it came from: what it is called there, and all of it (``record``, see
    assessments.importing.keeping), so that while its ``version`` is the same it leaves again as it came."""

    question = models.OneToOneField(Question, models.CASCADE, related_name="origin")
    external_id = models.CharField(max_length=255, blank=True, db_index=True)
    language = models.CharField(max_length=10)
    version = models.ForeignKey("assessments.QuestionVersion", models.PROTECT, related_name="+")
    record = models.JSONField()

    VALUES = ("external_id", "language", "version_id", "record")

    class Meta:
        verbose_name = _("origin of a question")
        verbose_name_plural = _("origins of questions")
        default_permissions = ()

    def __str__(self):
        return f"{self.question_id} {self.external_id}"
