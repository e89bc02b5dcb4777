import datetime as dt

import pytest
from django.utils import timezone

from assessments.attempts import Change
from assessments.handing_in import keep_file
from assessments.models import Attempt, HandedInFile
from courses import progress
from tests.assessments.marked_questions import PDF, make_docx, make_file_upload, make_long_text, upload
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import url_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


class Handing:
    """A learner, a colleague and the trainers around a file that is the answer to a question."""

    def __init__(self, submit=True, **quiz):
        self.course = SmallCourse(quiz={"questions": [make_file_upload(), make_long_text()],
                                        "shuffle_questions": False, **quiz})
        self.owner = Learning(self.course, now=timezone.now())
        self.attempt = self.owner.start()
        self.file = self.keep()
        change = Change(0, "", {"file": str(self.file.pk)})
        act = progress.submit if submit else progress.save_answers
        act(attempt_id=self.attempt.pk, learner=self.owner.learner, changes=[change], now=timezone.now())

    def keep(self, name="Informe de Ana.pdf"):
        return keep_file(attempt=self.attempt, position=0, uploaded=upload(name=name), now=timezone.now())

    @property
    def url(self):
        return url_in("es", "handed_in_file", self.file.pk)


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


def get_people(handing):
    trainer, other = make_trainer(), make_trainer()
    edition = handing.owner.enrolment.edition
    edition.trainer = trainer
    edition.save()
    return {"owner": handing.owner.learner, "colleague": Learning(handing.course, now=timezone.now()).learner,
            "stranger": make_user(), "anonymous": None, "trainer": trainer, "other trainer": other,
            "administrator": make_user(is_superuser=True)}


@pytest.mark.parametrize(("who", "status"), [
    ("owner", 200), ("trainer", 200), ("administrator", 200),
    ("colleague", 404), ("stranger", 404), ("anonymous", 404), ("other trainer", 404),
])
def test_file_is_for_its_learner_and_for_who_marks_it(site, client, who, status):
    handing = Handing()
    if person := get_people(handing)[who]:
        client.force_login(person)
    response = client.get(handing.url)
    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"] == 'attachment; filename="Informe de Ana.pdf"'
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("submit", [True, False])
def test_marker_sees_no_draft_and_nothing_that_was_replaced(site, client, submit):
    handing = Handing(submit=False)
    replaced = handing.file
    if submit:
        handing.file = handing.keep("Otro.pdf")
        progress.submit(attempt_id=handing.attempt.pk, learner=handing.owner.learner, now=timezone.now(),
                        changes=[Change(0, "", {"file": str(handing.file.pk)})])
    client.force_login(make_trainer())
    assert client.get(handing.url).status_code == (200 if submit else 404)
    assert client.get(url_in("es", "handed_in_file", replaced.pk)).status_code == 404


def test_anonymous_marker_gets_a_name_that_says_nothing(site, client):
    handing = Handing(anonymous_marking=True)
    client.force_login(make_trainer())
    disposition = client.get(handing.url)["Content-Disposition"]
    assert "Ana" not in disposition
    assert disposition.endswith('-1.pdf"')
    client.force_login(handing.owner.learner)
    assert "Informe de Ana.pdf" in client.get(handing.url)["Content-Disposition"]


def test_file_that_is_gone_is_not_found(client):
    handing = Handing()
    handing.file.file.storage.delete(handing.file.file.name)
    client.force_login(handing.owner.learner)
    assert client.get(handing.url).status_code == 404
    assert client.get(url_in("es", "handed_in_file", handing.attempt.pk)).status_code == 404
    assert client.post(handing.url).status_code == 405


# --- Sent by script ---------------------------------------------------------------------------------------------------

def send(client, attempt, file, position=0):
    data = {} if file is None else {"file": file}
    return client.post(url_in("en", "upload_file", attempt.pk, position), data)


@pytest.fixture
def handing(client):
    handing = Handing(submit=False)
    client.force_login(handing.owner.learner)
    return handing


def test_upload_keeps_a_file_that_is_then_saved_as_the_answer(client, handing):
    response = send(client, handing.attempt, upload(make_docx(), "nuevo.docx"))
    kept = HandedInFile.objects.latest("uploaded_at")
    assert (response.status_code, response.json()) == (200, {
        "file": str(kept.pk), "name": "nuevo.docx", "url": url_in("en", "handed_in_file", kept.pk),
        "message": "The file has arrived."})
    assert handing.attempt.answers.get(position=0).response == {"file": str(handing.file.pk)}


@pytest.mark.parametrize(("file", "position", "message"), [
    (None, 0, "The file is empty."), (upload(b"MZ"), 0, "By its content,"), (upload(PDF[:9]), 0, "The file is damaged"),
    (upload(), 1, "This question takes no file."), (upload(), 77, "This question takes no file."),
    (upload(PDF + bytes(1024 * 1024)), 0, "The file is too large."),
    (upload(make_docx(("word/vbaProject.bin", b"x"))), 0, "The file contains macros"),
])
def test_upload_says_why_a_file_was_refused(client, handing, file, position, message):
    if file:
        file.seek(0)
    response = send(client, handing.attempt, file, position)
    assert response.status_code == 400
    assert response.json()["message"].startswith(message)
    assert HandedInFile.objects.count() == 1


def test_upload_to_an_attempt_that_is_over_says_so(client, handing):
    Attempt.objects.update(deadline=timezone.now() - dt.timedelta(minutes=5))
    assert send(client, handing.attempt, upload()).status_code == 409
    progress.close_if_overdue(attempt_id=handing.attempt.pk, now=timezone.now())
    assert send(client, handing.attempt, upload()).status_code == 409


@pytest.mark.parametrize("who", ["colleague", "stranger", "trainer", "anonymous"])
def test_upload_is_for_the_learner_alone(site, client, who):
    handing = Handing(submit=False)
    if person := get_people(handing)[who]:
        client.force_login(person)
    response = send(client, handing.attempt, upload())
    assert response.status_code == (302 if who == "anonymous" else 404)
    assert HandedInFile.objects.count() == 1
