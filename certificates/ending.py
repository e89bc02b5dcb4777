"""How a version of a certificate stops being valid: it is corrected, issued again or revoked. Number, code and address
stay for ever (docs/decisions/0022-one-number-many-versions.md); each act leaves events on the versions it touches and a
line in the audit log."""

from dataclasses import replace

from django.db import transaction

from certificates.events import add_event
from certificates.hashing import canonical_sha256
from certificates.issuing import create_version, issue_certificate, nudge
from certificates.models import Certificate, IssuerKey, Outbox, StatusList
from certificates.snapshot import read_snapshot
from certificates.tasks import publish_status_lists
from lms.accounts.audit import record_event

State, Reason = Certificate.State, Certificate.Reason
REASONS_TO_CORRECT = (Reason.NAME, Reason.FACTS)
REASONS_TO_REVOKE = (Reason.MISTAKE, Reason.RESULT, Reason.MISCONDUCT, Reason.HOLDER)


class AlreadyEnded(Exception):
    """This version was replaced or revoked before."""


class NothingChanged(Exception):
    """The correction says what the certificate says already."""


class KeyNotCompromised(Exception):
    """What a sound key has signed needs no other seal."""


class NoKeyToSignWith(Exception):
    """There is no sound key yet that could take the place of the compromised one."""


@transaction.atomic
def correct(*, certificate, changes, reason, note="", by, now):
    """A new version with other facts in place of this one. ``changes``: {name of a field of Snapshot: value};
    ``reason``: one of REASONS_TO_CORRECT; ``note``: for colleagues only. The same correction again returns the version
    that it made. Another identity document can only be that of the holder's profile.

    Raises AlreadyEnded (of what was erased, too), NothingChanged and SnapshotInvalid."""
    if reason not in REASONS_TO_CORRECT:
        raise ValueError(f"{reason} is no reason to correct a certificate.")
    current = _lock(certificate)
    snapshot = replace(read_snapshot(current), **changes)
    if current.state == State.SUPERSEDED and _says(current.superseded_by, snapshot):
        return current.superseded_by
    _require_valid(current)
    if current.erased_at:
        raise AlreadyEnded
    if _says(current, snapshot):
        raise NothingChanged
    following = _replace(current, snapshot, reason, by, now, note=note)
    record_event(actor=by, action="certificate.corrected", subject=f"certificate:{current.pk}", details={
        "folio": current.folio, "version": following.version, "reason": reason, "fields": sorted(changes)})
    return following


@transaction.atomic
def reissue(*, certificate, key, by=None, now):
    """The same facts as a new version, sealed by a sound key, in place of a version that the compromised ``key`` (an
    IssuerKey) signed. Returns the version that is valid now; one that was replaced before is left alone.

    Raises KeyNotCompromised, NoKeyToSignWith and AlreadyEnded (of one that was revoked)."""
    if key.compromised_at is None:
        raise KeyNotCompromised
    if not IssuerKey.objects.usable(now).filter(purpose=key.purpose).exists():
        raise NoKeyToSignWith
    current = _lock(certificate)
    if current.state == State.SUPERSEDED:
        return current.superseded_by
    if current.erased_at:
        raise AlreadyEnded
    _require_valid(current)
    following = _replace(current, read_snapshot(current), Reason.KEY, by, now)
    record_event(actor=by, action="certificate.reissued", subject=f"certificate:{current.pk}", details={
        "folio": current.folio, "version": following.version, "key": key.key_id})
    return following


@transaction.atomic
def revoke(*, certificate, reason, note="", by, now):
    """Withdraw a certificate. ``reason``: one of REASONS_TO_REVOKE, which everybody may read; ``note``: for colleagues
    only. Safe to repeat. Raises AlreadyEnded when it was replaced, or revoked for another reason."""
    if reason not in REASONS_TO_REVOKE:
        raise ValueError(f"{reason} is no reason to revoke a certificate.")
    current = _lock(certificate)
    if current.state == State.REVOKED and current.reason == reason:
        return current
    _require_valid(current)
    _end(current, State.REVOKED, reason, now, internal_note=note)
    add_event(certificate=current, action="revoked", at=now, actor=by, details={"reason": reason})
    Outbox.plan(certificate=current, kinds=[Outbox.MAIL_REVOKED], now=now)
    nudge(current)
    record_event(actor=by, action="certificate.revoked", subject=f"certificate:{current.pk}", details={
        "folio": current.folio, "version": current.version, "reason": reason})
    return current


def renew(*, certificate, award, kind, snapshot, now, template_version=None):
    """The certificate of the next cycle, with a number and a code of its own. ``award``: what it was renewed by. This
    one stays as it is until it expires. Raises AlreadyEnded when it was revoked meanwhile."""
    if certificate.state == State.REVOKED:
        raise AlreadyEnded
    return issue_certificate(learner=certificate.learner, award=award, kind=kind, cycle=certificate.cycle + 1,
                             snapshot=snapshot, now=now, renews=certificate, template_version=template_version)


def _lock(certificate):
    # A worker that stores a document holds its row of the outbox and needs the key of this one: FOR UPDATE would wait
    # for each other.
    return Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)


def _require_valid(certificate):
    if certificate.state != State.ISSUED:
        raise AlreadyEnded


def _says(certificate, snapshot):
    return certificate.snapshot_sha256 == canonical_sha256(snapshot.to_json())


def _replace(current, snapshot, reason, by, now, note=""):
    _end(current, State.SUPERSEDED, reason, now, internal_note=note)
    before, identity = read_snapshot(current), current.identity_fingerprint
    if (snapshot.identity_kind, snapshot.identity_masked) != (before.identity_kind, before.identity_masked):
        identity = current.learner.document_fingerprint or ""
    following = create_version(
        Certificate(
            learner=current.learner, award=current.award, kind=current.kind, cycle=current.cycle,
            series=current.series, number=current.number, code=current.code, version=current.version + 1,
            supersedes=current, renews=current.renews, template_version=current.template_version,
            identity_fingerprint=identity, shared_at=current.shared_at),
        snapshot=snapshot, now=now, mail=Outbox.MAIL_CORRECTED, actor=by, details={"reason": reason})
    add_event(certificate=current, action="superseded", at=now, actor=by, details={
        "reason": reason, "version": following.version, "by": str(following.pk)})
    return following


def _end(certificate, state, reason, now, internal_note=""):
    certificate.state, certificate.reason, certificate.ended_at = state, reason, now
    certificate.internal_note = internal_note
    certificate.save(update_fields=["state", "reason", "ended_at", "internal_note"])
    # Documents of what does not hold any more are made no more; a worker at it finds that its lease is lost.
    Outbox.objects.pending().filter(certificate=certificate).delete()
    # The list with its bit is published anew; with the broker down the sweep does it within a minute.
    StatusList.objects.filter(pk=certificate.status_list_id).update(changed_at=now)
    transaction.on_commit(lambda: publish_status_lists.apply_async(retry=False), robust=True)
