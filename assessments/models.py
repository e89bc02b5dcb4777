import hashlib
import json
import uuid
from fractions import Fraction

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.admin.panels import FieldPanel
from wagtail.coreutils import string_to_ascii
from wagtail.search import index

from assessments.kinds import get_kind
from assessments.question_field import QuestionField, freeze


class QuestionCategory(models.Model):
    """Where a question stands in the bank; quizzes draw from categories."""

    name = models.CharField(_("name"), max_length=150)
    slug = models.SlugField(_("short name"), max_length=150, unique=True)

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]

    def __str__(self):
        return self.name


class QuestionVersion(models.Model):
    """A question as it was at a moment, in every language, with its key. Immutable and content-addressed: the primary
    key is the SHA-256 of the canonical JSON, so equal contents are one row and attempts share it."""

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    content = models.JSONField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self):
        return self.digest[:12]

    @staticmethod
    def digest_of(content):
        canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


class Question(index.Indexed, models.Model):
    """A question of the bank, without a language of its own. Saving it makes the QuestionVersion that new attempts
    get; attempts that exist keep theirs."""

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")

    code = models.SlugField(_("code"), max_length=100, unique=True,
                            help_text=_("Stays the same when the question is imported again."))
    category = models.ForeignKey(QuestionCategory, models.PROTECT, related_name="questions", verbose_name=_("category"))
    body = QuestionField(verbose_name=_("question"))
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty, blank=True)
    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="questions")
    kind = models.CharField(_("kind"), max_length=30, editable=False)
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="questions", editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    panels = [FieldPanel("code"), FieldPanel("category"), FieldPanel("difficulty"), FieldPanel("tags"),
              FieldPanel("body")]
    search_fields = [index.SearchField("code"), index.AutocompleteField("code"), index.SearchField("get_texts"),
                     index.AutocompleteField("get_texts"),
                     index.FilterField("category"), index.FilterField("kind"), index.FilterField("difficulty")]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]
        indexes = [models.Index(fields=["category", "id"], name="question_by_category")]

    def __str__(self):
        stem = self.version.content["stem"]
        text = stem.get(settings.LANGUAGE_CODE) or next(iter(stem.values()), "")
        return f"{self.code}: {text[:100]}"

    def save(self, *args, **kwargs):
        content = freeze(self.body)
        self.kind = content["kind"]
        self.version, _created = QuestionVersion.objects.get_or_create(
            digest=QuestionVersion.digest_of(content), defaults={"content": content})
        super().save(*args, **kwargs)
        QuestionEdit.objects.get_or_create(question=self, version=self.version)

    def get_texts(self):
        """All stems and options in all languages, for the search index; without accents too, as people type them."""
        content = self.version.content
        texts = [content["stem"], *get_kind(content["kind"]).get_texts(content)]
        text = " ".join(each for languages in texts for each in languages.values())
        return f"{text} {string_to_ascii(text)}"


class QuestionEdit(models.Model):
    """That a question once was what a version says."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="edits")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="edits")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["question", "version"], name="question_edit_once")]

    def __str__(self):
        return f"{self.question_id} {self.version_id[:12]}"


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


class Mark(models.Model):
    """What one marker gave for one answer, as an exact fraction of its points, with the level of each criterion of its
    rubric. The mark that counts is ``is_final``; the others are what first and second markers gave. Without a marker it
    is the mean of those two."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="marks")
    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="marks")
    numerator = models.BigIntegerField()  # a third stays a third: passing is decided on the exact fraction
    denominator = models.BigIntegerField()
    levels = models.JSONField(default=dict)  # {criterion id: level id}
    comment = models.TextField(_("comment"), blank=True)
    is_final = models.BooleanField(default=False)
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["answer_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "marker"], name="mark_one_a_marker"),
            models.UniqueConstraint(fields=["answer"], name="mark_one_final", condition=models.Q(is_final=True)),
            models.CheckConstraint(name="mark_fraction_in_range",
                                   condition=models.Q(denominator__gte=1, numerator__gte=0,
                                                      numerator__lte=models.F("denominator"))),
            models.CheckConstraint(name="mark_without_marker_is_final",
                                   condition=models.Q(marker__isnull=False) | models.Q(is_final=True)),
        ]

    def __str__(self):
        return str(self.pk)

    @property
    def fraction(self):
        return Fraction(self.numerator, self.denominator)

    @fraction.setter
    def fraction(self, value):
        value = Fraction(value)
        self.numerator, self.denominator = value.numerator, value.denominator


class Phrase(models.Model):
    """A comment that a marker keeps to use again."""

    marker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="phrases")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("saved phrase")
        verbose_name_plural = _("saved phrases")
        ordering = ["text", "id"]

    def __str__(self):
        return self.text[:60]


class Regrade(models.Model):
    """That attempts at one version of a question were graded again by the key of another, by whom and why."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="regrades")
    old_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    new_version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("re-grade")
        verbose_name_plural = _("re-grades")
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.question_id} {self.at:%Y-%m-%d}"


class RegradedAttempt(models.Model):
    """What a re-grade changed in one attempt."""

    regrade = models.ForeignKey(Regrade, models.PROTECT, related_name="attempts")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="regrades")
    score_before = models.DecimalField(max_digits=10, decimal_places=4)
    score_after = models.DecimalField(max_digits=10, decimal_places=4)
    passed_before = models.BooleanField()
    passed_after = models.BooleanField()

    class Meta:
        verbose_name = _("re-graded attempt")
        verbose_name_plural = _("re-graded attempts")
        ordering = ["regrade_id", "id"]
        constraints = [models.UniqueConstraint(fields=["regrade", "attempt"], name="regraded_attempt_once")]

    def __str__(self):
        return str(self.attempt_id)


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
