import datetime as dt
import uuid
from fractions import Fraction

import pytest
from django.utils.translation import override

from assessments import attempts
from assessments.kinds import get_kind
from assessments.marking import give_mark
from assessments.presenting import make_question as show
from assessments.presenting import present_questions, review_questions
from tests.assessments.kinds.choices import make_item
from tests.assessments.marked_questions import make_long_text
from tests.assessments.taking import answer, make_rules
from tests.factories import localized, make_question, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def make_shown(score, *, points="2", response=("a",), **fields):
    item = make_item("single_choice", "a", "b", points=points, stem={"es": "¿Qué?"})
    score = None if score is None else Fraction(score)
    credit = score / Fraction(points) if score is not None and Fraction(points) else None
    return show(2, item, list(response), {}, score=score, credit=credit, **fields)


@pytest.mark.parametrize(("score", "fields", "verdict"), [
    (2, {}, "right"), (1, {}, "partly"), (0, {}, "wrong"), (-1, {}, "wrong"), (0, {"response": ()}, "unanswered"),
    (None, {}, "pending"), (0, {"points": "0"}, ""), (None, {"points": "0"}, ""),
])
def test_verdict(score, fields, verdict):
    assert make_shown(score, **fields).verdict == verdict


@pytest.mark.parametrize(("score", "text"), [
    (2, "2"), ("2/3", "0,66"), ("-1/2", "-0,5"), ("-1/3", "-0,34"), (0, "0"), (None, ""),
])
def test_points_never_show_more_than_was_earned(score, text):
    with override("es"):
        assert make_shown(score).points_earned == text


def test_question_names_its_fields_and_is_counted_from_one():
    question = make_shown(0)
    assert (question.number, question.field, question.kind, question.language) == (
        3, "q2", get_kind("single_choice"), "es")


@pytest.fixture
def attempt(db):
    return attempts.start_attempt(
        learner=make_user(), enrolment=uuid.uuid4(), activity=uuid.uuid4(), now=NOW,
        rules=make_rules(make_question(), make_question(), make_question(), feedback="now"))


def save(attempt, changes, **options):
    attempts.save_answers(attempt_id=attempt.pk, learner=attempt.learner, changes=changes, now=NOW, **options)
    attempt.refresh_from_db()


def test_present_shows_the_questions_that_are_asked_for(attempt):
    shown = present_questions(attempt, {}, {0, 2})
    assert [(question.number, question.before, question.can_check) for question in shown] == [
        (1, "", True), (3, "", True)]


def test_present_shows_checked_answers_as_a_review_in_their_place(attempt):
    save(attempt, answer(attempt, right=False, positions=[1]), check=1)
    shown = present_questions(attempt, attempts.get_responses(attempt))
    assert [(question.is_checked, question.verdict) for question in shown] == [
        (False, "pending"), (True, "wrong"), (False, "pending")]
    assert [question.number for question in present_questions(attempt, {}, {1})] == [2]
    assert [option.shows_key for option in shown[1].view["options"]] == [True] * 3


def test_present_asks_the_database_for_nothing_where_nothing_was_checked(attempt, django_assert_num_queries):
    with django_assert_num_queries(0):
        present_questions(attempt, {})


def test_review_asks_once_for_the_answers(attempt, django_assert_num_queries):
    save(attempt, answer(attempt))
    with django_assert_num_queries(1):
        shown = review_questions(attempt, show_key=False)
    assert [(question.verdict, question.credit) for question in shown] == [("right", 1)] * 3


@pytest.mark.django_db
def test_review_shows_no_key_of_what_waits_for_a_person():
    essay = make_long_text(feedback=localized("Faltaba un ejemplo"))
    attempt = attempts.start_attempt(learner=make_user(), enrolment=uuid.uuid4(), activity=uuid.uuid4(), now=NOW,
                                     rules=make_rules(essay, make_question(), feedback="now"))
    changes = [attempts.Change(0, "", "Escuché."), *answer(attempt, right=False, positions=[1])]
    attempt = attempts.submit_attempt(attempt_id=attempt.pk, learner=attempt.learner, changes=changes, now=NOW)[0]
    waiting, choice = review_questions(attempt, show_key=True)
    assert (waiting.view["guide"], waiting.feedback) == ("", "")
    assert any(option.shows_key for option in choice.view["options"])
    give_mark(answer_id=attempt.answers.get(position=0).pk, marker=make_user(), fraction=Fraction(1), levels={},
              comment="", now=NOW)
    attempt.refresh_from_db()
    marked = review_questions(attempt, show_key=True)[0]
    with override("es"):
        assert (str(marked.view["guide"]), str(marked.feedback)) == ("Busque un ejemplo concreto", "Faltaba un ejemplo")
