import datetime as dt
import uuid
from fractions import Fraction

import pytest

from assessments.models import (
    Answer,
    AnswerPool,
    Attempt,
    Completion,
    ImportedQuestion,
    Mark,
    Question,
    QuestionComment,
    QuestionImport,
    QuestionVersion,
    Regrade,
    RegradedAttempt,
    TranslationGap,
)
from tests.constraints import get_constraint_names, violates
from tests.factories import localized, make_question, make_survey, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
GRADED = {"submitted_at": NOW, "graded_at": NOW, "passed": True, "score": 1, "maximum": 1}

pytestmark = pytest.mark.django_db


def make_attempt(**fields):
    return Attempt.objects.create(**{
        "learner": make_user(), "enrolment": uuid.uuid4(), "activity": uuid.uuid4(), "number": 1, "form": [],
        "pass_mark": 60, "started_at": NOW, **fields})


def make_answer(attempt=None, **fields):
    return Answer.objects.create(**{"attempt": attempt or make_attempt(), "position": 0, "response": [],
                                    "version": make_question().version, "saved_at": NOW, **fields})


def make_mark(**fields):
    return Mark.objects.create(**{"answer": fields.get("answer") or make_answer(), "marker": make_user(),
                                  "fraction": Fraction(1, 2), "marked_at": NOW, **fields})


def repeat(attempt, **fields):
    return make_attempt(enrolment=attempt.enrolment, activity=attempt.activity, **fields)


def attempt_number_unique():
    repeat(make_attempt(**GRADED), **GRADED)


def attempt_one_open():
    repeat(make_attempt(number=1), number=2)


def attempt_graded_after_handing_in():
    make_attempt(graded_at=NOW)


def attempt_score_within_maximum():
    make_attempt(**{**GRADED, "score": "1.0001"})


def answer_one_an_item():
    attempt = make_attempt()
    for _number in range(2):
        make_answer(attempt)


def completion_once():
    enrolment, activity = uuid.uuid4(), uuid.uuid4()
    for _number in range(2):
        Completion.objects.create(learner=make_user(), enrolment=enrolment, activity=activity, completed_at=NOW)


def mark_one_a_marker():
    answer, marker = make_answer(), make_user()
    for _number in range(2):
        make_mark(answer=answer, marker=marker)


def mark_one_final():
    answer = make_answer()
    for _number in range(2):
        make_mark(answer=answer, is_final=True)


def mark_fraction_in_range():
    make_mark(fraction=Fraction(1_000_001, 1_000_000))


def mark_without_marker_is_final():
    make_mark(marker=None)


def regraded_attempt_once():
    question, attempt = make_question(), make_attempt(**GRADED)
    regrade = Regrade.objects.create(question=question, old_version=question.version, new_version=question.version,
                                     reason="La clave estaba mal.", by=make_user(), at=NOW)
    for _number in range(2):
        RegradedAttempt.objects.create(regrade=regrade, attempt=attempt, score_before=0, score_after=1,
                                       passed_before=False, passed_after=True)


def translation_gap_once():
    question = make_question()
    for _number in range(2):
        TranslationGap.objects.create(question=question, language="fr", missing=1, older=0)


def translation_gap_not_empty():
    TranslationGap.objects.create(question=make_question(), language="fr", missing=0, older=0)


def question_comment_resolved_by_somebody():
    QuestionComment.objects.create(question=make_question(), author=make_user(), text="?", written_at=NOW,
                                   resolved_at=NOW)


def survey_one_standard():
    for _number in range(2):
        make_survey(purpose="follow_up", is_standard=True)


def answer_pool_one_open():
    version = make_survey().version
    for _number in range(2):
        AnswerPool.objects.create(survey=uuid.UUID(int=1), edition=1, version=version, sealed=b"")


def imported_question_once():
    question = make_question()
    source = QuestionImport.objects.create(by=make_user(), name="a.gift", size=1, sha256="0" * 64, language="es",
                                           started_at=NOW)
    for _time in range(2):
        ImportedQuestion.objects.create(source=source, question=question, version=question.version)


VIOLATIONS = {violation.__name__: violation for violation in (
    attempt_number_unique, attempt_one_open, attempt_graded_after_handing_in, attempt_score_within_maximum,
    answer_one_an_item, completion_once, mark_one_a_marker, mark_one_final, mark_fraction_in_range,
    mark_without_marker_is_final, regraded_attempt_once, translation_gap_once, translation_gap_not_empty,
    question_comment_resolved_by_somebody, survey_one_standard, answer_pool_one_open,
    imported_question_once)}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_constraint_refuses(name):
    with violates(name):
        VIOLATIONS[name]()


def test_constraints_all_have_a_violation():
    assert get_constraint_names("assessments") == set(VIOLATIONS)


@pytest.mark.parametrize(("name", "fields"), [
    ("attempt_graded_after_handing_in", {"passed": True}),
    ("attempt_graded_after_handing_in", {"score": 1, "maximum": 1}),
    ("attempt_graded_after_handing_in", {**GRADED, "submitted_at": None}),
    ("attempt_graded_after_handing_in", {**GRADED, "graded_at": None}),
    ("attempt_graded_after_handing_in", {**GRADED, "passed": None}),
    ("attempt_graded_after_handing_in", {**GRADED, "maximum": None}),
    ("attempt_score_within_maximum", {**GRADED, "score": -1}),
])
def test_constraint_of_attempts_refuses_also(name, fields):
    with violates(name):
        make_attempt(**fields)


def test_attempt_may_wait_for_a_marker():
    attempt = make_attempt(submitted_at=NOW, maximum=4)
    assert (attempt.is_open, attempt.is_graded, attempt.percentage) == (False, False, None)


@pytest.mark.parametrize("fraction", [Fraction(-1, 3), Fraction(2)])
def test_mark_refuses_also(fraction):
    with violates("mark_fraction_in_range"):
        make_mark(fraction=fraction)


def test_marks_of_one_answer_have_one_that_counts():
    answer = make_answer()
    make_mark(answer=answer)
    final = make_mark(answer=answer, is_final=True)
    assert answer.marks.get(is_final=True) == final


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
