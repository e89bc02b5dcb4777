"""Certificates whose holder is forgotten: number, code, course, hours, dates and state can still be checked."""

import logging
from dataclasses import replace

from django.core.files.storage import storages
from django.db import transaction

from certificates.events import add_event
from certificates.hashing import canonical_sha256
from certificates.models import Artifact, Certificate, CorrectionRequest, EarlierRecord, Outbox
from certificates.outbox import get_names
from certificates.snapshot import SnapshotAltered, SnapshotInvalid, read_snapshot

logger = logging.getLogger(__name__)

OF_THE_HOLDER = {"holder": "", "identity_masked": "", "organisation": "", "commune": "", "staff_type": "",
                 "percentage": None, "grade": None, "grade_rule": "", "is_erased": True}


@transaction.atomic
def erase_holder(*, learner, by, now):
    """Take the personal data out of every version of the certificates of ``learner``, with their documents, the
    requests for corrections and the evidence of earlier records. What is left of the person is the keyed fingerprint
    of their identity number, with which only they can show that a certificate was theirs. Safe to repeat; the files go
    when the transaction is committed."""
    # A worker that stores a document needs the keys of these: FOR UPDATE would wait for each other.
    certificates = Certificate.objects.select_for_update(no_key=True).filter(learner=learner, erased_at__isnull=True)
    for certificate in certificates.order_by("pk"):
        facts = _without_holder(certificate)
        certificate.snapshot, certificate.snapshot_sha256 = facts, canonical_sha256(facts)
        certificate.erased_at, certificate.shared_at, certificate.internal_note = now, None, ""
        certificate.save(update_fields=["snapshot", "snapshot_sha256", "erased_at", "shared_at", "internal_note"])
        add_event(certificate=certificate, action="erased", at=now, actor=by,
                  details={"snapshot_sha256": certificate.snapshot_sha256})
    Outbox.objects.pending().filter(certificate__learner=learner).delete()
    artifacts = Artifact.objects.filter(certificate__learner=learner)
    names = set(artifacts.values_list("storage_key", flat=True))
    for certificate in Certificate.objects.filter(learner=learner):
        names.update(get_names(certificate))  # what a worker left that died
    _remove_files(storages["private"], names)
    artifacts.delete()
    requests = CorrectionRequest.objects.filter(certificate__learner=learner)
    _remove_files(storages["private"], requests.exclude(evidence="").values_list("evidence", flat=True))
    requests.update(holder="", explanation="", answer="", evidence="")
    CorrectionRequest.objects.filter(certificate__learner=learner, state=CorrectionRequest.State.OPEN).update(
        state=CorrectionRequest.State.WITHDRAWN, decided_at=now)
    records = EarlierRecord.objects.filter(learner=learner)
    _remove_files(storages["private"], records.exclude(evidence="").values_list("evidence", flat=True))
    records.update(evidence="", evidence_reference="", note="", number="", grade="")


def _without_holder(certificate):
    """The facts as JSON. Those that were altered stay altered in what is not of the holder: the event says of what."""
    try:
        return replace(read_snapshot(certificate), **OF_THE_HOLDER).to_json()
    except (SnapshotAltered, SnapshotInvalid):
        logger.exception("Certificate %s is erased although it was altered.", certificate.pk)
        return {**certificate.snapshot, **OF_THE_HOLDER}


def _remove_files(storage, names):
    for name in list(names):
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)
