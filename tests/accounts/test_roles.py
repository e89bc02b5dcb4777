import pytest
from django.db import IntegrityError

from lms.accounts.models import AuditEvent, Organisation
from lms.accounts.roles import get_hr_organisations, grant_role, revoke_role
from tests.accounts.people import make_institution, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def institutions():
    """Two of them, the first with a directorate that has a unit; and a sibling directorate."""
    first, second = make_institution("First"), make_institution("Second")
    office = first.add_child(name="Office")
    Organisation.objects.get(pk=office.pk).add_child(name="Desk")
    Organisation.objects.get(pk=first.pk).add_child(name="Workshop")
    Organisation.objects.get(pk=second.pk).add_child(name="Second office")
    return {organisation.name: organisation for organisation in Organisation.objects.all()}


def names(queryset):
    return sorted(queryset.values_list("name", flat=True))


def test_hr_officer_of_an_institution_sees_its_units_and_no_sibling(institutions):
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=institutions["First"])
    assert names(get_hr_organisations(officer)) == ["Desk", "First", "Office", "Workshop"]


def test_hr_officer_of_a_directorate_sees_below_it_only(institutions):
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=institutions["Office"])
    assert names(get_hr_organisations(officer)) == ["Desk", "Office"]


def test_hr_officer_of_two_sees_both(institutions):
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=institutions["Desk"])
    grant_role(user=officer, role="hr_officer", organisation=institutions["Second"])
    assert names(get_hr_organisations(officer)) == ["Desk", "Second", "Second office"]


def test_who_has_another_role_or_none_sees_no_names(institutions):
    manager, trainer, learner = make_user(), make_user(), make_user()
    grant_role(user=manager, role="programme_manager")
    grant_role(user=trainer, role="trainer")
    assert [names(get_hr_organisations(user)) for user in (manager, trainer, learner)] == [[], [], []]


def test_administrator_sees_all(institutions):
    administrator = make_user()
    grant_role(user=administrator, role="administrator")
    assert len(names(get_hr_organisations(administrator))) == 6


@pytest.mark.parametrize(("role", "group"), [("trainer", "Trainers"), ("programme_manager", "Programme managers")])
def test_grant_and_revoke_agree_with_the_group(role, group):
    user, administrator = make_user(), make_user()
    grant = grant_role(user=user, role=role, by=administrator)
    assert grant_role(user=user, role=role, by=administrator) == grant
    assert list(user.groups.values_list("name", flat=True)) == [group]
    revoke_role(grant=grant, by=administrator)
    assert not user.groups.exists()
    assert not user.role_grants.exists()
    assert list(AuditEvent.objects.order_by("id").values_list("action", "actor", "details")) == [
        ("role.granted", administrator.pk, {"role": role, "organisation": None}),
        ("role.revoked", administrator.pk, {"role": role, "organisation": None})]


def test_administrator_is_superuser_while_granted():
    user = make_user()
    grant = grant_role(user=user, role="administrator")
    user.refresh_from_db()
    assert user.is_superuser
    revoke_role(grant=grant)
    user.refresh_from_db()
    assert not user.is_superuser


def test_revoking_one_of_two_hr_roles_keeps_the_other(institutions):
    officer = make_user()
    grant = grant_role(user=officer, role="hr_officer", organisation=institutions["First"])
    grant_role(user=officer, role="hr_officer", organisation=institutions["Second"])
    revoke_role(grant=grant)
    assert names(get_hr_organisations(officer)) == ["Second", "Second office"]


def test_hr_officer_needs_an_organisation():
    with pytest.raises(IntegrityError):
        grant_role(user=make_user(), role="hr_officer")
