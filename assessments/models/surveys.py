"""Surveys. There is no row for what somebody answered: see docs/decisions/0018-anonymous-by-construction.md."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from assessments.models.bank import QuestionVersion
from assessments.survey_field import SurveyField, freeze


class SurveyVersion(models.Model):
    """What a survey asked at a moment, in every language. Immutable; the primary key is the SHA-256 of its content."""

    digest = models.CharField(primary_key=True, max_length=64, editable=False)
    content = models.JSONField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("version of a survey")
        verbose_name_plural = _("versions of surveys")

    def __str__(self):
        return self.digest[:12]


class Survey(models.Model):
    """A survey to use in any number of courses, without a language of its own."""

    class Purpose(models.TextChoices):
        SATISFACTION = "satisfaction", _("Satisfaction, at the end of a course (Kirkpatrick 1)")
        FOLLOW_UP = "follow_up", _("Follow-up, months after a course (Kirkpatrick 3)")
        SUPERVISOR = "supervisor", _("Supervisor’s view, with the follow-up (Kirkpatrick 3)")

    code = models.SlugField(_("code"), max_length=100, unique=True)
    title = models.CharField(_("name"), max_length=150, help_text=_("Only you and other authors read it."))
    purpose = models.CharField(_("purpose"), max_length=15, choices=Purpose, default=Purpose.SATISFACTION)
    is_standard = models.BooleanField(
        _("standard survey of its purpose"), default=False,
        help_text=_("Follow-ups use the standard surveys, unless an edition names another."))
    body = SurveyField(verbose_name=_("questions"), help_text=_(
        "Once people have answered, a change begins new figures: the answers to the earlier text are shown apart."))
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="surveys", editable=False)

    panels = [FieldPanel("title"), FieldPanel("code"), FieldPanel("purpose"), FieldPanel("is_standard"),
              FieldPanel("body")]

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(
            fields=["purpose"], name="survey_one_standard", condition=models.Q(is_standard=True),
            violation_error_message=_("Another survey is the standard one of this purpose."))]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        content = freeze(self.body)
        self.version, _created = SurveyVersion.objects.get_or_create(
            digest=QuestionVersion.digest_of(content), defaults={"content": content})
        super().save(*args, **kwargs)


class AnswerPool(models.Model):
    """What all who answered a survey in an edition said, together: counters and sorted texts, sealed with a key that is
    not in the database, written anew as a whole with each answer. ``survey`` is the activity of a survey in a course,
    or the course for what follows months later; like ``edition``, of an app that this one does not know."""

    class Voice(models.TextChoices):
        LEARNER = "learner", _("Learners")
        SUPERVISOR = "supervisor", _("Supervisors")

    survey = models.UUIDField()
    edition = models.BigIntegerField()
    voice = models.CharField(max_length=10, choices=Voice, default=Voice.LEARNER)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, related_name="pools")
    sealed = models.BinaryField()
    is_full = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("answers to a survey")
        verbose_name_plural = _("answers to surveys")
        constraints = [models.UniqueConstraint(fields=["survey", "edition", "voice", "version"],
                                               name="answer_pool_one_open", condition=models.Q(is_full=False))]
        indexes = [models.Index(fields=["survey", "edition"], name="answer_pool_by_survey")]

    def __str__(self):
        return f"{self.survey}/{self.edition}/{self.voice}"
