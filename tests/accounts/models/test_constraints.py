"""Every rule that the database keeps, broken once. The names are those of the models' constraints."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from lms.accounts.models import Assignment, AuditEvent, GivenRight, Organisation, RoleGrant, Territory, User
from tests.accounts.people import make_institution, make_user

pytestmark = pytest.mark.django_db
DAY = date(2025, 1, 1)


def user_email_unique():
    make_user(email="ana@example.org")
    User.objects.bulk_create([User(email="ANA@example.org", given_names="A", first_surname="B")])


def user_document_unique():
    for _number in range(2):
        user = make_user()
        user.set_document(kind="rut", number="12.345.678-5")
        user.save()


def role_grant_once():
    user = make_user()
    for _number in range(2):
        RoleGrant.objects.create(user=user, role="trainer")


def role_grant_once_an_organisation():
    user, organisation = make_user(), make_institution()
    for _number in range(2):
        RoleGrant.objects.create(user=user, role="hr_officer", organisation=organisation)


def role_grant_organisation_for_hr_only():
    RoleGrant.objects.create(user=make_user(), role="trainer", organisation=make_institution())


def given_right_once():
    for _number in range(2):
        GivenRight.objects.create(group=Group.objects.get_or_create(name="Trainers")[0],
                                  permission=Permission.objects.first())


def territory_code_unique():
    Territory.objects.create(country_code="CL", code="CL", level="country", name="Chile once more")
    Territory.objects.create(country_code="CL", code="CL", level="country", name="Chile once more")


def territory_parent_unless_country():
    Territory.objects.create(country_code="CL", code="99999", level="commune", name="Nowhere")


def organisation_official_code_unique():
    make_institution("First", official_code="MU123")
    make_institution("Second", official_code="MU123")


def organisation_institution_has_kind():
    make_institution(kind="")


def organisation_at_most_three_levels():
    node = make_institution()
    for name in ("Directorate", "Unit", "Desk"):
        node = Organisation.objects.get(pk=node.pk).add_child(name=name)


def assignment_until_not_before_since():
    Assignment.objects.create(user=make_user(), organisation=make_institution(), since=DAY, until=date(2024, 12, 31))


def assignment_once_a_day():
    user, organisation = make_user(), make_institution()
    for _number in range(2):
        Assignment.objects.create(user=user, organisation=organisation, since=DAY)


BREAKERS = [
    given_right_once,
    user_email_unique, user_document_unique, role_grant_once, role_grant_once_an_organisation,
    role_grant_organisation_for_hr_only, territory_code_unique, territory_parent_unless_country,
    organisation_official_code_unique, organisation_institution_has_kind, organisation_at_most_three_levels,
    assignment_until_not_before_since, assignment_once_a_day,
]


@pytest.mark.parametrize("breaker", BREAKERS, ids=lambda breaker: breaker.__name__)
def test_constraint_holds(breaker):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        breaker()
    assert breaker.__name__ in str(caught.value) or "UNIQUE constraint failed" in str(caught.value)


def test_every_constraint_is_tested():
    named = {constraint.name for model in apps.get_app_config("accounts").get_models()
             for constraint in model._meta.constraints}
    assert named == {breaker.__name__ for breaker in BREAKERS}


def test_same_number_of_another_kind_and_no_number_are_allowed():
    for kind in ("passport", "other"):
        user = make_user()
        user.set_document(kind=kind, number="AB123456")
        user.save()
    make_user()
    make_user()
    assert User.objects.filter(document_fingerprint="").count() == 2


def test_audit_event_is_neither_changed_nor_removed():
    event = AuditEvent.objects.create(action="test.done")
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()
    assert AuditEvent.objects.count() == 1
