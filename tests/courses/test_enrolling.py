import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.enrolling import (
    ByAssignmentOnly,
    EditionFull,
    EditionNotOpen,
    enrol,
    get_enrolment,
    get_joinable_edition,
)
from courses.models import Edition, Enrolment
from tests.courses.learning import Learning, SmallCourse
from tests.factories import get_edition, make_course, make_edition, make_enrolment, make_user
from tests.threads import run_at_once

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def test_enrol_makes_one_enrolment_with_its_time():
    learner, edition = make_user(), get_edition(make_course())
    enrolment = enrol(learner=learner, edition=edition, now=NOW)
    assert (enrolment.learner, enrolment.edition, enrolment.enrolled_at) == (learner, edition, NOW)
    assert enrol(learner=learner, edition=edition, now=NOW + HOUR) == enrolment
    assert Enrolment.objects.get().enrolled_at == NOW


@pytest.mark.parametrize(("dates", "is_open"), [
    ({}, True), ({"opens_at": NOW}, True), ({"opens_at": NOW + HOUR}, False),
    ({"closes_at": NOW}, False), ({"closes_at": NOW + HOUR}, True), ({"opens_at": NOW - HOUR, "closes_at": NOW}, False),
])
def test_enrol_looks_at_the_dates(dates, is_open):
    edition = make_edition(**dates)
    if is_open:
        assert enrol(learner=make_user(), edition=edition, now=NOW).edition == edition
    else:
        with pytest.raises(EditionNotOpen):
            enrol(learner=make_user(), edition=edition, now=NOW)
        assert not Enrolment.objects.exists()


def test_enrol_refuses_when_all_places_are_taken():
    edition = make_edition(seats=1)
    first = enrol(learner=make_user(), edition=edition, now=NOW)
    with pytest.raises(EditionFull):
        enrol(learner=make_user(), edition=edition, now=NOW)
    assert enrol(learner=first.learner, edition=edition, now=NOW) == first


def test_enrol_with_no_places_at_all_is_full():
    with pytest.raises(EditionFull):
        enrol(learner=make_user(), edition=make_edition(seats=0), now=NOW)


def test_enrol_by_oneself_is_refused_where_people_are_assigned():
    edition = make_edition(mode=Edition.Mode.ASSIGNED)
    with pytest.raises(ByAssignmentOnly):
        enrol(learner=make_user(), edition=edition, now=NOW)
    assert enrol(learner=make_user(), edition=edition, now=NOW, assigned=True).edition == edition


def test_enrol_again_after_the_edition_closed_gives_the_enrolment():
    edition = make_edition(closes_at=NOW)
    enrolment = enrol(learner=make_user(), edition=edition, now=NOW - HOUR)
    assert enrol(learner=enrolment.learner, edition=edition, now=NOW + HOUR) == enrolment


def test_joinable_edition_is_the_always_open_one_then_the_first_to_close():
    page = SmallCourse().page
    key = page.translation_key
    make_edition(course_page=page, closes_at=NOW + 3 * HOUR)
    soon = make_edition(course_page=page, closes_at=NOW + 2 * HOUR)
    make_edition(course_page=page, closes_at=NOW + HOUR, mode=Edition.Mode.ASSIGNED)
    make_edition(course_page=page, opens_at=NOW + HOUR)
    make_edition(course_page=SmallCourse().page)
    assert get_joinable_edition(course=key, now=NOW) == get_edition(page)
    Edition.objects.filter(is_default=True, course=key).update(closes_at=NOW)
    assert get_joinable_edition(course=key, now=NOW) == soon
    Edition.objects.filter(course=key).update(opens_at=None, closes_at=NOW)
    assert get_joinable_edition(course=key, now=NOW) is None


def test_get_enrolment_prefers_the_one_not_completed_then_the_last():
    page, learner = make_course(), make_user()
    first = make_enrolment(learner=learner, course_page=page, now=NOW)
    second = make_enrolment(learner=learner, edition=make_edition(course_page=page), now=NOW + HOUR)
    key = page.translation_key
    assert get_enrolment(learner=learner, course=key, now=NOW) == second
    Enrolment.objects.filter(pk=second.pk).update(
        completed_at=NOW, hours=1, hours_kind="chronological", staff_type="not_stated", sex="not_stated")
    assert get_enrolment(learner=learner, course=key, now=NOW) == first


def test_get_enrolment_prefers_what_was_completed_to_what_was_left_in_a_closed_edition():
    learning = Learning()
    learning.finish()
    page, learner = learning.course.page, learning.learner
    left = make_enrolment(learner=learner, edition=make_edition(course_page=page, closes_at=NOW + HOUR),
                          now=NOW + HOUR / 2)
    key = page.translation_key
    assert get_enrolment(learner=learner, course=key, now=NOW) == left
    assert get_enrolment(learner=learner, course=key, now=NOW + HOUR) == learning.enrolment
    Enrolment.objects.filter(pk=learning.enrolment.pk).delete()
    assert get_enrolment(learner=learner, course=key, now=NOW + HOUR) == left


def test_get_enrolment_is_ones_own():
    page = make_course()
    make_enrolment(course_page=page)
    assert get_enrolment(learner=make_user(), course=page.translation_key, now=NOW) is None
    assert get_enrolment(learner=AnonymousUser(), course=page.translation_key, now=NOW) is None


@pytest.mark.django_db(transaction=True)
def test_enrol_of_many_at_once_never_gives_more_than_the_places():
    edition, people = make_edition(seats=3), [make_user() for _number in range(12)]

    def join(learner):
        try:
            return enrol(learner=learner, edition=edition, now=NOW)
        except EditionFull:
            return None

    enrolments = run_at_once([lambda learner=learner: join(learner) for learner in people])
    assert sum(enrolment is not None for enrolment in enrolments) == 3
    assert edition.enrolments.count() == 3


@pytest.mark.django_db(transaction=True)
def test_enrol_of_one_person_from_many_tabs_makes_one():
    edition, learner = make_edition(), make_user()
    enrolments = run_at_once([lambda: enrol(learner=learner, edition=edition, now=NOW)] * 6)
    assert set(enrolments) == {Enrolment.objects.get()}
