"""Learning paths: courses that make a whole, in an order, with a certificate of its own for who completes them all."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from courses.models.catalogue import Course


class LearningPathQuerySet(models.QuerySet):
    def offered(self):
        return self.filter(is_offered=True)

    def visible_to(self, user):
        """Those that are offered, and of the others those that ``user`` (or nobody, signed out) has completed."""
        return self.filter(models.Q(is_offered=True) | models.Q(
            pk__in=PathAward.objects.filter(learner=user.pk).values("path")))


class LearningPath(ClusterableModel):
    """``titles`` and ``summaries``: {language: text}; the first language always has a title. Nobody enrols in a path:
    whoever completes its courses completes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    titles = models.JSONField(_("title"))
    summaries = models.JSONField(_("summary"), default=dict, blank=True)
    is_offered = models.BooleanField(_("offered"), default=True, help_text=_(
        "Learners see it, and who completes its courses gets the certificate of the path."))
    certificate_template = models.ForeignKey(
        "certificates.CertificateTemplate", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("certificate template"), help_text=_("Empty: the one used where none is named."))
    certificate_valid_months = models.PositiveSmallIntegerField(
        _("months that the certificate is valid"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_(
            "Empty: for ever. Who renews the courses of the path renews it too, so give them a validity as well."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LearningPathQuerySet.as_manager()

    class Meta:
        verbose_name = _("learning path")
        verbose_name_plural = _("learning paths")
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(
            name="learning_path_valid_months_in_range",
            condition=models.Q(certificate_valid_months__isnull=True)
            | models.Q(certificate_valid_months__gte=1, certificate_valid_months__lte=120))]

    def __str__(self):
        return self.title

    @property
    def title(self):
        return _in_this_language(self.titles)

    @property
    def summary(self):
        return _in_this_language(self.summaries)


class LearningPathCourse(Orderable):
    path = ParentalKey(LearningPath, on_delete=models.CASCADE, related_name="steps")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+", verbose_name=_("course"))

    class Meta(Orderable.Meta):
        verbose_name = _("course of a learning path")
        verbose_name_plural = _("courses of learning paths")
        constraints = [models.UniqueConstraint(fields=["path", "course"], name="learning_path_course_once")]

    def __str__(self):
        return f"{self.path_id} {self.sort_order}"


class PathAward(models.Model):
    """That a learner completed a path, once and for ever: what its certificates are the certificates of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey(LearningPath, models.PROTECT, related_name="awards")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="path_awards")
    completed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("completed learning path")
        verbose_name_plural = _("completed learning paths")
        constraints = [models.UniqueConstraint(fields=["path", "learner"], name="path_award_once")]

    def __str__(self):
        return str(self.pk)


def _in_this_language(texts):
    return texts.get(get_language()) or texts.get(settings.LANGUAGE_CODE, "")
