"""What learners answer, and what they completed by it."""

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.bank import QuestionVersion


class AttemptQuerySet(models.QuerySet):
    def open(self):
        return self.filter(submitted_at__isnull=True)

    def overdue(self, now):
        return self.open().filter(deadline__lt=now)


class Attempt(models.Model):
    """One go at a quiz. What was promised at its start is frozen here: the questions in their versions and order, the
    order of the options, pass mark and time. ``enrolment`` and ``activity`` are the identifiers of rows of an app
    that this one does not know (see docs/decisions/0002-loose-references.md)."""

    class ClosedBy(models.TextChoices):
        LEARNER = "learner", _("Handed in")
        TIME = "time", _("Time was up")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    enrolment = models.UUIDField()
    activity = models.UUIDField()
    number = models.PositiveIntegerField()
    # [{"version": digest, "kind": …, "options": [id, …]}, …] in the order shown; «key» is the digest of a version
    # with a corrected key, by which the item is graded in place of the one that was shown (assessments.regrading).
    form = models.JSONField()
    rules = models.JSONField(default=dict)  # the rest of QuizRules that holds for this attempt
    checked = models.JSONField(default=list)  # positions whose answer was shown to be right or wrong
    pass_mark = models.DecimalField(max_digits=5, decimal_places=2)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    graded_at = models.DateTimeField(null=True)  # later than submitted_at when a person had to mark something
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    score = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    maximum = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    passed = models.BooleanField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["enrolment", "activity", "number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "activity", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(fields=["enrolment", "activity"], name="attempt_one_open",
                                    condition=models.Q(submitted_at__isnull=True)),
            models.CheckConstraint(
                name="attempt_graded_after_handing_in",
                condition=models.Q(graded_at__isnull=True, passed__isnull=True, score__isnull=True)
                | models.Q(submitted_at__isnull=False, graded_at__isnull=False, passed__isnull=False,
                           score__isnull=False, maximum__isnull=False)),
            models.CheckConstraint(name="attempt_score_within_maximum",
                                   condition=models.Q(score__isnull=True)
                                   | models.Q(score__gte=0, score__lte=models.F("maximum"))),
        ]
        indexes = [models.Index(fields=["deadline"], name="attempt_overdue",
                                condition=models.Q(submitted_at__isnull=True, deadline__isnull=False)),
                   models.Index(fields=["submitted_at"], name="attempt_to_mark",
                                condition=models.Q(submitted_at__isnull=False, graded_at__isnull=True))]

    def __str__(self):
        return f"{self.activity} #{self.number}"

    @property
    def is_open(self):
        return self.submitted_at is None

    @property
    def is_graded(self):
        return self.graded_at is not None

    @property
    def percentage(self):
        """Decimal from 0 to 100, or None before grading. For showing; passing was decided on the exact fraction."""
        return self.score * 100 / self.maximum if self.maximum and self.score is not None else None


class Answer(models.Model):
    """The last saved response to one item of an attempt, and its points once graded: None while a person has yet to
    mark it. A penalty makes them negative. Once handed in, an item without a response has a row too."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="answers")  # the one that was shown
    response = models.JSONField(null=True)
    saved_at = models.DateTimeField()
    language = models.CharField(max_length=10, blank=True)  # in which the item was shown when this response was saved
    seconds = models.PositiveIntegerField(null=True)  # spent on the item, where that is known: docs/item-analysis.md
    stamps = models.JSONField(default=list)  # [[sender, turn], …] of what was taken, see assessments.stamps
    score = models.DecimalField(max_digits=8, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["attempt_id", "position"]  # «attempt» would join it for its own ordering
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="answer_one_an_item")]

    def __str__(self):
        return f"{self.attempt_id}/{self.position}"


def get_private_storage():
    return storages["private"]


def get_handed_in_path(instance, filename):
    """Never the name that the learner's computer gave: it is kept apart, and shown only."""
    return f"handed-in/{instance.attempt_id}/{instance.pk}"


class HandedInFile(models.Model):
    """A file that a learner handed in as the answer to an item. What it is was decided by its content."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    file = models.FileField(storage=get_private_storage, upload_to=get_handed_in_path, max_length=200)
    name = models.CharField(max_length=200)  # as the learner's own computer had it
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file handed in")
        verbose_name_plural = _("files handed in")
        ordering = ["attempt_id", "position", "uploaded_at"]

    def __str__(self):
        return str(self.pk)


class Completion(models.Model):
    """That something was completed, once and for ever, with the Result it was completed by. A lesson has no points."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions")
    enrolment = models.UUIDField()
    activity = models.UUIDField()
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    completed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        ordering = ["completed_at"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "activity"], name="completion_once")]

    def __str__(self):
        return f"{self.enrolment}/{self.activity}"
