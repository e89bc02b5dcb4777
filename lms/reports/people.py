"""Which people an HR officer has to do with: those who work today in the officer's organisations or below them."""

from django.utils import timezone

from lms.accounts.models import Assignment, User
from lms.accounts.roles import get_hr_organisations


def get_people(*, viewer, now):
    """The people whose whole record ``viewer`` may see besides the own: everybody for an administrator. A queryset of
    User. Who has left an institution is not seen by it any more, only what was completed there (records.py)."""
    if viewer.is_superuser:
        return User.objects.all()
    working_there = Assignment.objects.on(timezone.localdate(now)).filter(
        organisation__in=get_hr_organisations(viewer))
    return User.objects.filter(pk__in=working_there.values("user"))


def is_hr(viewer):
    return viewer.is_superuser or get_hr_organisations(viewer).exists()
