"""Changes to what the platform knows of a person."""

from django.db import transaction

from lms.accounts.audit import record_event

# What says who somebody is: a change of it leaves a trace.
TRACED = frozenset({"given_names", "first_surname", "second_surname", "document", "email", "is_active"})


@transaction.atomic
def save_person(*, user, changed, by):
    """Save ``user``. The names of the ``changed`` fields that say who they are go to the audit log, their values
    never. Saving the same twice leaves one trace, because the second time nothing is changed."""
    created = user.pk is None
    user.save()
    if created:
        record_event(actor=by, action="person.added", subject=f"user:{user.public_id}")
    elif traced := sorted(TRACED.intersection(changed)):
        record_event(actor=by, action="person.changed", subject=f"user:{user.public_id}", details={"fields": traced})
    return user
