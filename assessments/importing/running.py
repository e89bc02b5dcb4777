"""An import as a person makes it: upload, look, save. The work is done by tasks, safe to run again: a file that is
being saved is saved once, in one transaction, or not at all."""

import hashlib
import logging

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from assessments.formats.decoding import FileUnreadable
from assessments.importing.categories import get_path
from assessments.importing.saving import import_questions
from assessments.importing.sources import read
from assessments.models import QuestionImport
from lms.accounts.audit import record_event

logger = logging.getLogger(__name__)
State = QuestionImport.State
PATIENCE = 300  # seconds without a sign of life after which a worker is taken for dead
LONGEST_NAME = 200


def begin(*, file, name, by, language, owner=None, category=None, format="auto", now=None):
    """The QuestionImport of an uploaded file (open for reading); whoever calls it starts the task that reads it."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    file.seek(0)
    source = QuestionImport(by=by, name=name[-LONGEST_NAME:], size=file.size, sha256=digest.hexdigest(), format=format,
                            language=language, category=category, owner=owner, started_at=now or timezone.now())
    source.file.save("questions", file, save=False)
    source.save()
    show_progress(source.pk, 0)
    return source


def look_again(*, source, language, category):
    """Have the file read once more, for another language or category."""
    changed = QuestionImport.objects.filter(pk=source.pk, state=State.READY).update(
        language=language, category=category, state=State.UPLOADED)
    if changed:
        show_progress(source.pk, 0)
    return bool(changed)


def confirm(*, source):
    """Let a file that was looked at be saved. Returns whether it was to be."""
    changed = QuestionImport.objects.filter(pk=source.pk, state=State.READY).update(state=State.SAVING)
    if changed:
        show_progress(source.pk, 0)
    return bool(changed)


def discard(*, source):
    """Remove an import that saved nothing."""
    with transaction.atomic():
        found = QuestionImport.objects.select_for_update().filter(
            pk=source.pk, state__in=(State.READY, State.UNREADABLE, State.FAILED, State.UPLOADED)).first()
        if found is None:
            return False
        found.delete()
    remove_file(found)
    return True


def remove_file(source):
    if source.file:
        source.file.storage.delete(source.file.name)


# --- Progress: seen by others while the transaction is still open -----------------------------------------------------

def get_key(pk):
    return f"question-import-{pk}"


def show_progress(pk, done):
    cache.set(get_key(pk), done, PATIENCE)


def get_progress(source):
    """How many questions are ready; None when whoever works on it has given no sign of life for long."""
    return cache.get(get_key(source.pk))


# --- What the tasks do ------------------------------------------------------------------------------------------------

def look(*, pk, language):
    """Read the file and say what would become of each question, without saving any. Sentences are in ``language``."""
    source = QuestionImport.objects.filter(pk=pk, state=State.UPLOADED).first()
    if source is None:
        return
    with override(language):
        try:
            format, found = read_file(source)
            outcome = run(source, format, found, is_trial=True)
        except FileUnreadable as error:
            changes = {"state": State.UNREADABLE, "report": {"error": describe_problem(error)}}
        except Exception:
            logger.exception("The import %s could not be read", pk)
            changes = {"state": State.FAILED}
        else:
            changes = {"state": State.READY, "format": format, "total": outcome.read, "report": describe(outcome)}
    QuestionImport.objects.filter(pk=pk, state=State.UPLOADED).update(**changes)


def save(*, pk, language, now):
    """Save what was looked at, once."""
    try:
        with transaction.atomic(), override(language):
            source = QuestionImport.objects.select_for_update().filter(pk=pk, state=State.SAVING).first()
            if source is None:
                return
            format, found = read_file(source)
            outcome = run(source, format, found, is_trial=False)
            source.state, source.finished_at, source.report = State.SAVED, now, describe(outcome)
            source.made = outcome.made
            source.save()
            record_event(actor=source.by, action="questions.imported", subject=f"question-import:{source.pk}", details={
                "format": source.format, "sha256": source.sha256, "read": outcome.read, **outcome.actions})
    except Exception:
        # A file that was looked at can be saved: whatever it is, it is no fault of the file.
        logger.exception("The import %s could not be saved", pk)
        QuestionImport.objects.filter(pk=pk, state=State.SAVING).update(state=State.FAILED, finished_at=now)
    else:
        remove_file(source)


def read_file(source):
    with source.file.open("rb") as file:
        return read(file.read(), source.format or "auto")


def run(source, format, found, *, is_trial):
    base = get_path(source.category) if source.category else ()
    return import_questions(
        format=format, questions=found, language=source.language, base=base,
        source=None if is_trial else source, by=source.by, owner=source.owner, is_trial=is_trial,
        describe=describe_row, progress=lambda done: show_progress(source.pk, done))


def describe(outcome):
    return {"read": outcome.read, "imported": outcome.imported, "by_type": dict(outcome.by_type),
            "actions": dict(outcome.actions), "rows": outcome.rows, "refused": [
                {"line": each.line, "name": each.name, "type": each.type, **describe_problem(each)}
                for each in outcome.refused]}


def describe_row(row):
    return {"line": row.record.line, "name": row.record.title, "kind": row.record.kind, "path": row.path,
            "action": row.action, "question": row.question and row.question.pk,
            "remarks": [describe_problem(each) for each in row.remarks]}


def describe_problem(each):
    return {"reason": each.reason, "sentence": each.sentence}
