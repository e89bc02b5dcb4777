"""Earlier records: what people learned elsewhere or before this platform, brought in from a file and taken back again.
They never become certificates of ours."""

from contextlib import suppress
from datetime import timedelta

from django.core.files.storage import storages
from django.db import transaction

from certificates.corrections import check_evidence
from certificates.models import EarlierRecord, HistoryImport
from lms.accounts.audit import record_event

KEPT_UNSAVED = timedelta(days=7)


class ImportDone(Exception):
    """The import was saved, or taken back, before."""


def save_records(*, source, records, people_added=0, by, now):
    """Save ``records`` (EarlierRecords of the import ``source``, not saved), all or none. One that is there already is
    left as it is. Returns how many were new. Raises ImportDone."""
    with transaction.atomic():
        source = HistoryImport.objects.select_for_update().get(pk=source.pk)
        if source.state != HistoryImport.State.READY:
            raise ImportDone
        for record in records:
            record.source_import, record.added_by, record.added_at = source, by, now
            record.title_key = EarlierRecord.make_title_key(record.title_in_first_language)
        EarlierRecord.objects.bulk_create(records, ignore_conflicts=True, batch_size=500)
        source.state, source.finished_at = HistoryImport.State.SAVED, now
        source.saved, source.people_added = source.records.count(), people_added
        _remove_later(source.file.name)
        source.file = ""
        source.save()
        record_event(actor=by, action="history.imported", subject=f"history-import:{source.pk}",
                     details={"sha256": source.sha256, "records": source.saved, "people_added": people_added})
        return source.saved


@transaction.atomic
def undo_import(*, source, by, now):
    """Remove every record that an import made, with its evidence. People whom it added stay. Returns how many records
    were removed. Raises ImportDone when it was not saved or was taken back before."""
    source = HistoryImport.objects.select_for_update().get(pk=source.pk)
    if source.state != HistoryImport.State.SAVED:
        raise ImportDone
    for name in source.records.exclude(evidence="").values_list("evidence", flat=True):
        _remove_later(name)
    removed, _by_model = source.records.all().delete()
    source.state, source.finished_at = HistoryImport.State.UNDONE, now
    source.save()
    record_event(actor=by, action="history.import_undone", subject=f"history-import:{source.pk}",
                 details={"records": removed})
    return removed


@transaction.atomic
def discard_import(*, source):
    """Forget an import of which nothing was saved. Raises ImportDone."""
    source = HistoryImport.objects.select_for_update().get(pk=source.pk)
    if source.state != HistoryImport.State.READY:
        raise ImportDone
    _remove_later(source.file.name)
    source.delete()


def discard_abandoned(*, now):
    """Forget the imports that nobody has saved for KEPT_UNSAVED: their files name people. Returns how many."""
    discarded = 0
    old = HistoryImport.objects.filter(state=HistoryImport.State.READY, started_at__lte=now - KEPT_UNSAVED)
    for source in old:
        with suppress(ImportDone, HistoryImport.DoesNotExist):  # saved or removed at this moment
            discard_import(source=source)
            discarded += 1
    return discarded


@transaction.atomic
def attach_evidence(*, record, file, by):
    """Keep ``file`` (uploaded: PDF, PNG or JPEG) as the evidence of a record, in the place of what was there. Raises
    certificates.corrections.EvidenceRefused."""
    record = EarlierRecord.objects.select_for_update().get(pk=record.pk)
    extension = check_evidence(file)
    if record.evidence:
        _remove_later(record.evidence.name)
    record.evidence.save(f"evidence.{extension}", file, save=False)
    record.save()
    record_event(actor=by, action="earlier_record.evidence_attached", subject=f"earlier-record:{record.pk}")
    return record


@transaction.atomic
def remove_record(*, record, by):
    """Remove a record that is wrong."""
    record = EarlierRecord.objects.select_for_update().get(pk=record.pk)
    if record.evidence:
        _remove_later(record.evidence.name)
    record_event(actor=by, action="earlier_record.removed", subject=f"user:{record.learner.public_id}",
                 details={"source": record.source, "completed_on": record.completed_on.isoformat()})
    record.delete()


def _remove_later(name):
    if name:
        transaction.on_commit(lambda: storages["private"].delete(name), robust=True)
