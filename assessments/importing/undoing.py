"""Taking an import back, as far as nothing has come to depend on it."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import ProtectedError, Q
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from assessments.bank import count_uses, find_asked
from assessments.draws import bank
from assessments.importing.bulk import change_tags, remove_questions
from assessments.models import (
    Answer,
    ImportedQuestion,
    Question,
    QuestionCategory,
    QuestionEdit,
    QuestionImport,
    QuestionOrigin,
    QuestionVersion,
    Regrade,
)
from lms.accounts.audit import record_event

# Why a question stays.
ASKED, USED, EDITED = "asked", "used", "edited"
BATCH = 500


@dataclass(slots=True)
class Undone:
    """``removed`` and ``restored``: how many questions; ``kept``: [(ImportedQuestion, why)]."""

    removed: int = 0
    restored: int = 0
    kept: list = field(default_factory=list)


class NotUndoable(Exception):
    """The import was not saved, or was taken back before."""


def find_reasons(entries):
    """{primary key of an ImportedQuestion: why it has to stay} of those of ``entries`` that have to. A question that an
    import made stays when learners were asked it or tests chose it; any of them stays when it was changed since."""
    asked = find_asked([entry.question_id for entry in entries if entry.before is None])
    used = count_uses([entry.question_id for entry in entries])
    reasons = {}
    for entry in entries:
        if entry.question.version_id != entry.version_id:
            reasons[entry.pk] = EDITED
        elif entry.question_id in asked:
            reasons[entry.pk] = ASKED
        elif entry.before is None and used.get(entry.question_id):
            reasons[entry.pk] = USED
    return reasons


@transaction.atomic
def undo_import(*, source, by, now):
    """Remove what an import made and put back what it changed, but for what has to stay. Returns Undone; raises
    NotUndoable."""
    source = QuestionImport.objects.select_for_update().get(pk=source.pk)
    if source.state != QuestionImport.State.SAVED:
        raise NotUndoable
    undone, gone = Undone(), set()
    # Whoever is being asked one of them now has an attempt when this is granted (assessments.attempts).
    list(Question.objects.select_for_update().filter(imports__source=source).order_by("pk").values("pk"))
    entries = list(ImportedQuestion.objects.filter(source=source).select_related("question").order_by("pk"))
    for start in range(0, len(entries), BATCH):
        batch = entries[start:start + BATCH]
        reasons = find_reasons(batch)
        for entry in batch:
            if entry.pk in reasons:
                undone.kept.append((entry, reasons[entry.pk]))
            elif entry.before is None:
                gone.add(entry.question_id)
                undone.removed += 1
            else:
                restore(entry, by)
                undone.restored += 1
    versions = set(QuestionEdit.objects.filter(question__in=gone).values_list("version_id", flat=True))
    remove_questions(gone)
    remove_versions(versions)
    remove_categories(source.made.get("categories", ()))
    remove_images(source.made.get("images", ()))
    source.state, source.finished_at = QuestionImport.State.UNDONE, now
    source.report |= {"undone": {"removed": undone.removed, "restored": undone.restored, "kept": [
        {"question": entry.question_id, "code": entry.question.code, "why": why} for entry, why in undone.kept]}}
    source.save()
    record_event(actor=by, action="questions.import_undone", subject=f"question-import:{source.pk}", details={
        "removed": undone.removed, "restored": undone.restored, "kept": len(undone.kept)})
    bank.forget()
    return undone


def restore(entry, by):
    """The question as the import found it: its texts, where it came from, and its tags but for those that people gave
    or took since."""
    question = entry.question
    question.body = entry.before
    question.saved_by = by
    question.save()
    QuestionOrigin.objects.filter(question=question).delete()
    if entry.origin_before:
        QuestionOrigin.objects.create(question=question, **entry.origin_before)
    change_tags(question, add=entry.tags_removed, remove=entry.tags_added)


def remove_versions(digests):
    """Those that nothing needs any more."""
    digests = list(digests)
    for start in range(0, len(digests), BATCH):  # no database takes any number of parameters
        remove_some_versions(digests[start:start + BATCH])


def remove_some_versions(digests):
    needed = Q()
    for model, fields in ((Question, ["version"]), (QuestionEdit, ["version"]), (Answer, ["version"]),
                          (Regrade, ["old_version", "new_version"]), (ImportedQuestion, ["version"]),
                          (QuestionOrigin, ["version"])):
        for name in fields:
            needed |= Q(pk__in=model.objects.filter(**{f"{name}__in": digests}).values(name))
    QuestionVersion.objects.filter(pk__in=digests).exclude(needed).delete()


def remove_categories(made):
    """Those that an import made and that hold nothing now, the deepest first."""
    for category in QuestionCategory.objects.filter(pk__in=made).order_by("-depth"):
        category = QuestionCategory.objects.get(pk=category.pk)
        if category.is_leaf() and not category.questions.exists():
            try:
                with transaction.atomic():
                    category.delete()
            except ProtectedError:
                continue


def remove_images(made):
    """Those that an import brought and that nothing shows now."""
    for image in get_image_model().objects.filter(pk__in=made):
        if not ReferenceIndex.get_references_to(image).exists():
            image.delete()
