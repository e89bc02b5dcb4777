import pytest
from django.http import QueryDict
from django.utils.translation import override

from assessments.attempts import get_fingerprint
from assessments.grading import AnswerRefused, check_response, grade_item
from assessments.kinds import get_graders, get_kind
from assessments.models import HandedInFile
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.assessments.marked_questions import make_file_upload, upload
from tests.courses.views.visiting import url_in
from tests.factories import localized

KIND = get_kind("file_upload")
NAME = "0ffb1b5c-6d2a-4b1c-9d7a-9d1b6a2f0c11"


def make_item(**fields):
    return {"kind": "file_upload", "stem": localized("¿Qué?"), "feedback": {}, "points": "2", "guide": {}, "rubric": [],
            "types": ["pdf"], "largest": 1024, **fields}


def make_value(**fields):
    return {"stem": localized("¿Qué?"), "feedback": localized("Gracias"), "points": "2", "rubric": [],
            "guide": localized("La portada"), "types": ["odt", "pdf"], "megabytes": 3, **fields}


@pytest.mark.parametrize(("response", "kept", "score", "answered"), [
    (None, {}, 0, False), ({}, {}, 0, False), ({"file": ""}, {}, 0, False),
    ({"file": NAME}, {"file": NAME}, None, True), ({"file": NAME.upper()}, {"file": NAME}, None, True),
    ({"file": NAME.replace("-", "")}, {"file": NAME}, None, True),
])
def test_response_is_kept_in_one_form_and_waits_for_a_mark(response, kept, score, answered):
    assert check_response(make_item(), response, get_graders()) == kept
    result = grade_item(make_item(), response, get_graders())
    assert (result.score, result.maximum, result.answered) == (score, 2, answered)


@pytest.mark.parametrize("response", [
    "x", NAME, [], [NAME], {"file": "../../etc/passwd"}, {"file": None}, {"file": 1}, {"file": [NAME]},
    {"file": NAME, "name": "x"}, {"name": "x"}, True, 1e400, {"file": "9" * 5000},
])
def test_refuses_what_no_form_sends(response):
    with pytest.raises(AnswerRefused) as refusal:
        check_response(make_item(), response, get_graders())
    assert refusal.value.reason == "shape"


def test_freeze_says_what_is_taken():
    assert freeze(make_body("file_upload", make_value())) == {
        "kind": "file_upload", "stem": localized("¿Qué?"), "feedback": localized("Gracias"), "points": "2",
        "rubric": [], "guide": localized("La portada"), "types": ["pdf", "odt"], "largest": 3 * 1024 * 1024}


@pytest.mark.parametrize(("fields", "message"), [
    ({"types": []}, "This field is required."), ({"types": ["exe"]}, "Select a valid choice."),
    ({"megabytes": 51}, "less than or equal to 50"),
])
def test_clean_refuses_what_no_file_satisfies(fields, message):
    with override("en"):
        assert message in get_errors(make_body("file_upload", make_value(**fields)))


def test_clean_accepts_the_rest():
    body = make_body("file_upload", make_value())
    assert freeze(clean(body)) == freeze(body)


@pytest.mark.parametrize(("post", "response"), [
    ("", {"file": ""}), (f"q3={NAME}", {"file": NAME}), (f"q3={NAME}&q3-remove=1", {}),
])
def test_reads_its_fields(post, response):
    assert KIND.read(QueryDict(post), "q3", make_item()) == response


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "en"])
def test_pages_of_an_attempt(client, language):
    visit = Visit(client, make_file_upload(types=["pdf"]), language=language)
    assert 'accept=".pdf"' in visit.look()

    def post(file, action="save", **data):
        answer = visit.attempt.answers.first()
        before = get_fingerprint(answer.response if answer else None)
        kept = (answer.response if answer else {}).get("file", "")
        return client.post(url_in(language, "attempt", visit.attempt.pk), {
            "before0": before, "q0": kept, "file0": file, "action": action, **data}, follow=True).content.decode()

    html = post(upload(name="Mi informe.pdf"))
    first = HandedInFile.objects.get()
    assert visit.get_response() == {"file": str(first.pk)}
    assert "Mi informe.pdf" in html
    assert str(first.pk) in html

    html = post(upload(b"MZ\x90 not a PDF", name="informe.pdf"))
    assert visit.get_response() == {"file": str(first.pk)}
    assert 'class="message' in html

    post("", **{"q0-remove": "1"})
    assert visit.get_response() == {}

    post(upload(name="Otro.pdf"))
    result = post("", action="submit")
    visit.attempt.refresh_from_db()
    assert (visit.attempt.is_open, visit.attempt.is_graded) == (False, False)
    assert "Otro.pdf" in result
