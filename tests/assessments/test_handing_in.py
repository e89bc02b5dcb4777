import datetime as dt
import hashlib
import re

import pytest
from django.core.files.storage import storages

from assessments import attempts
from assessments.attempts import AttemptClosed, Change, TimeIsUp
from assessments.handing_in import FileRefused, clean_name, keep_file
from assessments.models import Attempt, HandedInFile
from tests.assessments.marked_questions import PDF, make_docx, make_file_upload, make_image, make_long_text, upload
from tests.assessments.sitting import NOW, make_sitting

pytestmark = pytest.mark.django_db


def start(*questions, **rules):
    sitting = make_sitting(*(questions or [make_file_upload()]), **rules)
    return sitting, sitting.start()


def hand_in(attempt, content=PDF, name="informe.pdf", position=0, now=NOW):
    return keep_file(attempt=attempt, position=position, uploaded=upload(content, name), now=now)


def get_reason(attempt, *args, **kwargs):
    with pytest.raises(FileRefused) as refused:
        hand_in(attempt, *args, **kwargs)
    assert not HandedInFile.objects.exists()
    return refused.value.reason


def save(attempt, file, before="", position=0):
    change = Change(position, before, {"file": str(file.pk if isinstance(file, HandedInFile) else file)})
    return attempts.save_answers(attempt_id=attempt.pk, learner=attempt.learner, changes=[change], now=NOW)


def test_file_is_kept_apart_with_what_it_is():
    _sitting, attempt = start()
    kept = hand_in(attempt, make_docx(), name="C:\\Users\\ana\\Informe final.PDF")
    kept.refresh_from_db()
    assert kept.file.read() == make_docx()
    assert re.fullmatch(rf"handed-in/{attempt.pk}/{kept.pk}", kept.file.name)
    assert kept.file.path.startswith(storages["private"].location)
    assert (kept.name, kept.size, kept.sha256) == (
        "Informe final.docx", len(make_docx()), hashlib.sha256(make_docx()).hexdigest())
    assert kept.content_type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty"), (b"MZ\x90", "type"), (PDF[:12], "damaged"), (make_docx(("word/vbaProject.bin", b"x")), "macros"),
    (make_image("PNG"), "type"), (PDF.replace(b"1 0 obj", b"1 0 obj" + bytes(1024 * 1024)), "too_large"),
])
def test_file_is_refused_by_reason_whatever_its_name(content, reason):
    _sitting, attempt = start(make_file_upload(types=["pdf", "docx"]))
    assert get_reason(attempt, content) == reason


@pytest.mark.parametrize("position", [1, 2, -1, 10**9])
def test_only_a_question_of_files_takes_one(position):
    _sitting, attempt = start(make_file_upload(), make_long_text())
    assert get_reason(attempt, position=position) == "question"


def test_closed_attempt_takes_no_file():
    sitting, attempt = start()
    sitting.submit(attempt, [])
    with pytest.raises(AttemptClosed):
        hand_in(attempt)
    assert not HandedInFile.objects.exists()


def test_late_file_is_not_taken():
    _sitting, attempt = start(time_limit=10)
    with pytest.raises(TimeIsUp):
        hand_in(attempt, now=NOW + dt.timedelta(minutes=11))
    assert Attempt.objects.get().is_open


def test_what_was_not_saved_is_removed_with_the_next_file(django_capture_on_commit_callbacks):
    _sitting, attempt = start()
    saved, forgotten = hand_in(attempt), None
    save(attempt, saved)
    forgotten = hand_in(attempt)
    with django_capture_on_commit_callbacks(execute=True):
        newest = hand_in(attempt)
    assert set(attempt.files.all()) == {saved, newest}
    assert [saved.file.storage.exists(file.file.name) for file in (saved, forgotten, newest)] == [True, False, True]


def test_file_of_another_attempt_or_place_is_no_answer():
    _sitting, attempt = start(make_file_upload(), make_file_upload())
    _other, strange = start()
    elsewhere, theirs = hand_in(attempt, position=1), hand_in(strange)
    for file in (elsewhere, theirs, "00000000-0000-4000-8000-000000000000"):
        assert save(attempt, file).refused == (0,)
    assert attempts.get_responses(attempt) == {}
    assert save(attempt, elsewhere, position=1).refused == ()
    assert attempts.get_responses(attempt) == {1: {"file": str(elsewhere.pk)}}


@pytest.mark.parametrize(("name", "clean"), [
    ("informe.pdf", "informe.pdf"), ("../../etc/passwd", "passwd.pdf"), ("a\\b\\c.exe", "c.pdf"), ("", "file.pdf"),
    (None, "file.pdf"), ("...", "file.pdf"), ("x\u202efdp.exe", "xfdp.pdf"), ("a\nb\0c.pdf", "abc.pdf"),
    ("año ñandú.docx", "año ñandú.pdf"), ("n" * 500 + ".pdf", "n" * 120 + ".pdf"),
])
def test_name_is_made_harmless(name, clean):
    assert clean_name(name, "pdf") == clean
