from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _


class GivenRight(models.Model):
    """That the platform gave a group a right, once: what people take from the group afterwards stays away."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    permission = models.ForeignKey(Permission, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("given right")
        verbose_name_plural = _("given rights")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="given_right_once")]

    def __str__(self):
        return f"{self.group_id} {self.permission_id}"
