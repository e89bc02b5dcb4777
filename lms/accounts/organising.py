"""Where people work: who is assigned to which organisation, from which day."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max

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


@transaction.atomic
def correct_assignment(*, assignment, by=None):
    """Save an assignment whose facts were written down wrong; the trace names it, not what it said."""
    assignment.save()
    record_event(actor=by, action="assignment.corrected", subject=f"user:{assignment.user.public_id}",
                 details={"assignment": assignment.pk})
    return assignment


class OrganisationCannotMove(Exception):
    """``reason`` is "inside" (below itself) or "depth" (deeper than a unit)."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class OrganisationInUse(Exception):
    """People or what they earned depend on the organisation; ``dependants`` says what: [(plural name, number)]."""

    def __init__(self, dependants):
        super().__init__(dependants)
        self.dependants = dependants


def check_place(*, organisation, parent):
    """Raise OrganisationCannotMove when ``organisation`` (new or known) cannot be below ``parent`` (None: a root)."""
    height = 0
    if organisation.pk:
        known = Organisation.objects.get(pk=organisation.pk)
        if parent and parent.path.startswith(known.path):
            raise OrganisationCannotMove("inside")
        deepest = known.get_descendants().aggregate(Max("depth"))["depth__max"] or known.depth
        height = deepest - known.depth
    if (parent.depth if parent else 0) + 1 + height > Organisation.MAX_DEPTH:
        raise OrganisationCannotMove("depth")


@transaction.atomic
def place_organisation(*, organisation, parent, by=None):
    """Save ``organisation``, new or moved, as an institution (``parent`` None) or below ``parent``, by order of names.

    Returns it as the tree has it now. Raises OrganisationCannotMove before anything is saved."""
    check_place(organisation=organisation, parent=parent)
    if organisation.pk:
        action = "organisation.changed"
        organisation.save()
        if parent:
            organisation.move(parent, "sorted-child")
        else:
            organisation.move(Organisation.get_first_root_node(), "sorted-sibling")
    else:
        action = "organisation.added"
        organisation = parent.add_child(instance=organisation) if parent else Organisation.add_root(
            instance=organisation)
    record_event(actor=by, action=action, subject=f"organisation:{organisation.pk}")
    return Organisation.objects.get(pk=organisation.pk)


def get_dependants(organisation):
    """What depends on ``organisation`` or on anything below it: [(plural name, number)], empty when nothing does."""
    inside = Organisation.objects.within([organisation]).values("pk")
    counts = [
        (relation.related_model._meta.verbose_name_plural,
         relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": inside}).count())
        for relation in Organisation._meta.related_objects
    ]
    return [(name, number) for name, number in counts if number]


@transaction.atomic
def remove_organisation(*, organisation, by=None):
    """Remove ``organisation`` and its units. Raises OrganisationInUse when anything depends on one of them."""
    if dependants := get_dependants(organisation):
        raise OrganisationInUse(dependants)
    record_event(actor=by, action="organisation.removed", subject=f"organisation:{organisation.pk}")
    organisation.delete()
