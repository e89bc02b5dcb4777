import datetime as dt

import pytest

from assessments.models import Completion
from certificates.ending import revoke
from certificates.models import Certificate
from certificates.snapshot import read_snapshot
from certificates.validity import is_renewed
from courses.dashboard import get_courses_of
from courses.enrolling import EditionNotOpen, get_enrolment
from courses.models import Edition
from courses.renewing import NotRenewable, renew_enrolment
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.courses.test_certifying import set_validity
from tests.factories import make_edition, make_enrolment, make_learning_path, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
IN_WINDOW = NOW + dt.timedelta(days=300)
AFTER = NOW + dt.timedelta(days=400)


@pytest.fixture
def learning():
    course = SmallCourse(lessons=2, weights=(1, 0))
    set_validity(course)
    return Learning(course)


def renew_and_finish(learning, now):
    renewal = renew_enrolment(enrolment=learning.enrolment, now=now)
    again = Learning.__new__(Learning)
    again.__dict__.update(learning.__dict__, enrolment=renewal, now=now)
    certificate = again.pass_quiz(learning.course.quizzes[0], now=now)[2]
    renewal.refresh_from_db()
    return renewal, certificate


def test_renewal_takes_again_the_tests_that_count_and_no_more(learning):
    learning.finish()
    renewal = renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)
    kept = set(Completion.objects.filter(enrolment=renewal.pk).values_list("activity", flat=True))
    course = learning.course
    assert kept == {page.translation_key for page in (*course.lessons, course.quizzes[1])}
    assert (renewal.renews, renewal.edition) == (learning.enrolment, learning.enrolment.edition)
    assert renewal.completed_at is None
    assert renew_enrolment(enrolment=learning.enrolment, now=AFTER) == renewal


def test_renewal_ends_in_the_next_cycle_and_loses_no_days(learning):
    first = learning.finish()
    renewal, second = renew_and_finish(learning, IN_WINDOW)
    assert (second.cycle, second.renews, second.award, second.kind) == (2, first, renewal.pk, "approval")
    assert (first.folio, second.folio) == ("2026-000001", "2027-000001")
    assert second.code != first.code
    assert read_snapshot(second).expires_on == dt.date(2028, 11, 22)  # a year after the first, not after the test
    first.refresh_from_db()
    assert first.state == "issued"
    assert not Certificate.objects.filter(~is_renewed(), pk=first.pk).exists()


def test_renewal_counts_no_hours_twice_and_says_those_of_the_course(learning):
    learning.finish()
    renewal, second = renew_and_finish(learning, AFTER)
    snapshot = read_snapshot(second)
    assert renewal.hours == 0
    assert (snapshot.hours, snapshot.started_on) == (learning.course.page.hours, dt.date(2026, 11, 22))
    assert snapshot.completed_on == dt.date(2027, 12, 27)
    assert snapshot.expires_on == dt.date(2028, 12, 27)


def test_renewal_opens_ninety_days_before_and_not_for_revoked_ones(learning):
    certificate = learning.finish()
    with pytest.raises(NotRenewable):
        renew_enrolment(enrolment=learning.enrolment, now=NOW + dt.timedelta(days=200))
    revoke(certificate=certificate, reason="result", by=make_user(), now=NOW)
    with pytest.raises(NotRenewable):
        renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)


def test_renewal_of_what_is_not_completed_or_never_expires_is_refused(learning):
    forever = Learning()
    forever.finish()
    with pytest.raises(NotRenewable):
        renew_enrolment(enrolment=forever.enrolment, now=AFTER)
    learning.read_all()  # its tests are still to be done, and so the enrolment itself goes on
    assert renew_enrolment(enrolment=learning.enrolment, now=AFTER) == learning.enrolment


def test_renewal_goes_to_a_newer_edition_when_its_own_is_closed(learning):
    learning.finish()
    Edition.objects.update(closes_at=AFTER)
    with pytest.raises(EditionNotOpen):
        renew_enrolment(enrolment=learning.enrolment, now=AFTER)
    newer = make_edition(course_page=learning.course.page, name="2028", certificate_valid_months=24)
    renewal, second = renew_and_finish(learning, AFTER)
    assert renewal.edition == newer
    assert (second.cycle, read_snapshot(second).expires_on) == (2, dt.date(2029, 12, 27))


def test_what_was_left_in_a_closed_edition_keeps_nobody_from_renewing(learning):
    learning.finish()
    closed = make_edition(course_page=learning.course.page, closes_at=IN_WINDOW)
    left = make_enrolment(learner=learning.learner, course_page=learning.course.page, edition=closed, now=NOW)
    before = IN_WINDOW - dt.timedelta(days=1)
    assert renew_enrolment(enrolment=learning.enrolment, now=before) == left
    assert not get_courses_of(learner=learning.learner, now=before).completed[0].can_renew
    assert get_courses_of(learner=learning.learner, now=IN_WINDOW).completed[0].can_renew
    renewal = renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)
    assert renewal.renews == learning.enrolment
    assert get_enrolment(learner=learning.learner, course=learning.course.key, now=IN_WINDOW) == renewal


def test_renewal_whose_edition_closed_goes_on_in_one_that_is_open(learning):
    learning.finish()
    renewal = renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)
    Edition.objects.update(closes_at=AFTER)
    with pytest.raises(EditionNotOpen):
        renew_enrolment(enrolment=learning.enrolment, now=AFTER)
    newer = make_edition(course_page=learning.course.page, certificate_valid_months=12)
    assert get_courses_of(learner=learning.learner, now=AFTER).completed[0].can_renew
    again, certificate = renew_and_finish(learning, AFTER)
    assert (again, again.edition, certificate.cycle) == (renewal, newer, 2)


def test_what_was_renewed_is_not_renewed_again(learning):
    learning.finish()
    renew_and_finish(learning, IN_WINDOW)
    with pytest.raises(NotRenewable):
        renew_enrolment(enrolment=learning.enrolment, now=AFTER)


def test_what_another_edition_renewed_is_not_renewed_again(learning):
    learning.finish()
    edition = make_edition(course_page=learning.course.page, certificate_valid_months=12)
    Learning(learning.course, learner=learning.learner, edition=edition, now=IN_WINDOW).finish()
    with pytest.raises(NotRenewable):
        renew_enrolment(enrolment=learning.enrolment, now=AFTER)


def test_whole_course_is_taken_again_where_no_test_counts():
    course = SmallCourse(lessons=2, weights=())
    set_validity(course)
    learning = Learning(course)
    learning.read_all()
    learning.enrolment.refresh_from_db()
    renewal = renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)
    assert not Completion.objects.filter(enrolment=renewal.pk).exists()


def test_who_takes_another_edition_in_full_renews_too(learning):
    first = learning.finish()
    edition = make_edition(course_page=learning.course.page, certificate_valid_months=12)
    second = Learning(learning.course, learner=learning.learner, edition=edition, now=AFTER).finish()
    assert (second.cycle, second.renews) == (2, first)
    third = Learning(learning.course).finish()  # somebody else's
    assert third.cycle == 1


def test_path_is_renewed_with_its_courses(learning):
    other = SmallCourse()
    path = make_learning_path(learning.course.page, other.page, certificate_valid_months=12)
    Learning(other, learner=learning.learner).finish()
    learning.finish()
    first = Certificate.objects.get(kind="path")
    _renewal, _certificate = renew_and_finish(learning, IN_WINDOW)
    second = Certificate.objects.get(kind="path", cycle=2)
    assert (second.award, second.renews) == (first.award, first)
    assert path.awards.count() == 1
    assert read_snapshot(second).hours == read_snapshot(first).hours


@pytest.mark.django_db(transaction=True)
def test_renewal_asked_twice_at_once_is_one(learning, monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    learning.finish()
    results = run_at_once([lambda: renew_enrolment(enrolment=learning.enrolment, now=IN_WINDOW)] * 4)
    assert len({result.pk for result in results}) == 1
