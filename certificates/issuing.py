from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from certificates.codes import new_code
from certificates.events import add_event
from certificates.hashing import canonical_sha256
from certificates.models import Certificate, FolioCounter, Outbox
from certificates.tasks import deliver


@transaction.atomic
def issue_certificate(*, learner, award, kind, snapshot, now):
    """The certificate of ``award`` (a UUID): the one it already has, in whatever state, or a new one.

    ``snapshot`` is a certificates.snapshot.Snapshot. Everything is written in the caller's transaction; the PDFs and
    the mail are rows of the outbox. Whoever issues waits until others who do so have committed: call it last."""
    if existing := get_certificate(award=award):
        return existing
    # A folio belongs to the year in which the platform's people live, not to that of UTC.
    series = str(now.astimezone(ZoneInfo(settings.TIME_ZONE)).year)
    counter, _created = FolioCounter.objects.select_for_update().get_or_create(series=series)
    if existing := get_certificate(award=award):
        return existing
    counter.last += 1
    counter.save(update_fields=["last"])
    facts = snapshot.to_json()
    certificate = Certificate.objects.create(
        learner=learner, award=award, kind=kind, series=series, number=counter.last, code=_unused_code(),
        issued_at=now, snapshot=facts, snapshot_sha256=canonical_sha256(facts),
    )
    add_event(certificate=certificate, action="issued", at=now, details={
        "folio": certificate.folio, "code": certificate.code, "snapshot_sha256": certificate.snapshot_sha256,
    })
    Outbox.objects.bulk_create(
        Outbox(certificate=certificate, kind=work, next_at=now) for work in Outbox.kinds_for_a_new_certificate()
    )
    # Only a nudge: with the broker down this is logged, and the sweep finds the rows within a minute.
    transaction.on_commit(lambda: deliver.apply_async([str(certificate.pk)], retry=False), robust=True)
    return certificate


def get_certificate(*, award):
    """The certificate of an award, the valid one first, or None."""
    found = Certificate.objects.filter(award=award)
    return min(found, key=lambda each: (each.state != Certificate.State.ISSUED, -each.number), default=None)


def _unused_code():
    while Certificate.objects.filter(code=(code := new_code())).exists():
        pass
    return code
