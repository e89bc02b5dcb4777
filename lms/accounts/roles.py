"""Who may do what. A role is granted and revoked here only: so the Wagtail group, the grant and the trace agree."""

from django.contrib.auth.models import Group
from django.db import transaction

from lms.accounts.audit import record_event
from lms.accounts.models import Organisation, RoleGrant

Role = RoleGrant.Role

# The Wagtail groups whose permissions go with a role; courses.setup gives these groups their permissions.
GROUP_OF_ROLE = {Role.TRAINER: "Trainers", Role.PROGRAMME_MANAGER: "Programme managers"}


@transaction.atomic
def grant_role(*, user, role, organisation=None, by=None):
    """Give a role; safe to repeat. An HR officer needs an organisation, nobody else has one (database constraint)."""
    grant, created = RoleGrant.objects.get_or_create(user=user, role=role, organisation=organisation)
    if role in GROUP_OF_ROLE:
        user.groups.add(Group.objects.get_or_create(name=GROUP_OF_ROLE[role])[0])
    if role == Role.ADMINISTRATOR and not user.is_superuser:
        user.is_superuser = True
        user.save(update_fields=["is_superuser"])
    if created:
        record_event(actor=by, action="role.granted", subject=f"user:{user.public_id}",
                     details={"role": role, "organisation": organisation and organisation.pk})
    return grant


@transaction.atomic
def revoke_role(*, grant, by=None):
    """Take a role away, with its group or superuser state when no other grant of the same role is left."""
    user, role, organisation_id = grant.user, grant.role, grant.organisation_id
    grant.delete()
    if not user.role_grants.filter(role=role).exists():
        if role in GROUP_OF_ROLE:
            user.groups.remove(*Group.objects.filter(name=GROUP_OF_ROLE[role]))
        if role == Role.ADMINISTRATOR:
            user.is_superuser = False
            user.save(update_fields=["is_superuser"])
    record_event(actor=by, action="role.revoked", subject=f"user:{user.public_id}",
                 details={"role": role, "organisation": organisation_id})


def get_hr_organisations(user):
    """The organisations whose lists ``user`` may see, and everything below them (a queryset of Organisation).

    An administrator sees all; a programme manager sees figures, not names, and so none."""
    if user.is_superuser:
        return Organisation.objects.all()
    granted = Organisation.objects.filter(role_grants__user=user, role_grants__role=Role.HR_OFFICER)
    return Organisation.objects.within(list(granted))
