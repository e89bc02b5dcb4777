from lms.accounts.models import AuditEvent


def record_event(*, actor, action, subject="", details=None):
    """Add one line to the audit log. ``action`` is ``thing.verb-in-the-past``; ``subject`` names a row without saying
    anything of a person (``user:<public id>``); ``details`` is JSON without free text: what somebody wrote may tell of
    a person, and the log outlives every erasure. Call it inside the transaction of the act."""
    return AuditEvent.objects.create(actor=actor, action=action, subject=subject, details=details or {})
