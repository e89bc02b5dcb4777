"""The question bank."""

import hashlib
import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.coreutils import string_to_ascii
from wagtail.search import index

from assessments.kinds import get_kind
from assessments.models.categories import Competence, QuestionCategory
from assessments.models.sharing import QuestionQuerySet, Sharing
from assessments.question_field import QuestionField, freeze
from assessments.question_texts import find_texts, follow
from lms.accounts.models import Organisation


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
    get; attempts that exist keep theirs.

    Two attributes are for whoever saves it: ``saved_by``, a user, goes into the list of its versions;
    ``confirms_translations`` says that all its translations fit their sources as they are."""

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")

    class State(models.TextChoices):
        """Only approved questions are offered for tests and drawn; one that a test already has stays in it."""

        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")
        RETIRED = "retired", _("Retired")

    code = models.SlugField(_("code"), max_length=100, unique=True,
                            help_text=_("Stays the same when the question is imported again."))
    category = models.ForeignKey(QuestionCategory, models.PROTECT, related_name="questions", verbose_name=_("category"))
    body = QuestionField(verbose_name=_("question"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    difficulty = models.CharField(_("difficulty"), max_length=10, choices=Difficulty, blank=True)
    competence = models.ForeignKey(Competence, models.PROTECT, null=True, blank=True, related_name="questions",
                                   verbose_name=_("competence"))
    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="questions")
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("owner"),
        limit_choices_to={"depth": 1}, help_text=_("Without an owner it belongs to all: every trainer may change it."))
    sharing = models.CharField(_("sharing"), max_length=10, choices=Sharing, default=Sharing.PRIVATE)
    shared_to_use = models.ManyToManyField(
        Organisation, blank=True, related_name="questions_to_use", limit_choices_to={"depth": 1},
        verbose_name=_("institutions that may use it"))
    shared_to_edit = models.ManyToManyField(
        Organisation, blank=True, related_name="questions_to_edit", limit_choices_to={"depth": 1},
        verbose_name=_("institutions that may use and change it"))
    kind = models.CharField(_("kind"), max_length=30, editable=False)
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="questions", editable=False)
    translated_from = models.JSONField(default=dict, editable=False)  # see assessments.question_texts
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = QuestionQuerySet.as_manager()
    saved_by = None
    confirms_translations = False

    search_fields = [index.SearchField("code"), index.AutocompleteField("code"), index.SearchField("get_texts"),
                     index.AutocompleteField("get_texts"),
                     index.FilterField("category"), index.FilterField("kind"), index.FilterField("difficulty")]

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["category", "id"], name="question_by_category"),
            # The list counts by owner and sharing, and orders by the others; without them it reads every question.
            models.Index(fields=["owner", "sharing"], name="question_by_owner"),
            models.Index(fields=["state", "owner", "sharing"], name="question_by_state"),
            models.Index(fields=["kind"], name="question_by_kind"),
            models.Index(fields=["updated_at"], name="question_by_change"),
        ]
        permissions = [("approve_question", _("Can approve and retire questions"))]

    def __str__(self):
        stem = self.version.content["stem"]
        text = f"{self.code}: {(stem.get(settings.LANGUAGE_CODE) or next(iter(stem.values()), ''))[:100]}"
        return f"[{self.get_state_display()}] {text}" if self.state == self.State.RETIRED else text

    @transaction.atomic
    def save(self, *args, **kwargs):
        content = freeze(self.body)
        self.kind = content["kind"]
        self.version, _created = QuestionVersion.objects.get_or_create(
            digest=QuestionVersion.digest_of(content), defaults={"content": content})
        self.translated_from, gaps = follow(find_texts(self.body), self.translated_from,
                                            confirmed=self.confirms_translations)
        super().save(*args, **kwargs)
        last = self.edits.only("version").first()
        if last is None or last.version_id != self.version_id:
            self.edits.create(version=self.version, body=self.body.get_prep_value(), by=self.saved_by)
        self._put_gaps(gaps)

    def _put_gaps(self, gaps):
        counts = {}
        for gap in gaps:
            counts.setdefault(gap.language, {"missing": 0, "older": 0})["older" if gap.is_older else "missing"] += 1
        self.gaps.exclude(language__in=counts).delete()
        for language, numbers in counts.items():
            self.gaps.update_or_create(language=language, defaults=numbers)

    def find_gaps(self):
        """The Gaps of its translations, text by text."""
        return follow(find_texts(self.body), self.translated_from)[1]

    def get_texts(self):
        """All stems and options in all languages, for the search index; without accents too, as people type them; and
        the parts of the code."""
        content = self.version.content
        texts = [content["stem"], *get_kind(content["kind"]).get_texts(content)]
        text = " ".join(each for languages in texts for each in languages.values())
        return f"{text} {string_to_ascii(text)} {self.code.replace('-', ' ')}"


class QuestionEdit(models.Model):
    """That a question became what a version says, by whom. ``body`` is how it was written, so that it can be restored;
    None where only the version is known."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="edits")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="edits")
    body = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    restored = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["-saved_at", "-id"]

    def __str__(self):
        return f"{self.question_id} {self.version_id[:12]}"


class TranslationGap(models.Model):
    """How many texts of a question a language lacks, and how many are older than their source."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="gaps")
    language = models.CharField(_("language"), max_length=10)
    missing = models.PositiveSmallIntegerField(_("missing"))
    older = models.PositiveSmallIntegerField(_("older than its source"))
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("question to translate")
        verbose_name_plural = _("questions to translate")
        ordering = ["since", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["question", "language"], name="translation_gap_once"),
            models.CheckConstraint(condition=models.Q(missing__gt=0) | models.Q(older__gt=0),
                                   name="translation_gap_not_empty"),
        ]

    def __str__(self):
        return f"{self.question_id} {self.language}"


class QuestionComment(models.Model):
    """What somebody remarks on a question, to be resolved."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=4000)
    written_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("comment on a question")
        verbose_name_plural = _("comments on questions")
        ordering = ["written_at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="question_comment_resolved_by_somebody",
                                   condition=models.Q(resolved_at__isnull=True, resolved_by__isnull=True)
                                   | models.Q(resolved_at__isnull=False, resolved_by__isnull=False)),
        ]

    def __str__(self):
        return self.text[:60]
