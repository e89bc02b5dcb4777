from lms.accounts.models import AuditEvent


def record_event(*, actor, action, subject="", details=None):
    """Add one line to the audit log. ``action`` is ``thing.verb-in-the-past``; ``subject`` names a row without saying
    anything of a person (``user:<public id>``); ``details`` is JSON. Call it inside the transaction of the act."""
    return AuditEvent.objects.create(actor=actor, action=action, subject=subject, details=details or {})
