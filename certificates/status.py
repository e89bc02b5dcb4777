"""Places in the status lists. Publishing the lists is certificates.credentials' matter."""

import secrets

from certificates.models import Certificate, StatusList

# Above this share a random place is seldom free; the next list begins.
FULL = StatusList.SIZE // 2


def take_status_index(*, now):
    """(StatusList, index): a free place, drawn at random so that it says nothing of when it was taken. Call it in a
    transaction; it locks the list."""
    newest = StatusList.objects.select_for_update().order_by("-number")
    current = newest.first()
    while current is None or current.taken >= FULL:
        # Somebody else may begin the same list at this moment: then this waits, and takes what they made.
        StatusList.objects.get_or_create(number=current.number + 1 if current else 1, defaults={"changed_at": now})
        current = newest.first()
    current.taken += 1
    current.save(update_fields=["taken"])
    while Certificate.objects.filter(status_list=current, status_index=(index := secrets.randbelow(StatusList.SIZE))
                                     ).exists():
        pass
    return current, index
