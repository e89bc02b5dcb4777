from fractions import Fraction

import pytest

from assessments.models import Attempt
from courses.gains import find_hidden, get_measured_tests, measure_course, measure_editions, read_people
from courses.models import QuizPage
from tests.courses.gaining import GainCourse, Gaining, make_gaining
from tests.courses.learning import SmallCourse
from tests.factories import get_edition, make_edition, make_quiz, translate

pytestmark = pytest.mark.django_db


def read(course):
    return read_people(Attempt.objects.all(), [get_measured_tests()[course.key]])


def test_measured_tests_are_those_of_a_course_with_both():
    course, half = GainCourse(), GainCourse()
    SmallCourse()
    QuizPage.objects.filter(pk=half.post.pk).update(measure="")
    translate(course.pre)
    assert get_measured_tests() == {course.key: (course.pre.translation_key, course.post.translation_key)}
    assert get_measured_tests([half.key]) == {}


def test_measured_test_is_the_published_one_of_two():
    course = GainCourse()
    copy = make_quiz(parent=course.page, measure="pre")
    assert get_measured_tests()[course.key].pre == course.pre.translation_key
    QuizPage.objects.filter(pk=course.pre.pk).update(live=False)
    assert get_measured_tests()[course.key].pre == copy.translation_key


def test_people_are_matched_by_enrolment_with_the_form_of_their_pre_test():
    course = GainCourse()
    one, other, third = (each.learner.pk for each in make_gaining(course, [(1, 2), (None, 1), (0, None)]))
    edition = get_edition(course.page).pk
    assert sorted(read(course), key=str) == sorted([
        (one, edition, Fraction(50), Fraction(100), "A"), (other, edition, None, Fraction(50), "B"),
        (third, edition, Fraction(0), None, "A")], key=str)


def test_same_person_in_two_editions_is_never_mixed():
    course = GainCourse(with_forms=False)
    person = Gaining(course)
    person.take(course.pre, 0)
    Gaining(course, learner=person.learner, edition=make_edition(course_page=course.page)).take(course.post, 2)
    assert [each.is_pair for each in read(course)] == [False, False]


def test_first_attempt_counts_and_not_a_better_one():
    course = GainCourse(with_forms=False, post={"attempts_allowed": 0, "pass_mark": 100})
    [person] = make_gaining(course, [(0, 1)])
    person.take(course.post, 2)
    assert [each.post for each in read(course)] == [50]


def test_attempt_without_a_result_does_not_count():
    course = GainCourse()
    [person] = make_gaining(course, [(1, None)])
    person.start(course.post)
    assert [each.post for each in read(course)] == [None]


def test_course_gain_has_the_whole_the_editions_and_the_forms():
    course = GainCourse()
    second = make_edition(course_page=course.page, name="2026")
    make_gaining(course, [(0, 1), (1, 2), (2, 2), (1, 1), (0, 2), (1, 0), (0, 1), (0, 1), (1, 2), (1, 2), (0, None)])
    make_gaining(course, [(0, 2)] * 5 + [(None, 1)], edition=second)
    measured = measure_course(course.key, Attempt.objects.all())
    total = measured.total
    assert (total.gain.n, total.only_pre, total.only_post) == (15, 1, 1)
    assert (total.gain.undefined, total.gain.negative) == (1, 1)
    assert [(each.name, each.gain.n, each.is_hidden) for each in measured.editions] == [
        (str(get_edition(course.page)), 10, False), ("2026", 5, False)]
    assert measured.editions[1].gain.g_of_means == 1
    assert [(each.name, each.gain.n) for each in measured.forms] == [("A", 8), ("B", 7)]


def test_course_without_forms_has_no_table_of_them():
    course = GainCourse(with_forms=False)
    make_gaining(course, [(0, 1)])
    assert measure_course(course.key, Attempt.objects.all()).forms == []
    assert measure_course(SmallCourse().key, Attempt.objects.all()) is None


@pytest.mark.parametrize(("sizes", "hidden"), [
    ([9, 8], set()), ([4, 3], {0, 1}), ([9, 5, 2], {1, 2}), ([9, 4, 1], {1, 2}), ([9, 4, 2], {1, 2}), ([9, 0], {1}),
    ([6, 1], {0, 1}), ([20, 7, 6, 1], {2, 3})])
def test_small_groups_are_hidden_so_that_none_can_be_computed(sizes, hidden):
    assert find_hidden([{(place, person) for person in range(size)} for place, size in enumerate(sizes)]) == hidden


def test_groups_of_the_same_people_are_hidden_as_one():
    few = set(range(4))
    assert find_hidden([few, few, set(range(10, 20)), set(range(20, 26))]) == {0, 1, 3}
    assert find_hidden([few, set(range(4, 8)), set(range(10, 20))]) == {0, 1}


def test_pairs_of_few_people_show_nothing():
    course = GainCourse(with_forms=False)
    people = make_gaining(course, [(0, 1)] * 4)
    second = make_edition(course_page=course.page)
    for person in people:
        again = Gaining(course, learner=person.learner, edition=second)
        again.take(course.pre, 0)
        again.take(course.post, 2)
    group = measure_editions([second.pk, get_edition(course.page).pk])
    assert (group.gain.n, group.is_hidden, group.has_gains) == (8, True, False)
    assert measure_course(course.key, Attempt.objects.all()).total.is_hidden
    make_gaining(course, [(2, 2)])
    group = measure_editions([second.pk, get_edition(course.page).pk])
    assert (group.gain.n, group.gain.defined, group.is_hidden, group.has_gains) == (9, 8, False, False)


def test_gain_over_editions_and_courses_is_that_of_all_pairs():
    one, other = GainCourse(with_forms=False), GainCourse(with_forms=False)
    make_gaining(one, [(0, 1), (1, 2), (0, 0), (None, 2)])
    make_gaining(other, [(1, 1), (0, 2)])
    make_gaining(other, [(0, 0)] * 2, edition=make_edition(course_page=other.page))
    group = measure_editions([get_edition(one.page).pk, get_edition(other.page).pk])
    assert (group.gain.n, group.only_post, group.is_hidden) == (5, 1, False)
    assert (group.gain.pre_mean, group.gain.post_mean) == (20, 60)
    assert measure_editions([get_edition(one.page).pk]).is_hidden
    assert measure_editions([]).gain.n == 0


def test_gain_over_editions_costs_the_same_for_more(django_assert_max_num_queries):
    courses = [GainCourse(with_forms=False) for _number in range(3)]
    for course in courses:
        make_gaining(course, [(0, 1), (1, 2)])
    editions = [get_edition(course.page).pk for course in courses]
    for size in (1, 3):
        with django_assert_max_num_queries(5):
            assert measure_editions(editions[:size]).gain.n == 2 * size
