import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from courses.models import CoursePage, Edition, LearningPath
from courses.paths import get_path, search_paths
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import localized, make_learning_path, make_user, translate

pytestmark = pytest.mark.django_db


def prepare(path):
    return LearningPath.objects.prefetch_related("steps").get(pk=path.pk)


def test_path_shows_how_far_its_learner_is_in_each_course():
    first, second, third = SmallCourse(lessons=3), SmallCourse(), SmallCourse()
    Edition.objects.filter(course=second.key).update(certificate_valid_months=12)
    path = make_learning_path(second.page, first.page, third.page)
    learner = make_user()
    Learning(first, learner=learner).read()
    Learning(second, learner=learner).finish()
    progress = get_path(path=prepare(path), learner=learner, now=NOW)
    assert [(step.page, step.done, step.percent) for step in progress.steps] == [
        (second.page, True, None), (first.page, False, 25), (third.page, False, None)]
    assert [step.valid_until and step.valid_until.date() for step in progress.steps] == [
        dt.date(2027, 11, 23), None, None]  # the end of the day before, in Chile
    assert (progress.done, progress.total, progress.is_complete, progress.certificate) == (1, 3, False, None)


def test_path_that_was_completed_has_its_certificate():
    learning = Learning()
    path = make_learning_path(learning.course.page)
    learning.finish()
    progress = get_path(path=prepare(path), learner=learning.learner, now=NOW)
    assert (progress.is_complete, progress.certificate.kind) == (True, "path")
    for stranger in (make_user(), AnonymousUser()):
        progress = get_path(path=prepare(path), learner=stranger, now=NOW)
        assert (progress.done, progress.certificate) == (0, None)


def test_course_whose_certificate_has_expired_is_to_be_renewed():
    learning = Learning()
    Edition.objects.update(certificate_valid_months=1)
    path = make_learning_path(learning.course.page)
    learning.finish()
    (step,) = get_path(path=prepare(path), learner=learning.learner, now=NOW + dt.timedelta(days=40)).steps
    assert (step.done, step.valid_until) == (False, None)


def test_hours_of_a_path_are_added_up_in_those_of_the_clock():
    first, second = SmallCourse(hours=3), SmallCourse(hours=4)
    path = make_learning_path(first.page, second.page)
    assert get_path(path=prepare(path), learner=AnonymousUser(), now=NOW).hours.number == 7
    CoursePage.objects.filter(pk=second.page.pk).update(hours_kind="pedagogical")
    assert get_path(path=prepare(path), learner=AnonymousUser(), now=NOW).hours.number == Decimal(6)
    CoursePage.objects.update(live=False)
    assert get_path(path=prepare(path), learner=AnonymousUser(), now=NOW).hours is None


def test_course_that_is_not_translated_is_shown_in_the_first_language():
    first, second = SmallCourse(title="Uno"), SmallCourse(title="Dos")
    translate(first.page, title="One", slug="one")
    path = make_learning_path(first.page, second.page)
    with override("en"):
        assert [step.title for step in get_path(path=prepare(path), learner=AnonymousUser(), now=NOW).steps] == [
            "One", "Dos"]


def test_paths_are_found_by_their_words_when_offered_and_not_empty():
    course, withdrawn = SmallCourse(), SmallCourse()
    path = make_learning_path(course.page, titles=localized("Atención en común", "Shared service"))
    make_learning_path(course.page, is_offered=False)
    make_learning_path(withdrawn.page)
    withdrawn.page.unpublish()
    assert [found.path for found in search_paths()] == [path.pk]
    assert [found.path for found in search_paths(query="COMUN atencion")] == [path.pk]
    assert search_paths(query="otra") == []


def test_paths_cost_the_same_for_one_and_for_three(django_assert_num_queries):
    make_learning_path(SmallCourse().page)
    search_paths()  # the roots of the site are remembered
    with django_assert_num_queries(3):
        search_paths()
    for _number in range(2):
        make_learning_path(SmallCourse().page, SmallCourse().page)
    with django_assert_num_queries(3):
        assert [path.total for path in search_paths()] == [1, 2, 2]


def test_path_is_visible_while_offered_and_then_to_whoever_completed_it():
    learning = Learning()
    path = make_learning_path(learning.course.page)
    learning.finish()
    people = (learning.learner, make_user(), AnonymousUser())
    assert [LearningPath.objects.visible_to(person).filter(pk=path.pk).exists() for person in people] == [True] * 3
    LearningPath.objects.update(is_offered=False)
    assert [LearningPath.objects.visible_to(person).filter(pk=path.pk).exists() for person in people] == [
        True, False, False]
