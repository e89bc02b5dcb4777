"""Where people work: who is assigned to which organisation, from which day."""

from datetime import timedelta

from django.db import transaction

from lms.accounts.audit import record_event
from lms.accounts.models import Assignment, Organisation, StaffType, User


class AssignmentInThePast(Exception):
    """The person already has an assignment that begins later: history is corrected, not overwritten."""


@transaction.atomic
def assign(*, user, organisation, since, staff_type=StaffType.NOT_STATED, position="", by=None):
    """Assign ``user`` to ``organisation`` from the day ``since``; the assignment that runs ends the day before.

    Safe to repeat: the same facts again, from that day or a later one, change nothing. Other facts from the day the
    running assignment began replace it, because no day of it is left. Returns the assignment that holds on ``since``.
    Raises AssignmentInThePast when one begins after ``since``."""
    User.objects.select_for_update().get(pk=user.pk)  # one at a time for each person
    if user.assignments.filter(since__gt=since).exists():
        raise AssignmentInThePast
    running = get_assignment(user, since)
    facts = {"organisation": organisation, "staff_type": staff_type, "position": position}
    if running and running.until is None and all(getattr(running, name) == value for name, value in facts.items()):
        return running
    if running and running.since == since:
        for name, value in facts.items():
            setattr(running, name, value)
        running.until = None
        running.save()
        assignment = running
    else:
        user.assignments.on(since).update(until=since - timedelta(days=1))
        assignment = Assignment.objects.create(user=user, since=since, **facts)
    record_event(actor=by, action="person.assigned", subject=f"user:{user.public_id}",
                 details={"organisation": organisation.pk, "since": since.isoformat()})
    return assignment


def get_assignment(user, day):
    """The assignment that holds for ``user`` on ``day`` (a date), the latest when there are several, or None."""
    return user.assignments.on(day).select_related("organisation").order_by("since", "id").last()


class OrganisationCannotMove(Exception):
    """Below itself, or deeper than a unit: the sentence says which."""


@transaction.atomic
def place_organisation(*, organisation, parent):
    """Save ``organisation`` as a root (``parent`` None) or below ``parent``, in the order of names; new or moved.

    Returns it as the tree has it now. Raises OrganisationCannotMove; nothing is saved then."""
    height = 0
    if organisation.pk:
        below = organisation.get_descendants()
        height = max((node.depth for node in below), default=organisation.depth) - organisation.depth
        if parent and (parent == organisation or parent.is_descendant_of(organisation)):
            raise OrganisationCannotMove("inside")
    if (parent.depth if parent else 0) + 1 + height > Organisation.MAX_DEPTH:
        raise OrganisationCannotMove("depth")
    if not organisation.pk:
        return parent.add_child(instance=organisation) if parent else Organisation.add_root(instance=organisation)
    organisation.save()
    target, position = (parent, "sorted-child") if parent else (Organisation.get_first_root_node(), "sorted-sibling")
    organisation.move(target, position)
    return Organisation.objects.get(pk=organisation.pk)
