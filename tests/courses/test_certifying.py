import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from certificates.ending import revoke
from certificates.models import Certificate
from certificates.snapshot import read_snapshot
from courses.certifying import certify_path
from courses.models import CoursePage, Edition, PathAward
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_assignment, make_edition, make_learning_path, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def set_validity(course, months=12):
    Edition.objects.filter(course=course.key).update(certificate_valid_months=months)


def test_certificate_is_valid_for_the_months_of_the_edition():
    course = SmallCourse()
    set_validity(course, 6)
    certificate = Learning(course, now=dt.datetime(2026, 8, 31, 15, tzinfo=dt.UTC)).finish()
    assert read_snapshot(certificate).expires_on == dt.date(2027, 2, 28)
    assert certificate.expires_at == dt.datetime(2027, 3, 1, 2, 59, 59, 999999, tzinfo=dt.UTC)
    set_validity(course, 12)
    certificate.refresh_from_db()
    assert read_snapshot(certificate).expires_on == dt.date(2027, 2, 28)


def test_certificate_of_an_edition_without_months_never_expires():
    assert Learning().finish().expires_at is None


def test_days_on_certificates_are_those_of_the_platform_wherever_the_marker_is():
    course = SmallCourse()
    set_validity(course)
    make_learning_path(course.page, certificate_valid_months=12)
    learning = Learning(course)
    make_assignment(user=learning.learner, since=dt.date(2026, 11, 23))  # tomorrow, and in Tokyo today
    with timezone.override("Asia/Tokyo"):
        learning.finish()
    for certificate in Certificate.objects.all():
        snapshot = read_snapshot(certificate)
        assert snapshot.started_on == snapshot.completed_on == dt.date(2026, 11, 22)
        assert (snapshot.expires_on, snapshot.organisation) == (dt.date(2027, 11, 22), "")
    assert set(Certificate.objects.values_list("kind", flat=True)) == {"approval", "path"}


def test_validity_is_not_piled_up_by_taking_one_edition_after_another():
    course = SmallCourse()
    set_validity(course)
    learning = Learning(course)
    learning.finish()
    for _number in range(2):
        edition = make_edition(course_page=course.page, certificate_valid_months=12)
        certificate = Learning(course, learner=learning.learner, edition=edition).finish()
        assert read_snapshot(certificate).expires_on == dt.date(2027, 11, 22)


def test_course_of_no_hours_is_completed_and_its_certificate_says_none():
    """The editor refuses it today; there may be courses from before."""
    course, other = SmallCourse(), SmallCourse(hours=8)
    CoursePage.objects.filter(pk=course.page.pk).update(hours=0)
    make_learning_path(course.page, other.page)
    learner = make_user()
    certificate = Learning(course, learner=learner).finish()
    assert (certificate.state, read_snapshot(certificate).hours) == ("issued", 0)
    Learning(other, learner=learner).finish()
    snapshot = read_snapshot(Certificate.objects.get(kind="path"))
    assert (snapshot.hours, ["hours" in item for item in snapshot.contents]) == (8, [False, True])


def test_path_is_certified_with_its_last_course_and_once():
    first, second = SmallCourse(hours=12), SmallCourse(hours=8, hours_kind="pedagogical")
    path, learner = make_learning_path(first.page, second.page), make_user(preferred_language="en")
    Learning(first, learner=learner).finish()
    assert not PathAward.objects.exists()
    Learning(second, learner=learner).finish()
    award = PathAward.objects.get(path=path, learner=learner)
    certificate = Certificate.objects.get(award=award.pk)
    snapshot = read_snapshot(certificate)
    assert certificate.kind == "path"
    assert snapshot.hours == Decimal("18")  # 12 of 60 minutes and 8 of 45
    assert (snapshot.hours_kind, snapshot.course["en"]) == ("chronological", "First attention path")
    assert [titles["es"] for titles in snapshot.contents] == [first.page.title, second.page.title]
    assert {titles["hours_kind"] for titles in snapshot.contents} <= {"chronological", "pedagogical"}
    assert [Decimal(titles["hours"]) for titles in snapshot.contents] == [
        each.page.hours for each in (first, second)]
    assert certify_path(path=path, learner=learner, now=NOW) == certificate
    assert Certificate.objects.filter(kind="path").count() == 1


def test_path_that_is_not_offered_or_has_a_revoked_course_is_not_certified():
    first, second = SmallCourse(), SmallCourse()
    closed, path = make_learning_path(first.page, is_offered=False), make_learning_path(first.page, second.page)
    learner = make_user()
    revoke(certificate=Learning(first, learner=learner).finish(), reason="result", by=make_user(), now=NOW)
    Learning(second, learner=learner).finish()
    assert not Certificate.objects.filter(kind="path").exists()
    assert not closed.awards.exists()
    assert certify_path(path=path, learner=learner, now=NOW) is None


def test_path_costs_nothing_where_a_course_is_in_none(django_assert_max_num_queries):
    learning = Learning()
    learning.read_all()
    make_learning_path(SmallCourse().page)
    learning.pass_quiz()
    assert Certificate.objects.get().kind == "approval"


@pytest.mark.django_db(transaction=True)
def test_path_is_certified_when_its_courses_are_completed_at_the_same_moment(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    courses = [SmallCourse(lessons=1, weights=()) for _number in range(3)]
    make_learning_path(*(course.page for course in courses))
    for _round in range(3):
        learner = make_user()
        learnings = [Learning(course, learner=learner) for course in courses]
        run_at_once([learning.read for learning in learnings])
        assert PathAward.objects.filter(learner=learner).count() == 1
        assert Certificate.objects.filter(learner=learner, kind="path").count() == 1
