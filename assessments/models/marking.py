"""What people give for answers that no program can grade."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.attempts import Answer


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


class MarkCorrection(models.Model):
    """Why a mark that counted was put right, in the words of who did it. They may tell of the learner, so they are kept
    here, where they go with what was written about the answer (assessments.erasing), and not in the audit log."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="mark_corrections")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mark_corrections")
    at = models.DateTimeField()
    reason = models.TextField(_("reason"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("correction of a mark")
        verbose_name_plural = _("corrections of marks")
        ordering = ["answer_id", "id"]

    def __str__(self):
        return str(self.pk)


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
