from lms.accounts.acts import ACTIONS
from lms.accounts.models import AuditEvent


def record_event(*, actor, action, subject="", details=None):
    """Add one line to the audit log. ``action`` is ``thing.verb-in-the-past``, one of acts.ACTIONS; ``subject`` names a
    row without saying anything of a person (``user:<public id>``); ``details`` is JSON without free text: what somebody
    wrote may tell of a person, and the log outlives every erasure. Call it inside the transaction of the act."""
    if action not in ACTIONS:
        raise ValueError(f"{action} has no words: add them to lms.accounts.acts.")
    return AuditEvent.objects.create(actor=actor, action=action, subject=subject, details=details or {})
