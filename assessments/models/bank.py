"""The question bank."""

import hashlib
import json

from django.conf import settings
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
