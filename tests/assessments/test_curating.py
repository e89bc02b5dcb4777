import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from assessments import curating
from assessments.draws import get_pool
from assessments.models import Attempt, Question, QuestionComment, Sharing
from tests.assessments.bank_admin.people import make_people, write
from tests.factories import localized, make_category, make_question, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
State = Question.State


@pytest.fixture
def people(db, django_capture_on_commit_callbacks):
    return make_people(django_capture_on_commit_callbacks)


def get_history(question):
    return [(entry.action, entry.user, entry.data) for entry in ModelLogEntry.objects.for_instance(question)]


def test_state_changes_for_whoever_may_and_is_traced(people):
    draft, approved = make_question(state=State.DRAFT), make_question()
    assert get_pool(draft.category_id, "", "") == ()
    assert curating.change_state(questions=[draft, approved], state=State.APPROVED, by=people.trainer) == (1, 0)
    assert get_pool(draft.category_id, "", "") == (draft.pk,)
    assert get_history(draft) == [("assessments.state", people.trainer, {"from": "draft", "to": "approved"})]
    assert get_history(approved) == []
    # Without the right to approve, an approved question stays.
    assert curating.change_state(questions=[Question.objects.get(pk=draft.pk)], state=State.DRAFT,
                                 by=people.learner) == (0, 1)
    assert Question.objects.get(pk=draft.pk).state == State.APPROVED


def test_move_makes_draws_follow_and_no_version(people):
    question, category = make_question(), make_category()
    assert curating.move(questions=[question], category=category, by=people.trainer) == 1
    assert curating.move(questions=[Question.objects.get(pk=question.pk)], category=category, by=people.trainer) == 0
    assert get_pool(category.pk, "", "") == (question.pk,)
    assert question.edits.count() == 1


def test_tags_are_added_once_whatever_their_capitals(people):
    question = make_question()
    question.tags.add("Refugio")
    for _time in range(2):
        curating.tag(questions=[question], names=["refugio", "acogida"], by=people.trainer)
    assert sorted(question.tags.names()) == ["Refugio", "acogida"]
    assert get_pool(None, "acogida", "") == (question.pk,)


def test_sharing_adds_institutions_and_leaves_out_what_belongs_to_all(people):
    owned, common = make_question(owner=people.institution), make_question()
    for _time in range(2):
        assert curating.share(questions=[owned, common], sharing=None, to_use=[people.other], to_edit=[],
                              by=people.trainer) == 1
    assert list(owned.shared_to_use.all()) == [people.other]
    assert curating.share(questions=[owned], sharing=Sharing.USE, to_use=[], to_edit=[], by=people.trainer) == 1
    assert Question.objects.get(pk=owned.pk).sharing == Sharing.USE
    assert get_pool(owned.category_id, "", "") == (owned.pk,)


def test_question_is_given_to_an_institution(people):
    question = make_question()
    curating.give(questions=[question], owner=people.institution, by=people.admin)
    assert Question.objects.get(pk=question.pk).owner == people.institution


@pytest.mark.parametrize("act", ["state", "move", "tag", "share"])
def test_acts_on_many_cost_the_statements_of_one(people, act):
    category, questions = make_category(), [make_question(owner=people.institution) for _number in range(6)]

    def run(chosen):
        if act == "state":
            curating.change_state(questions=chosen, state=State.RETIRED, by=people.trainer)
        elif act == "move":
            curating.move(questions=chosen, category=category, by=people.trainer)
        elif act == "tag":
            curating.tag(questions=chosen, names=["refugio"], by=people.trainer)
        else:
            curating.share(questions=chosen, sharing=None, to_use=[people.other], to_edit=[], by=people.trainer)

    run(questions[:2])  # what is made once for all is made
    totals = []
    for chosen in (questions[2:3], questions[3:]):
        with CaptureQueriesContext(connection) as queries:
            run(chosen)
        totals.append(len(queries))
    assert totals[0] == totals[1]


def test_restored_version_is_the_current_one_again_and_traced(people):
    question = make_question(stem="¿Qué hace?")
    first = question.edits.get()
    write(question, stem=localized("Otra"))
    version = question.version_id
    assert curating.restore(question=question, edit=first, by=people.trainer)
    question = Question.objects.get(pk=question.pk)
    assert question.version.content["stem"] == localized("¿Qué hace?")
    assert [(edit.version_id, edit.restored, edit.by) for edit in question.edits.all()] == [
        (first.version_id, True, people.trainer), (version, False, None), (first.version_id, False, None)]
    assert get_history(question)[0][:2] == ("assessments.restore", people.trainer)
    assert not curating.restore(question=question, edit=first, by=people.trainer)
    assert question.edits.count() == 3


def test_attempts_keep_their_version_when_another_is_restored(people):
    question = make_question()
    first = question.edits.get()
    write(question, stem=localized("Otra"))
    attempt = Attempt.objects.create(
        learner=make_user(), enrolment=uuid.uuid4(), activity=uuid.uuid4(), number=1, pass_mark=60, started_at=NOW,
        form=[{"version": question.version_id, "kind": question.kind, "options": []}])
    curating.restore(question=question, edit=first, by=people.trainer)
    assert Attempt.objects.get(pk=attempt.pk).form == attempt.form


def test_version_of_which_only_the_content_is_known_is_not_restored(people):
    question = make_question()
    question.edits.update(body=None)
    write(question, stem=localized("Otra"))
    assert not curating.restore(question=question, edit=question.edits.last(), by=people.trainer)


def test_comment_is_resolved_once_and_can_be_opened_again(people):
    question = make_question()
    made = curating.comment(question=question, author=people.stranger, text="¿Es así en México?", now=NOW)
    for by in (people.trainer, people.colleague):
        curating.resolve(comment=made, by=by, now=NOW)
    made = QuestionComment.objects.get()
    assert (made.resolved_by, made.resolved_at) == (people.trainer, NOW)
    curating.reopen(comment=made)
    assert QuestionComment.objects.get().resolved_at is None
