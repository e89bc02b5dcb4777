import datetime as dt

import pytest

from assessments.models import Question, Sharing
from assessments.rights import get_next_states, get_usable, may_approve, may_delete, may_edit, may_manage, may_use
from lms.accounts.models import User
from tests.assessments.bank_admin.people import make_people
from tests.factories import make_assignment, make_question

State = Question.State


@pytest.fixture
def people(db, django_capture_on_commit_callbacks):
    return make_people(django_capture_on_commit_callbacks)


def get_rights(person, question):
    """What a person may do, as letters: use, edit, manage, delete."""
    user = User.objects.get(pk=person.pk)
    return "".join(letter for letter, may in (("u", may_use), ("e", may_edit), ("m", may_manage), ("d", may_delete))
                   if may(user, question))


@pytest.mark.parametrize(("sharing", "shared", "expected"), [
    (Sharing.PRIVATE, None, ("uemd", "uemd", "", "uemd", "")),
    (Sharing.USE, None, ("uemd", "uemd", "u", "uemd", "")),
    (Sharing.EDIT, None, ("uemd", "uemd", "ue", "uemd", "")),
    (Sharing.PRIVATE, "shared_to_use", ("uemd", "uemd", "u", "uemd", "")),
    (Sharing.PRIVATE, "shared_to_edit", ("uemd", "uemd", "ue", "uemd", "")),
    (Sharing.USE, "shared_to_edit", ("uemd", "uemd", "ue", "uemd", "")),
])
def test_rights_follow_owner_and_sharing(people, sharing, shared, expected):
    question = make_question(owner=people.institution, sharing=sharing)
    if shared:
        getattr(question, shared).add(people.other)
    everybody = (people.trainer, people.colleague, people.stranger, people.admin, people.learner)
    assert tuple(get_rights(person, question) for person in everybody) == expected
    seen = [question in get_usable(User.objects.get(pk=person.pk)) for person in everybody]
    assert seen == ["u" in rights for rights in expected]
    for person, rights in zip(everybody, expected, strict=True):
        user = User.objects.get(pk=person.pk)
        row = Question.objects.with_rights(user).get(pk=question.pk)
        if person != people.learner:
            assert (row.may_edit, row.may_manage) == ("e" in rights, "m" in rights)


def test_question_without_owner_belongs_to_all_trainers(people):
    question = make_question()
    assert [get_rights(person, question) for person in (people.trainer, people.stranger, people.learner)] == [
        "uemd", "uemd", ""]


def test_rights_end_with_the_assignment(people):
    question = make_question(owner=people.institution)
    people.trainer.assignments.update(until=dt.date(2024, 12, 31))
    assert get_rights(people.trainer, question) == ""
    make_assignment(user=people.stranger, organisation=people.institution)
    assert get_rights(people.stranger, question) == "uemd"


def test_rights_need_the_permission_too(people):
    question = make_question(owner=people.institution)
    people.trainer.groups.clear()
    assert get_rights(people.trainer, question) == ""
    people.admin.is_active = False
    people.admin.save()
    assert get_rights(people.admin, question) == ""


def test_states_beyond_review_are_for_whoever_approves(people):
    assert may_approve(people.trainer)
    assert get_next_states(people.trainer, State.RETIRED) == list(State)
    assert [get_next_states(people.learner, state) for state in State] == [
        [State.DRAFT, State.IN_REVIEW], [State.DRAFT, State.IN_REVIEW], [State.APPROVED], [State.RETIRED]]
