"""Whose a question is, and who else may use or change it (docs/decisions/0019-whose-a-question-is.md)."""

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Organisation


class Sharing(models.TextChoices):
    """What everybody may do with the question of an institution."""

    PRIVATE = "private", _("Only the institution itself, and those chosen below")
    USE = "use", _("Everybody may use it")
    EDIT = "edit", _("Everybody may use and change it")


def get_institutions(user):
    """The institutions in which a person works today; a queryset, which other queries take in."""
    return Organisation.objects.employing(user, timezone.localdate())


class QuestionQuerySet(models.QuerySet):
    """What a person may do with each question, as to whose it is. Whether they may do it at all is Django's permission
    (assessments.rights asks for both)."""

    def usable_by(self, user):
        return self if user.is_superuser else self.usable_in(get_institutions(user).values("pk"))

    def usable_in(self, institutions):
        """Those that these institutions (primary keys, or a query for them) may use; those that everybody may are among
        them."""
        return self.filter(_own(institutions) | Q(sharing__in=[Sharing.USE, Sharing.EDIT])
                           | _shared("shared_to_use", institutions) | _shared("shared_to_edit", institutions))

    def editable_by(self, user):
        return self if user.is_superuser else self.filter(_editable(get_institutions(user).values("pk")))

    def managed_by(self, user):
        """Those whose owner the person works for: they share it, give it away and delete it."""
        return self if user.is_superuser else self.filter(_own(get_institutions(user).values("pk")))

    def with_rights(self, user):
        """Each with ``may_edit`` and ``may_manage``."""
        if user.is_superuser:
            return self.annotate(may_edit=Value(True), may_manage=Value(True))
        institutions = get_institutions(user).values("pk")
        return self.annotate(may_edit=_as_boolean(_editable(institutions)), may_manage=_as_boolean(_own(institutions)))


def _own(institutions):
    return Q(owner__isnull=True) | Q(owner__in=institutions)


def _editable(institutions):
    return _own(institutions) | Q(sharing=Sharing.EDIT) | _shared("shared_to_edit", institutions)


def _shared(field, institutions):
    through = Organisation._meta.apps.get_model("assessments", "Question")._meta.get_field(field).remote_field.through
    return Q(pk__in=through.objects.filter(organisation__in=institutions).values("question"))


def _as_boolean(condition):
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=models.BooleanField())
