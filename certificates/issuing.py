from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from certificates.codes import new_code
from certificates.events import add_event
from certificates.hashing import canonical_sha256
from certificates.keys import get_signing_key
from certificates.models import Certificate, FolioCounter, IssuerKey, Outbox
from certificates.status import take_status_index
from certificates.tasks import deliver
from certificates.validity import end_of_day


@transaction.atomic
def issue_certificate(*, learner, award, kind, snapshot, now, cycle=1, renews=None, template_version=None,
                      mail=Outbox.MAIL_ISSUED):
    """The certificate of ``award`` (a UUID) in this ``cycle``: the one it already has, in whatever state, or a new one.

    ``snapshot`` is a certificates.snapshot.Snapshot; ``renews`` the certificate of the cycle before; ``mail`` the kind
    of work that tells the holder, or None. Everything is written in the caller's transaction; the documents and the
    mail are rows of the outbox. Whoever issues waits until others who do so have committed: call it last."""
    if existing := get_certificate(award=award, kind=kind, cycle=cycle):
        return existing
    # A folio belongs to the year in which the platform's people live, not to that of UTC.
    series = str(now.astimezone(ZoneInfo(settings.TIME_ZONE)).year)
    counter, _created = FolioCounter.objects.select_for_update().get_or_create(series=series)
    if existing := get_certificate(award=award, kind=kind, cycle=cycle):
        return existing
    counter.last += 1
    counter.save(update_fields=["last"])
    return create_version(
        Certificate(learner=learner, award=award, kind=kind, cycle=cycle, series=series, number=counter.last,
                    code=_unused_code(), renews=renews, template_version=template_version,
                    identity_fingerprint=learner.document_fingerprint or ""),
        snapshot=snapshot, now=now, mail=mail)


def create_version(certificate, *, snapshot, now, mail, actor=None, details=None):
    """Save a new ``certificate``, the first version or a later one, with its facts, its place in a status list, the
    event and the work that it needs. Call it in the transaction that holds the lock of the certificate or counter."""
    facts = snapshot.to_json()
    certificate.issued_at, certificate.snapshot, certificate.snapshot_sha256 = now, facts, canonical_sha256(facts)
    certificate.expires_at = end_of_day(snapshot.expires_on)
    certificate.status_list, certificate.status_index = take_status_index(now=now)
    certificate.save(force_insert=True)
    add_event(certificate=certificate, action="issued", at=now, actor=actor, details={
        "folio": certificate.folio, "version": certificate.version, "code": certificate.code,
        "snapshot_sha256": certificate.snapshot_sha256, **(details or {}),
    })
    has_key = get_signing_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=now) is not None
    Outbox.plan(certificate=certificate, now=now, kinds=[
        *([Outbox.CREDENTIAL] if has_key else []), *Outbox.kinds_of_documents(), *([mail] if mail else [])])
    nudge(certificate)
    return certificate


def nudge(certificate):
    """Ask a worker to begin right after the commit. With the broker down this is logged, and the sweep finds the rows
    within a minute."""
    transaction.on_commit(lambda: deliver.apply_async([str(certificate.pk)], retry=False), robust=True)


def get_certificate(*, award, kind=None, cycle=None):
    """The certificate of an award, of one kind or of any that says it was finished, in one cycle or the last: the valid
    version, or else the newest; None when there is none."""
    found = Certificate.objects.filter(award=award)
    found = found.filter(kind=kind) if kind else found.of_completion()
    if cycle:
        found = found.filter(cycle=cycle)
    return max(found, key=lambda each: (each.cycle, each.state == Certificate.State.ISSUED, each.version), default=None)


def _unused_code():
    while Certificate.objects.filter(code=(code := new_code())).exists():
        pass
    return code
