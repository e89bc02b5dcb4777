import threading
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import F, Value

from courses.models import Enrolment
from lms.accounts.models import User
from lms.kept_queries import kept_query
from tests.factories import make_course, make_edition, make_enrolment, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


@kept_query
def find_enrolments(learner, course):
    return Enrolment.objects.filter(learner=learner, edition__course=course).select_related("edition").order_by("pk")


@kept_query
def find_people(pk):
    return User.objects.filter(pk=pk)


def test_objects_are_those_of_the_queryset_with_what_is_joined(django_assert_num_queries):
    course = make_course()
    first, second = (make_enrolment(edition=make_edition(course_page=course), now=NOW) for _ in range(2))
    for enrolment in (first, second, first):  # the values are new each time
        with django_assert_num_queries(1):
            found, = find_enrolments(enrolment.learner_id, course.translation_key)
            assert (found, found.edition) == (enrolment, enrolment.edition)
        assert found.enrolled_at == NOW
        assert {name: value for name, value in vars(found).items() if name != "_state"} == {
            name: value for name, value in vars(Enrolment.objects.get(pk=enrolment.pk)).items() if name != "_state"}
    assert find_enrolments(first.learner_id, uuid4()) == []


def test_the_function_is_asked_once_a_connection():
    asked = []

    @kept_query
    def find(pk):
        asked.append(pk)
        return User.objects.filter(pk=pk)

    person = make_user()
    assert [find(person.pk), find(0), find(person.pk)] == [[person], [], [person]]
    assert len(asked) == 1


def test_get_is_the_one_row_or_says_that_there_is_none():
    person = make_user()
    assert find_people.get(person.pk) == person
    with pytest.raises(User.DoesNotExist):
        find_people.get(0)


def test_unions_values_constants_and_dates_are_as_in_the_queryset():
    @kept_query
    def find(learner, moment):
        enrolments = Enrolment.objects.filter(learner=learner, enrolled_at__gte=moment).order_by()
        return enrolments.values_list("pk", Value("by date")).union(
            Enrolment.objects.filter(learner=learner).order_by().values_list("pk", F("last_language")), all=True)

    enrolment = make_enrolment(now=NOW)
    assert sorted(find(enrolment.learner_id, NOW)) == [(enrolment.pk, ""), (enrolment.pk, "by date")]
    assert find(enrolment.learner_id, NOW.replace(year=2027)) == [(enrolment.pk, "")]


def test_fields_left_out_are_fetched_when_they_are_asked_for(django_assert_num_queries):
    @kept_query
    def find(pk):
        return User.objects.filter(pk=pk).defer("email")

    person = make_user()
    found = find.get(person.pk)
    with django_assert_num_queries(1):
        assert found.email == person.email


def test_rows_can_be_locked():
    @kept_query
    def lock(pk):
        return User.objects.select_for_update().filter(pk=pk)

    person = make_user()
    with transaction.atomic():
        assert lock.get(person.pk) == person
    assert connection.vendor == "sqlite" or "FOR UPDATE" in connection.kept_queries[lock][2]


def test_a_value_never_becomes_part_of_the_statement():
    @kept_query
    def find(name):
        return User.objects.filter(given_names=name)

    person = make_user(given_names="' OR 1=1 --%s")
    make_user()
    assert find("' OR 1=1 --%s") == [person]


@pytest.mark.django_db(transaction=True)
def test_threads_ask_for_their_own_values():
    people = [make_user() for _ in range(8)]
    found = {}

    def ask(person):
        try:
            found[person.pk] = [find_people.get(person.pk) for _ in range(5)]
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {person.pk: [person] * 5 for person in people}
