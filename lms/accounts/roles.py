"""Who may do what. A role is granted and revoked here only: so the Wagtail group, the grant and the trace agree."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from lms.accounts.audit import record_event
from lms.accounts.models import GivenRight, Organisation, RoleGrant

Role = RoleGrant.Role

# The Wagtail groups whose permissions go with a role; courses.site_setup gives these groups their permissions.
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


@transaction.atomic
def give_rights(*, group, codenames, unrecorded):
    """Give a group those rights that it was never given; what people took from it stays away. Safe to repeat. To a
    group that was set up before this was written down, all were given but the ``unrecorded`` ones."""
    group = Group.objects.select_for_update().get(pk=group.pk)
    wanted = list(Permission.objects.filter(codename__in=codenames))
    given = set(GivenRight.objects.filter(group=group).values_list("permission", flat=True))
    new = [permission for permission in wanted if permission.pk not in given]
    is_older = not given and group.permissions.exists()
    group.permissions.add(*(each for each in new if not is_older or each.codename in unrecorded))
    GivenRight.objects.bulk_create(GivenRight(group=group, permission=permission) for permission in new)


def get_hr_organisations(user):
    """The organisations whose lists ``user`` may see, and everything below them (a queryset of Organisation).

    An administrator sees all; a programme manager sees figures, not names, and so none."""
    if user.is_superuser:
        return Organisation.objects.all()
    granted = Organisation.objects.filter(role_grants__user=user, role_grants__role=Role.HR_OFFICER)
    return Organisation.objects.within(list(granted))
