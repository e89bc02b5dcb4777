import datetime as dt
import uuid

import pytest

from assessments.models import Answer, Attempt, Completion, Question, QuestionVersion
from tests.constraints import get_constraint_names, violates
from tests.factories import localized, make_question, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
GRADED = {"submitted_at": NOW, "passed": True, "score": 1, "maximum": 1}

pytestmark = pytest.mark.django_db


def make_attempt(**fields):
    return Attempt.objects.create(**{
        "learner": make_user(), "enrolment": uuid.uuid4(), "activity": uuid.uuid4(), "number": 1, "form": [],
        "pass_mark": 60, "started_at": NOW, **fields})


def repeat(attempt, **fields):
    return make_attempt(enrolment=attempt.enrolment, activity=attempt.activity, **fields)


def attempt_number_unique():
    repeat(make_attempt(**GRADED), **GRADED)


def attempt_one_open():
    repeat(make_attempt(number=1), number=2)


def attempt_graded_when_submitted():
    make_attempt(submitted_at=NOW)


def attempt_score_within_maximum():
    make_attempt(**{**GRADED, "score": "1.0001"})


def answer_one_an_item():
    attempt = make_attempt()
    for _number in range(2):
        Answer.objects.create(attempt=attempt, position=0, response=[], saved_at=NOW)


def completion_once():
    enrolment, activity = uuid.uuid4(), uuid.uuid4()
    for _number in range(2):
        Completion.objects.create(learner=make_user(), enrolment=enrolment, activity=activity, completed_at=NOW)


VIOLATIONS = {violation.__name__: violation for violation in (
    attempt_number_unique, attempt_one_open, attempt_graded_when_submitted, attempt_score_within_maximum,
    answer_one_an_item, completion_once)}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_constraint_refuses(name):
    with violates(name):
        VIOLATIONS[name]()


def test_constraints_all_have_a_violation():
    assert get_constraint_names("assessments") == set(VIOLATIONS)


@pytest.mark.parametrize(("name", "fields"), [
    ("attempt_graded_when_submitted", {"passed": True}),
    ("attempt_graded_when_submitted", {"score": 1, "maximum": 1}),
    ("attempt_graded_when_submitted", {**GRADED, "maximum": None}),
    ("attempt_score_within_maximum", {**GRADED, "score": -1}),
])
def test_constraint_of_attempts_refuses_also(name, fields):
    with violates(name):
        make_attempt(**fields)


def test_attempts_may_have_one_open_beside_those_handed_in():
    first = make_attempt(number=1, **GRADED)
    repeat(first, number=2, **GRADED)
    assert repeat(first, number=3).is_open


def test_attempts_open_and_overdue_read_the_deadline():
    late = make_attempt(deadline=NOW)
    make_attempt(deadline=NOW + dt.timedelta(seconds=1))
    make_attempt(deadline=NOW, **GRADED)
    make_attempt()
    assert Attempt.objects.open().count() == 3
    assert list(Attempt.objects.overdue(NOW + dt.timedelta(seconds=1))) == [late]
    assert list(Attempt.objects.overdue(NOW)) == []


@pytest.mark.parametrize(("fields", "percentage"), [
    ({**GRADED, "score": 3, "maximum": 4}, 75), ({**GRADED, "score": 0, "maximum": 0}, None), ({}, None),
])
def test_attempt_percentage(fields, percentage):
    assert make_attempt(**fields).percentage == percentage


def test_question_version_is_one_row_for_one_content():
    question = make_question(code="q", options=[("Sí", True), ("No", False)])
    first = question.version
    question.save()
    assert question.version == first
    make_question(code="other", options=[("Sí", True), ("No", False)])
    assert QuestionVersion.objects.count() == 2  # the options of another question have other identifiers
    assert first.digest == QuestionVersion.digest_of(first.content)


def test_question_version_does_not_depend_on_the_order_of_languages():
    content = make_question().version.content
    assert QuestionVersion.digest_of({**content, "stem": dict(reversed(content["stem"].items()))}) == (
        QuestionVersion.digest_of(content))


@pytest.mark.parametrize("change", [
    {"stem": localized("Otra pregunta")}, {"stem": localized("¿Qué corresponde hacer?", "Another translation")},
    {"feedback": localized("Recuerde")},
])
def test_question_edited_in_any_language_gets_a_new_version_and_the_old_stays(change):
    question = make_question()
    before = question.version
    raw = list(question.body.raw_data)
    question.body = [{**raw[0], "value": {**raw[0]["value"], **change}}]
    question.save()
    question = Question.objects.get(pk=question.pk)
    assert question.version != before
    assert QuestionVersion.objects.get(pk=before.pk).content == before.content
    assert {name: question.version.content[name] for name in change} == change


def test_question_edited_back_gets_its_earlier_version():
    question = make_question()
    before, raw = question.version, list(question.body.raw_data)
    question.body = [{**raw[0], "value": {**raw[0]["value"], "stem": localized("Otra pregunta")}}]
    question.save()
    question.body = raw
    question.save()
    assert question.version == before


def test_question_knows_its_kind_and_its_texts():
    question = make_question(kind="true_false", code="q", stem="Las personas migrantes pagan impuestos.")
    assert question.kind == "true_false"
    assert str(question) == "q: Las personas migrantes pagan impuestos."
    choice = make_question(options=[("Escuchar", True), ("Derivar", False)])
    assert {"¿Qué corresponde hacer?", "Escuchar", "Escuchar (en)", "Derivar"} <= {
        text for text in ("¿Qué corresponde hacer?", "Escuchar", "Escuchar (en)", "Derivar")
        if text in choice.get_texts()}
