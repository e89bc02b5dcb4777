"""Changes to what the platform knows of a person."""

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.accounts.audit import record_event

# What says who somebody is: a change of it leaves a trace.
TRACED = frozenset({"given_names", "first_surname", "second_surname", "document", "email", "is_active"})


@transaction.atomic
def save_person(*, user, changed, by):
    """Save ``user``. The names of the ``changed`` fields that say who they are go to the audit log, their values
    never. Saving the same twice leaves one trace, because the second time nothing is changed."""
    created = user.pk is None
    if created and not user.password:
        user.set_unusable_password()
    user.save()
    if created:
        # No password yet: only who reads the address's mail can choose one, which confirms it.
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        record_event(actor=by, action="person.added", subject=f"user:{user.public_id}")
        return user
    if "email" in changed:
        # Others could still sign in with the old addresses; the new one is confirmed at the next sign-in.
        EmailAddress.objects.filter(user=user).delete()
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    if traced := sorted(TRACED.intersection(changed)):
        record_event(actor=by, action="person.changed", subject=f"user:{user.public_id}", details={"fields": traced})
    return user
