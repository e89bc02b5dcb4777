from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.acts import ACTIONS


class AuditEvent(models.Model):
    """Who did what that others must be able to check: exports, grades, keys, certificates, roles. Rows are added, never
    changed or removed; ``details`` holds facts about the act and no personal data."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False, db_index=True)
    actor = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    action = models.CharField(_("what"), max_length=60)
    subject = models.CharField(_("about"), max_length=120, blank=True)
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-id"]
        default_permissions = ("view",)

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"

    def save(self, *args, **kwargs):
        if self.pk:
            raise TypeError("An audit event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("An audit event cannot be removed.")

    def get_action_display(self):
        """In words; what an earlier version called otherwise, as it is."""
        return ACTIONS.get(self.action, self.action)
