import datetime as dt
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from assessments.attempts import GRACE, AttemptClosed, Change, NoAttemptsLeft, TimeIsUp
from assessments.models import Attempt, Completion
from certificates.models import Certificate, FolioCounter
from certificates.snapshot import SnapshotInvalid
from courses import marking, progress
from courses.models import ActivityVisit, Edition, Enrolment
from courses.outline import get_outline
from courses.tasks import close_overdue_attempts
from tests.assessments.taking import answer
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.courses.marking import Essay
from tests.factories import (
    make_edition,
    make_survey,
    make_survey_page,
    make_user,
    stable_id,
)
from tests.threads import run_at_once

MINUTE, SECOND, DAY = dt.timedelta(minutes=1), dt.timedelta(seconds=1), dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def blank_title(course):
    """Make issuing impossible: a certificate needs the title of its course."""
    Page.objects.filter(translation_key=course.key).update(title="")


def restore_title(course):
    Page.objects.filter(translation_key=course.key).update(title="Curso")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_answer_to_a_survey_is_noted_on_the_day_of_the_platform_wherever_it_is_asked_from(zone):
    course = SmallCourse()
    survey = make_survey()
    page = make_survey_page(parent=course.page, survey=survey)
    learning = Learning(course, now=NOW - 5 * DAY)
    with timezone.override(zone):
        progress.answer_survey(enrolment=learning.enrolment, activity=page.translation_key, version=survey.version,
                               answers={stable_id(survey.code, "overall"): "5"}, now=NOW)
    noted = Completion.objects.get(activity=page.translation_key).completed_at
    assert noted == NOW.astimezone(ZoneInfo("America/Santiago")).replace(hour=0, minute=0, second=0, microsecond=0)


# --- Visits and positions ---------------------------------------------------------------------------------------------

def test_record_visit_writes_only_when_something_changed(django_assert_num_queries):
    learning = Learning(SmallCourse(lessons=2))
    first, second = get_outline(course_path=learning.course.page.path).get_all_items()[:2]
    first.state = second.state = "started"
    for item, language, now, queries in [
        (first, "es", NOW, 1), (first, "es", NOW + 5 * MINUTE, 0), (first, "es", NOW + 6 * MINUTE, 1),
        (first, "en", NOW + 6 * MINUTE, 1), (second, "en", NOW + 6 * MINUTE, 1), (second, "en", NOW + 7 * MINUTE, 0),
    ]:
        with django_assert_num_queries(queries):
            progress.record_visit(enrolment=learning.enrolment, item=item, language=language, now=now)
    enrolment = Enrolment.objects.get()
    assert (enrolment.last_activity_id, enrolment.last_language, enrolment.last_seen_at) == (
        second.key, "en", NOW + 6 * MINUTE)


def test_record_visit_begins_an_activity_once():
    learning = Learning(SmallCourse(lessons=2))
    for minute in range(2):
        item = get_outline(course_path=learning.course.page.path, enrolment=learning.enrolment).get_all_items()[0]
        progress.record_visit(enrolment=learning.enrolment, item=item, language="es", now=NOW + minute * MINUTE)
        assert item.state == "started"
    assert ActivityVisit.objects.get().first_seen_at == NOW


def test_save_position_keeps_the_place_and_the_furthest_reading():
    learning = Learning()
    blocks = [stable_id(number) for number in range(3)]

    def save(block, percent, second=None, now=NOW):
        progress.save_position(enrolment=learning.enrolment, activity=learning.course.lessons[0].translation_key,
                               block=block, percent_read=percent, media_second=second, now=now)
        visit = ActivityVisit.objects.get()
        return visit.block, visit.percent_read, visit.media_second

    assert save(blocks[0], 10) == (blocks[0], 10, None)
    assert save(blocks[2], 80, second=95) == (blocks[2], 80, 95)
    assert save(blocks[1], 40) == (blocks[1], 80, 95)
    assert save("", 90, second=3, now=NOW + DAY) == (blocks[1], 90, 3)
    assert ActivityVisit.objects.get().first_seen_at == NOW


# --- Lessons ----------------------------------------------------------------------------------------------------------

def test_complete_lesson_records_it_once():
    learning = Learning()
    assert learning.read() is None
    assert learning.read(now=NOW + DAY) is None
    completion = Completion.objects.get()
    assert (completion.learner, completion.enrolment, completion.activity, completion.attempt) == (
        learning.learner, learning.enrolment.pk, learning.course.lessons[0].translation_key, None)
    assert completion.completed_at == NOW


def test_complete_lesson_as_the_last_thing_completes_the_course():
    learning = Learning(SmallCourse(lessons=2))
    learning.pass_quiz()
    assert learning.read(learning.course.lessons[0]) is None
    certificate = learning.read(learning.course.lessons[1], now=NOW + DAY)
    learning.enrolment.refresh_from_db()
    assert (certificate.award, learning.enrolment.completed_at) == (learning.enrolment.pk, NOW + DAY)
    assert learning.read(learning.course.lessons[1], now=NOW + 2 * DAY) == certificate
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("dates", [{"closes_at": NOW}, {"opens_at": NOW + SECOND}])
def test_closed_edition_records_nothing_new(dates):
    course = SmallCourse()
    edition = make_edition(course_page=course.page)
    learning = Learning(course, edition=edition)
    Edition.objects.filter(pk=edition.pk).update(**dates)
    with pytest.raises(progress.EditionClosed):
        learning.read()
    with pytest.raises(progress.EditionClosed):
        learning.start()
    assert not Completion.objects.exists()
    assert not Attempt.objects.exists()


def test_closed_edition_still_takes_an_attempt_that_began_before():
    course = SmallCourse()
    edition = make_edition(course_page=course.page, closes_at=NOW + MINUTE)
    learning = Learning(course, edition=edition).read_all()
    _attempt, error, certificate, _saved = learning.submit(learning.start(), now=NOW + 2 * MINUTE)
    assert (error, certificate.award) == (None, learning.enrolment.pk)


@pytest.mark.parametrize(("dates", "is_closed"), [
    ({}, False), ({"closes_at": NOW}, True), ({"closes_at": NOW + SECOND}, False), ({"opens_at": NOW}, False),
    ({"opens_at": NOW + SECOND}, True),
])
def test_is_closed_reads_the_dates_as_enrolling_does(dates, is_closed):
    edition = make_edition(**dates)
    assert progress.is_closed(Enrolment(edition=edition), NOW) is is_closed
    assert Edition.objects.open_on(NOW).filter(pk=edition.pk).exists() is not is_closed


# --- Tests ------------------------------------------------------------------------------------------------------------

def test_submit_of_a_passed_test_records_it_with_its_attempt():
    learning = Learning()
    attempt, error, certificate, _saved = learning.pass_quiz()
    assert (error, certificate) == (None, None)
    completion = Completion.objects.get()
    assert (completion.activity, completion.attempt, completion.completed_at) == (
        learning.course.quizzes[0].translation_key, attempt, NOW)


def test_submit_of_a_failed_test_records_nothing():
    learning = Learning().read_all()
    attempt, error, certificate, _saved = learning.submit(learning.start(), right=False)
    learning.enrolment.refresh_from_db()
    assert (attempt.passed, error, certificate, learning.enrolment.completed_at) == (False, None, None, None)
    assert Completion.objects.filter(activity=attempt.activity).count() == 0


def test_submit_as_the_last_thing_completes_the_course_and_issues_in_one_transaction():
    learning = Learning().read_all()
    attempt = learning.start()
    _attempt, _error, certificate, _saved = learning.submit(attempt, now=NOW + DAY)
    learning.enrolment.refresh_from_db()
    assert learning.enrolment.completed_at == certificate.issued_at == NOW + DAY
    assert (certificate.award, certificate.learner, certificate.kind, certificate.folio) == (
        learning.enrolment.pk, learning.learner, "approval", "2026-000001")
    assert certificate.outbox.count() == 3


def test_submit_twice_gives_the_same_certificate():
    learning = Learning().read_all()
    attempt = learning.start()
    first = learning.submit(attempt)
    again = learning.submit(attempt, right=False, now=NOW + DAY)
    assert again[:3] == (attempt, AttemptClosed, first.certificate)
    assert (Certificate.objects.count(), Completion.objects.count()) == (1, 2)


def test_submit_of_somebody_else_is_not_found():
    learning = Learning()
    attempt = learning.start()
    with pytest.raises(ObjectDoesNotExist), transaction.atomic():
        progress.submit(attempt_id=attempt.pk, learner=make_user(), changes=answer(attempt), now=NOW)
    assert Attempt.objects.get().is_open


def test_submit_leaves_nothing_when_the_certificate_cannot_be_issued():
    learning = Learning().read_all()
    attempt = learning.start()
    blank_title(learning.course)
    with pytest.raises(SnapshotInvalid):
        learning.submit(attempt)
    attempt.refresh_from_db()
    learning.enrolment.refresh_from_db()
    assert (attempt.is_open, attempt.answers.count(), learning.enrolment.completed_at) == (True, 0, None)
    assert Completion.objects.count() == 1  # the lesson
    assert not Certificate.objects.exists()
    assert not FolioCounter.objects.exists()

    restore_title(learning.course)
    assert learning.submit(attempt)[2].folio == "2026-000001"


def test_submit_too_late_records_a_pass_by_what_was_saved_in_time():
    learning = Learning(SmallCourse(quiz={"time_limit": 10})).read_all()
    attempt = learning.start()
    progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=answer(attempt), now=NOW)
    _attempt, error, certificate, _saved = learning.submit(attempt, right=False, now=attempt.deadline + GRACE + SECOND)
    assert error is TimeIsUp
    assert certificate.award == learning.enrolment.pk
    assert Completion.objects.get(activity=attempt.activity).completed_at == attempt.deadline


def test_save_answers_too_late_records_what_was_passed():
    learning = Learning(SmallCourse(quiz={"time_limit": 10})).read_all()
    attempt = learning.start()
    progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=answer(attempt), now=NOW)
    late = attempt.deadline + GRACE + SECOND
    with pytest.raises(TimeIsUp):
        progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=[], now=late)
    assert Certificate.objects.get().award == learning.enrolment.pk
    with pytest.raises(AttemptClosed), transaction.atomic():
        progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=[], now=late)


def test_save_answers_too_late_loses_no_pass_when_the_certificate_cannot_be_issued():
    learning = Learning(SmallCourse(quiz={"time_limit": 10})).read_all()
    attempt = learning.start()
    progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=answer(attempt), now=NOW)
    blank_title(learning.course)
    late = attempt.deadline + GRACE + SECOND
    with pytest.raises(SnapshotInvalid):
        progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=[], now=late)
    assert Attempt.objects.get().is_open  # graded and recorded together, or not at all

    restore_title(learning.course)
    progress.close_if_overdue(attempt_id=attempt.pk, now=late)
    assert Certificate.objects.get().award == learning.enrolment.pk


def test_start_after_an_abandoned_attempt_records_what_it_had_passed():
    learning = Learning(SmallCourse(quiz={"time_limit": 10})).read_all()
    first = learning.start()
    progress.save_answers(attempt_id=first.pk, learner=learning.learner, changes=answer(first), now=NOW)
    second = learning.start(now=NOW + DAY)
    first.refresh_from_db()
    assert (first.passed, first.closed_by, second.number) == (True, "time", 2)
    assert Certificate.objects.get().award == learning.enrolment.pk


def test_start_with_the_last_attempt_abandoned_closes_it_and_refuses():
    learning = Learning(SmallCourse(quiz={"time_limit": 10, "attempts_allowed": 1}))
    attempt = learning.start()
    with pytest.raises(NoAttemptsLeft):
        learning.start(now=NOW + DAY)
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.passed) == ("time", False)


def test_start_follows_the_rules_of_the_page():
    learning = Learning(SmallCourse(quiz={"pass_mark": Decimal("75"), "time_limit": 5}))
    attempt = learning.start()
    assert (attempt.pass_mark, attempt.deadline, attempt.learner, attempt.enrolment) == (
        75, NOW + 5 * MINUTE, learning.learner, learning.enrolment.pk)


# --- Many at once -----------------------------------------------------------------------------------------------------

@pytest.mark.django_db(transaction=True)
def test_submit_of_a_hundred_people_at_once_gives_a_hundred_certificates(celery_workers):
    course = SmallCourse(lessons=1)
    sittings = [Learning(course).read_all() for _number in range(100)]
    attempts = [sitting.start() for sitting in sittings]
    results = run_at_once([lambda s=sitting, a=attempt: s.submit(a)
                           for sitting, attempt in zip(sittings, attempts, strict=True)])
    assert [result.error for result in results] == [None] * 100
    assert {result.certificate.award for result in results} == {sitting.enrolment.pk for sitting in sittings}
    assert sorted(Certificate.objects.values_list("number", flat=True)) == list(range(1, 101))
    assert Attempt.objects.filter(passed=True, score=1).count() == 100
    assert Enrolment.objects.completed().count() == 100


@pytest.mark.django_db(transaction=True)
def test_submit_of_one_person_from_many_tabs_gives_one_certificate(celery_workers):
    learning = Learning().read_all()
    attempt = learning.start()
    results = run_at_once([lambda: learning.submit(attempt)] * 6)
    assert [result.error for result in results].count(None) == 1
    assert [result.error for result in results].count(AttemptClosed) == 5
    assert {result.certificate for result in results} == {Certificate.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_start_of_one_person_from_many_tabs_gives_one_attempt():
    learning = Learning()
    assert set(run_at_once([learning.start] * 6)) == {Attempt.objects.get()}


@pytest.mark.django_db(transaction=True)
def test_late_save_submit_and_sweep_at_once_give_one_certificate(celery_workers):
    learning = Learning(SmallCourse(quiz={"time_limit": 10})).read_all()
    attempt = learning.start()
    progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=answer(attempt), now=NOW)
    late = attempt.deadline + GRACE + SECOND

    def save():
        with pytest.raises((TimeIsUp, AttemptClosed)):
            progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=[], now=late)

    run_at_once([save, lambda: learning.submit(attempt, now=late), close_overdue_attempts] * 3)
    assert Certificate.objects.get().award == learning.enrolment.pk
    assert Completion.objects.filter(activity=attempt.activity).count() == 1


def test_course_waits_for_an_attempt_that_a_person_still_marks_and_is_then_completed_whatever_the_mark():
    essay = Essay(attempts_allowed=0)
    learning = essay.learning

    def mark(attempt, fraction):
        marking.mark(answer_id=attempt.answers.get().pk, marker=make_user(), fraction=fraction, levels={}, comment="",
                     now=NOW)

    mark(essay.attempt, Fraction(1))
    second = learning.start()
    change = Change(position=0, before="", response="Otro ejemplo")
    progress.submit(attempt_id=second.pk, learner=learning.learner, changes=[change], now=NOW)
    learning.read_all()
    assert (Enrolment.objects.get().completed_at, Certificate.objects.count()) == (None, 0)
    mark(second, Fraction(1, 10))
    enrolment = Enrolment.objects.get()
    assert (enrolment.completed_at, enrolment.percentage, Certificate.objects.count()) == (NOW, 100, 1)
