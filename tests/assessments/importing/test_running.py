from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ReferenceIndex

from assessments.attempts import QuizHasNoQuestions
from assessments.importing import running
from assessments.importing.undoing import ASKED, EDITED, USED, NotUndoable, undo_import
from assessments.models import Answer, Question, QuestionCategory, QuestionImport, QuestionOrigin, QuestionVersion
from lms.accounts.models import AuditEvent
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_category, make_question, make_quiz, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
State = QuestionImport.State
GIFT = "$CATEGORY: Compras\n\n::Una::¿Sí? {T}\n\n// [id:dos]\n::Dos::¿Cuál? {=a ~b}\n\n::Mala::¿Y? {~a ~b}\n"


def begin(text=GIFT, **fields):
    file = ContentFile(text.encode())
    return running.begin(file=file, name="banco.gift", **{"by": make_user(), "language": "es", **fields})


def look(source):
    running.look(pk=source.pk, language="es")
    source.refresh_from_db()
    return source


def save(source):
    running.confirm(source=look(source))
    running.save(pk=source.pk, language="es", now=timezone.now())
    source.refresh_from_db()
    return source


def test_looking_saves_nothing():
    source = look(begin())
    assert (source.state, source.format, source.total) == (State.READY, "gift", 3)
    assert [(row["name"], row["kind"], row["path"], row["action"]) for row in source.report["rows"]] == [
        ("Una", "true_false", ["Compras"], "new"), ("Dos", "single_choice", ["Compras"], "new")]
    assert [(each["line"], each["name"], each["reason"]) for each in source.report["refused"]] == [
        (8, "Mala", "no_right_answer")]
    assert not Question.objects.exists()


def test_what_cannot_be_read_is_said():
    source = look(begin("Solo un texto."))
    assert (source.state, source.report["error"]["reason"]) == (State.UNREADABLE, "unknown_format")


def test_saving_happens_once_and_leaves_a_trace():
    source = save(begin())
    assert (source.state, source.report["imported"], Question.objects.count()) == (State.SAVED, 2, 2)
    assert not source.file.storage.exists(source.file.name)
    running.save(pk=source.pk, language="es", now=timezone.now())
    running.look(pk=source.pk, language="es")
    assert Question.objects.count() == 2
    event = AuditEvent.objects.get(action="questions.imported")
    assert (event.actor, event.details["new"], event.subject) == (source.by, 2, f"question-import:{source.pk}")


def test_a_failure_saves_nothing_and_is_said(monkeypatch):
    source = look(begin())
    running.confirm(source=source)

    def fail(done):
        raise RuntimeError
    monkeypatch.setattr(running, "show_progress", lambda pk, done: fail(done))
    running.save(pk=source.pk, language="es", now=timezone.now())
    source.refresh_from_db()
    assert source.state == State.FAILED
    assert not Question.objects.exists() and not QuestionCategory.objects.filter(name="Compras").exists()


def test_a_failure_while_a_file_is_looked_at_is_said(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError
    monkeypatch.setattr(running, "import_questions", fail)
    assert look(begin()).state == State.FAILED


def test_looking_again_takes_another_place():
    source, category = look(begin()), make_category(name="Curso")
    assert running.look_again(source=source, language="en", category=category)
    assert look(source).report["rows"][0]["path"] == ["Curso", "Compras"]
    assert (source.language, source.state) == ("en", State.READY)


def test_what_was_not_saved_can_be_removed_and_what_was_cannot():
    source = look(begin())
    assert running.discard(source=source)
    assert not source.file.storage.exists(source.file.name)
    assert not running.discard(source=save(begin()))
    assert QuestionImport.objects.count() == 1


def test_undo_removes_all_that_the_import_made():
    versions = QuestionVersion.objects.count()
    source = save(begin())
    undone = undo_import(source=source, by=source.by, now=timezone.now())
    assert (undone.removed, undone.restored, undone.kept) == (2, 0, [])
    assert not Question.objects.exists() and not QuestionCategory.objects.filter(name="Compras").exists()
    assert QuestionVersion.objects.count() == versions
    source.refresh_from_db()
    assert source.state == State.UNDONE
    assert AuditEvent.objects.get(action="questions.import_undone").details == {"removed": 2, "restored": 0, "kept": 0}
    with pytest.raises(NotUndoable):
        undo_import(source=source, by=source.by, now=timezone.now())


def test_undo_puts_back_what_the_import_changed():
    save(begin())
    before = Question.objects.get(origin__external_id="dos")
    source = save(begin(GIFT.replace("¿Cuál?", "¿Cuál de ellas?"), by=make_user()))
    changed = Question.objects.get(pk=before.pk)
    assert changed.version.content["stem"]["es"] == "¿Cuál de ellas?"
    undone = undo_import(source=source, by=source.by, now=timezone.now())
    assert (undone.removed, undone.restored) == (0, 1)
    assert Question.objects.get(pk=before.pk).version_id == before.version_id


def test_undo_puts_back_tags_and_origin():
    save(begin("// [id:uno] [tag:viejo] [tag:común]\n::P::¿Uno? {T}"))
    question = Question.objects.get()
    record = question.origin.record
    question.tags.add("del equipo")
    source = save(begin("// [id:uno] [tag:nuevo] [tag:común]\n::Q::¿Dos? {T}"))
    question = Question.objects.get()
    assert set(question.tags.names()) == {"nuevo", "común", "del equipo"}
    question.tags.add("después")
    undo_import(source=source, by=source.by, now=timezone.now())
    question = Question.objects.get()
    assert set(question.tags.names()) == {"viejo", "común", "del equipo", "después"}
    assert (question.origin.record, question.origin.version_id) == (record, question.version_id)
    assert question.version.content["stem"]["es"] == "¿Uno?"


def test_undo_takes_the_origin_of_a_question_that_had_none():
    question = make_question(kind="true_false", code="uno", stem="¿Uno?", category=make_category(name="Curso"))
    source = save(begin("// [id:uno]\n::P::¿Dos? {T}", category=question.category))
    assert Question.objects.get().origin.external_id == "uno"
    undone = undo_import(source=source, by=source.by, now=timezone.now())
    assert (undone.restored, Question.objects.get().version_id) == (1, question.version_id)
    assert not QuestionOrigin.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_undo_and_the_start_of_attempts_at_once_leave_no_attempt_without_its_question():
    source = save(begin("".join(f"::P{number}::¿{number}? {{T}}\n\n" for number in range(3))))
    questions = list(Question.objects.order_by("pk"))
    course = SmallCourse(lessons=0, quiz={"questions": questions})
    ReferenceIndex.objects.all().delete()  # only what learners were asked stays
    people = [Learning(course, now=timezone.now()) for _number in range(5)]

    def start(person):
        try:
            return person.start(now=timezone.now())
        except QuizHasNoQuestions:
            return None

    undo = partial(undo_import, source=source, by=source.by, now=timezone.now())
    undone, *attempts = run_at_once([undo, *(partial(start, each) for each in people)])
    shown = {item["version"] for attempt in attempts if attempt for item in attempt.form}
    assert shown == set(Question.objects.values_list("version_id", flat=True))
    assert QuestionVersion.objects.filter(pk__in=shown).count() == len(shown)
    assert undone.removed == 3 - len(shown)


def test_undo_keeps_what_is_used_and_says_why():
    source = save(begin("".join(f"::P{number}::¿{number}? {{T}}\n\n" for number in range(4))))
    chosen, asked, edited, _free = Question.objects.order_by("pk")
    make_quiz(questions=[chosen])
    Learning(SmallCourse(lessons=0, quiz={"questions": [asked]}), now=timezone.now()).start(now=timezone.now())
    body = edited.body.get_prep_value()
    body[0]["value"]["stem"]["es"] = "¿Otra?"
    edited.body = body
    edited.save()
    undone = undo_import(source=source, by=source.by, now=timezone.now())
    assert [(entry.question_id, why) for entry, why in undone.kept] == [
        (chosen.pk, USED), (asked.pk, ASKED), (edited.pk, EDITED)]
    assert set(Question.objects.values_list("pk", flat=True)) == {chosen.pk, asked.pk, edited.pk}
    assert not Answer.objects.exists()
    source.refresh_from_db()
    assert [each["why"] for each in source.report["undone"]["kept"]] == [USED, ASKED, EDITED]


def test_undo_keeps_a_question_of_which_an_earlier_version_is_being_asked():
    source = save(begin("::P::¿Uno? {T}"))
    question = Question.objects.get()
    first = question.body.get_prep_value()
    question.body = [{**first[0], "value": {**first[0]["value"], "stem": {"es": "¿Otra?", "en": ""}}}]
    question.save()
    learning = Learning(SmallCourse(lessons=0, quiz={"questions": [question]}), now=timezone.now())
    attempt = learning.start(now=timezone.now())
    question.body = first
    question.save()
    ReferenceIndex.objects.all().delete()  # no test has chosen it any more
    undone = undo_import(source=source, by=source.by, now=timezone.now())
    assert [why for _entry, why in undone.kept] == [ASKED]
    assert QuestionVersion.objects.filter(pk=attempt.form[0]["version"]).exists()


def test_undo_removes_versions_a_part_at_a_time(monkeypatch):
    monkeypatch.setattr("assessments.importing.undoing.BATCH", 2)
    versions = QuestionVersion.objects.count()
    source = save(begin("".join(f"::P{number}::¿{number}? {{T}}\n\n" for number in range(30))))
    with CaptureQueriesContext(connection) as statements:
        undo_import(source=source, by=source.by, now=timezone.now())
    assert QuestionVersion.objects.count() == versions
    assert max(statement["sql"].count("'") for statement in statements) < 200


def test_undo_asks_for_all_questions_together():
    source = save(begin("".join(f"::P{number}::¿{number}? {{T}}\n\n" for number in range(40))))
    with CaptureQueriesContext(connection) as statements:
        undo_import(source=source, by=source.by, now=timezone.now())
    assert not Question.objects.exists()
    assert not ReferenceIndex.objects.filter(base_content_type__model="question").exists()
    assert len(statements) < 40 + 80  # one for each in the search index
