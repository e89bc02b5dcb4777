"""The history of a certificate: each event holds the hash of the one before it, so that none can be changed, removed or
put in between without showing."""

from datetime import UTC

from certificates.hashing import canonical_sha256
from certificates.models import CertificateEvent


class HistoryAltered(Exception):
    """The events of a certificate are not the ones that were written."""


def add_event(*, certificate, action, at, actor=None, details=None):
    """Write the next event. Call it inside the transaction of the act; two at once end in an IntegrityError."""
    last = certificate.events.order_by("-sequence").first()
    event = CertificateEvent(certificate=certificate, sequence=last.sequence + 1 if last else 1, action=action, at=at,
                             actor=actor, details=details or {}, previous_sha256=last.sha256 if last else "")
    event.sha256 = _hash(event)
    event.save()
    return event


def verify_history(certificate):
    """The events in order. Raises HistoryAltered when one is missing or is not as it was written."""
    events, previous = list(certificate.events.order_by("sequence")), ""
    for position, event in enumerate(events, start=1):
        if event.sequence != position or event.previous_sha256 != previous or event.sha256 != _hash(event):
            raise HistoryAltered(f"Event {position} of certificate {certificate.pk} is not as it was written.")
        previous = event.sha256
    # The facts are written twice at most: when they are issued, and when the holder is forgotten.
    facts = [event.details["snapshot_sha256"] for event in events if event.action in {"issued", "erased"}]
    if not events or events[0].action != "issued" or facts[-1] != certificate.snapshot_sha256:
        raise HistoryAltered(f"The history of certificate {certificate.pk} does not begin with its issue.")
    return events


def _hash(event):
    return canonical_sha256({
        "certificate": str(event.certificate_id), "sequence": event.sequence, "action": event.action,
        "actor": event.actor_id, "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "details": event.details, "previous": event.previous_sha256,
    })
