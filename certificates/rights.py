"""Who may change which certificate templates and signatories: administrators and programme managers all of them, others
who have the permission those of the institutions where they work today."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from certificates.models import CertificateTemplate, Signatory
from lms.accounts.models import Organisation, RoleGrant

PERMISSION = "certificates.change_certificatetemplate"


def may_design(user):
    return user.is_active and user.has_perm(PERMISSION)


def may_design_all(user):
    return may_design(user) and (
        user.is_superuser or user.role_grants.filter(role=RoleGrant.Role.PROGRAMME_MANAGER).exists())


def get_institutions(user):
    """Those to which a template of the person may belong; a queryset. Who may design all of them also has the templates
    of none, which are for everybody."""
    if may_design_all(user):
        return Organisation.objects.institutions()
    return Organisation.objects.employing(user, timezone.localdate())


def get_templates(user):
    return _get_own(CertificateTemplate, user)


def get_signatories(user):
    """Those whose signature the person may put on a template, and change: nobody signs for a stranger."""
    return _get_own(Signatory, user)


def get_templates_to_choose(user, *, chosen=None):
    """Those that the person may choose for a course: those for all institutions, and those of the own ones, because a
    template also prints signatures. ``chosen`` (a primary key) is the one that is chosen already. A queryset."""
    offered = Q(archived_at__isnull=True)
    if user is not None and not may_design_all(user):
        offered &= Q(organisation__isnull=True) | Q(organisation__in=get_institutions(user).values("pk"))
    return CertificateTemplate.objects.filter(offered | Q(pk=chosen))


def check_design_all(user):
    if not may_design_all(user):
        raise PermissionDenied


def _get_own(model, user):
    if not may_design(user):
        return model.objects.none()
    rows = model.objects.select_related("organisation")
    return rows if may_design_all(user) else rows.filter(organisation__in=get_institutions(user).values("pk"))
