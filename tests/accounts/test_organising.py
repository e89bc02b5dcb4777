from datetime import date, timedelta

import pytest

from lms.accounts.models import AuditEvent, Organisation
from lms.accounts.organising import (
    AssignmentInThePast,
    OrganisationCannotMove,
    assign,
    get_assignment,
    place_organisation,
)
from tests.accounts.people import make_institution, make_user

pytestmark = pytest.mark.django_db
JANUARY, MARCH, JUNE = date(2025, 1, 1), date(2025, 3, 1), date(2025, 6, 1)
DAY = timedelta(days=1)


def history(user):
    return list(user.assignments.order_by("since").values_list("organisation__name", "since", "until"))


def test_assign_ends_the_running_one_the_day_before():
    user, first, second = make_user(), make_institution("First"), make_institution("Second")
    assign(user=user, organisation=first, since=JANUARY)
    assignment = assign(user=user, organisation=second, since=MARCH, staff_type="planta", position="Jefa", by=user)
    assert history(user) == [("First", JANUARY, MARCH - DAY), ("Second", MARCH, None)]
    assert (assignment.staff_type, assignment.position) == ("planta", "Jefa")
    assert get_assignment(user, MARCH - DAY).organisation == first
    assert get_assignment(user, MARCH).organisation == second
    assert get_assignment(user, JANUARY - DAY) is None


def test_assign_twice_changes_nothing():
    user, organisation = make_user(), make_institution()
    first = assign(user=user, organisation=organisation, since=JANUARY, position="Analista")
    assert assign(user=user, organisation=organisation, since=JANUARY, position="Analista") == first
    assert assign(user=user, organisation=organisation, since=MARCH, position="Analista") == first
    assert history(user) == [(organisation.name, JANUARY, None)]
    assert AuditEvent.objects.filter(action="person.assigned").count() == 1


def test_assign_of_the_same_day_replaces():
    user, first, second = make_user(), make_institution("First"), make_institution("Second")
    assign(user=user, organisation=first, since=JANUARY)
    assign(user=user, organisation=second, since=JANUARY)
    assert history(user) == [("Second", JANUARY, None)]


def test_assign_new_staff_type_is_a_new_assignment():
    user, organisation = make_user(), make_institution()
    assign(user=user, organisation=organisation, since=JANUARY, staff_type="honorarios")
    assign(user=user, organisation=organisation, since=MARCH, staff_type="contrata")
    assert [row.staff_type for row in user.assignments.order_by("since")] == ["honorarios", "contrata"]
    assert get_assignment(user, MARCH - DAY).staff_type == "honorarios"


def test_assign_after_a_gap_opens_a_new_one():
    user, organisation = make_user(), make_institution()
    assign(user=user, organisation=organisation, since=JANUARY)
    user.assignments.update(until=MARCH)
    assign(user=user, organisation=organisation, since=JUNE)
    assert history(user) == [(organisation.name, JANUARY, MARCH), (organisation.name, JUNE, None)]


def test_assign_before_a_later_one_is_refused():
    user, organisation = make_user(), make_institution()
    assign(user=user, organisation=organisation, since=MARCH)
    with pytest.raises(AssignmentInThePast):
        assign(user=user, organisation=organisation, since=JANUARY)
    assert history(user) == [(organisation.name, MARCH, None)]


def tree():
    return [(node.depth, node.name) for node in Organisation.objects.order_by("path")]


def institution(name):
    return Organisation(name=name, kind=Organisation.Kind.MUNICIPALITY)


def test_place_organisation_keeps_the_order_of_names():
    root = place_organisation(organisation=institution("B"), parent=None)
    place_organisation(organisation=institution("A"), parent=None)
    place_organisation(organisation=Organisation(name="Z unit"), parent=Organisation.objects.get(pk=root.pk))
    place_organisation(organisation=Organisation(name="M unit"), parent=Organisation.objects.get(pk=root.pk))
    assert tree() == [(1, "A"), (1, "B"), (2, "M unit"), (2, "Z unit")]


def test_place_organisation_moves_with_everything_below_and_renames():
    first = place_organisation(organisation=institution("First"), parent=None)
    second = place_organisation(organisation=institution("Second"), parent=None)
    office = place_organisation(organisation=Organisation(name="Office"), parent=first)
    place_organisation(organisation=Organisation(name="Desk"), parent=office)
    office = Organisation.objects.get(pk=office.pk)
    office.name = "Bureau"
    moved = place_organisation(organisation=office, parent=Organisation.objects.get(pk=second.pk))
    assert tree() == [(1, "First"), (1, "Second"), (2, "Bureau"), (3, "Desk")]
    assert moved.get_parent() == second
    assert Organisation.find_problems() == ([], [], [], [], [])


def test_place_organisation_refuses_loops_and_a_fourth_level():
    first = place_organisation(organisation=institution("First"), parent=None)
    second = place_organisation(organisation=institution("Second"), parent=None)
    office = place_organisation(organisation=Organisation(name="Office"), parent=first)
    desk = place_organisation(organisation=Organisation(name="Desk"), parent=office)
    before = tree()
    for organisation, parent, reason in [
        (first, first, "inside"), (first, desk, "inside"), (Organisation(name="Too deep"), desk, "depth"),
        (Organisation.objects.get(pk=first.pk), second, "depth"),
    ]:
        with pytest.raises(OrganisationCannotMove, match=reason):
            place_organisation(organisation=organisation, parent=parent and Organisation.objects.get(pk=parent.pk))
    assert tree() == before
