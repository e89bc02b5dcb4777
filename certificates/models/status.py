from django.db import models
from django.utils.translation import gettext_lazy as _


class StatusList(models.Model):
    """A bitstring status list (W3C): one bit for each certificate, set when it was revoked or replaced. ``published``
    is the signed list as it is served; it is made anew after a change and before it grows old."""

    SIZE = 131_072  # the least that the standard allows, so that no position gives a holder away

    number = models.PositiveIntegerField(unique=True)
    taken = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    published = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        ordering = ["number"]

    def __str__(self):
        return str(self.number)
