import datetime as dt

import pytest
from django.utils.translation import override

from certificates.models import Certificate
from courses import progress
from courses.dashboard import get_courses_of
from courses.enrolling import get_enrolment
from courses.outline import get_outline
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_edition, make_enrolment, make_user, translate

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def visit(learning, activity, now):
    item = get_outline(course_path=learning.course.page.path).get_item(activity.translation_key)
    progress.record_visit(enrolment=learning.enrolment, item=item, language="es", now=now)


def test_current_course_tells_progress_and_what_is_next():
    course = SmallCourse(lessons=3)
    edition = make_edition(course_page=course.page, closes_at=NOW + 30 * DAY)
    learning = Learning(course, edition=edition)
    learning.read(course.lessons[0])
    visit(learning, course.lessons[1], NOW + DAY)
    (current,), completed, _paths = get_courses_of(learner=learning.learner, now=NOW)
    assert (current.course, current.title, current.url, current.next_title) == (
        course.key, course.page.title, course.page.get_url(), course.lessons[1].title)
    assert (current.done, current.total, current.percent) == (1, 4, 25)
    assert (current.last_seen_at, current.closes_at, completed) == (NOW + DAY, NOW + 30 * DAY, [])
    assert str(course.key) in current.continue_url


def test_courses_come_with_the_last_one_seen_first():
    learner = make_user()
    first, second, third = (Learning(SmallCourse(), learner=learner, now=NOW + number * DAY) for number in range(3))
    visit(first, first.course.lessons[0], NOW + 5 * DAY)
    current, _completed, _paths = get_courses_of(learner=learner, now=NOW)
    assert [entry.course for entry in current] == [first.course.key, third.course.key, second.course.key]


def test_completed_course_tells_what_was_true_then():
    learning = Learning(SmallCourse(title="Como se llamaba"))
    certificate = learning.finish()
    page = learning.course.page
    page.title = "Como se llama"
    page.save_revision().publish()
    current, (completed,), _paths = get_courses_of(learner=learning.learner, now=NOW)
    assert (current, completed.title, completed.url) == ([], "Como se llamaba", page.get_url())
    assert (completed.completed_at, completed.percentage, completed.certificate) == (NOW, 100, certificate)


def test_completed_course_stays_when_it_is_withdrawn_and_a_current_one_does_not():
    learner = make_user()
    done, running = Learning(SmallCourse(), learner=learner), Learning(SmallCourse(), learner=learner)
    done.finish()
    for learning in (done, running):
        learning.course.page.unpublish()
    current, completed, _paths = get_courses_of(learner=learner, now=NOW)
    assert (current, [(entry.course, entry.url) for entry in completed]) == ([], [(done.course.key, "")])


def test_completed_course_never_shows_a_replaced_certificate():
    learning = Learning()
    learning.finish()
    Certificate.objects.update(state="superseded", ended_at=NOW)
    _current, (completed,), _paths = get_courses_of(learner=learning.learner, now=NOW)
    assert completed.certificate is None


def test_titles_are_in_the_active_language():
    learner, done, running = make_user(), SmallCourse(), SmallCourse()
    for course in (done, running):
        translate(course.page, title="In English")
    Learning(done, learner=learner).finish()
    Learning(running, learner=learner)
    with override("en"):
        (current,), (completed,), _paths = get_courses_of(learner=learner, now=NOW)
    assert (current.title, completed.title) == ("In English", "In English")
    assert current.url.startswith("/en/")


def test_course_with_two_editions_shows_the_one_that_continue_opens():
    course, learner = SmallCourse(lessons=2), make_user()
    older = Learning(course, learner=learner)
    newer = Learning(course, learner=learner, edition=make_edition(course_page=course.page), now=NOW + DAY)
    newer.read()
    assert get_enrolment(learner=learner, course=course.key, now=NOW) == newer.enrolment != older.enrolment
    (current,), _completed, _paths = get_courses_of(learner=learner, now=NOW)
    assert current.done == 1


def test_what_was_left_of_a_completed_course_is_no_course_under_way():
    """As on the course's own page: enrolling.choose_enrolment."""
    learning = Learning()
    learning.finish()
    page, learner = learning.course.page, learning.learner
    make_enrolment(learner=learner, edition=make_edition(course_page=page, closes_at=NOW + DAY), now=NOW)
    for now, under_way in ((NOW, 1), (NOW + DAY, 0)):
        current, completed, _paths = get_courses_of(learner=learner, now=now)
        assert (len(current), len(completed)) == (under_way, 1)


def test_courses_are_ones_own():
    Learning().finish()
    assert get_courses_of(learner=make_user(), now=NOW) == ([], [], [])


def test_courses_cost_the_same_for_one_and_for_three(django_assert_num_queries):
    learner = make_user()
    Learning(learner=learner)
    Learning(learner=learner).finish()
    get_courses_of(learner=learner, now=NOW)  # the pages are remembered
    with django_assert_num_queries(5):
        get_courses_of(learner=learner, now=NOW)
    for _number in range(2):
        Learning(SmallCourse(), learner=learner)
        Learning(SmallCourse(), learner=learner).finish()
    get_courses_of(learner=learner, now=NOW)
    with django_assert_num_queries(5):
        current, completed, _paths = get_courses_of(learner=learner, now=NOW)
    assert (len(current), len(completed)) == (3, 3)
