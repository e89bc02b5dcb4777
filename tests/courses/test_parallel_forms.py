import pytest

from assessments.models import Attempt
from courses import progress
from courses.models import Enrolment
from courses.quizzes import count_lacking, count_questions, get_rules, get_shortages
from tests.courses.gaining import GainCourse, Gaining, make_items
from tests.courses.learning import NOW, Learning
from tests.factories import make_category, make_edition, make_question, translate
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def test_forms_go_by_turns_and_the_post_test_has_the_other_one():
    course = GainCourse()
    people = [Gaining(course) for _number in range(4)]
    before = [course.get_form(person.start()) for person in people]
    after = [course.get_form(person.start(course.post)) for person in people]
    assert (before, after) == (["A", "B", "A", "B"], ["B", "A", "B", "A"])


def test_forms_go_by_turns_in_each_edition():
    course = GainCourse()
    Gaining(course).start()
    other = make_edition(course_page=course.page)
    assert course.get_form(Gaining(course, edition=other).start()) == "A"
    assert course.get_form(Gaining(course).start()) == "B"


def test_form_is_frozen_in_the_attempt_and_kept_with_the_enrolment():
    course = GainCourse()
    person = Gaining(course)
    attempt = person.start()
    assert (attempt.rules["form"], attempt.rules["measure"]) == ("A", "pre")
    assert Enrolment.objects.get().first_form == "A"
    assert person.start() == attempt
    assert person.start(course.post).rules["form"] == "B"


def test_post_test_without_pre_test_takes_a_turn_too():
    course = GainCourse()
    assert course.get_form(Gaining(course).start(course.post)) == "B"
    other = Gaining(course)
    assert course.get_form(other.start(course.post)) == "A"
    assert course.get_form(other.start(course.pre)) == "B"


def test_second_attempt_has_the_same_form():
    course = GainCourse(post={"attempts_allowed": 0})
    person = Gaining(course)
    assert {course.get_form(person.take(course.post, 0)) for _number in range(3)} == {"B"}


def test_start_that_is_refused_takes_no_turn():
    course = GainCourse(honour=True)
    with pytest.raises(progress.attempts.HonourNotAccepted):
        Gaining(course).start()
    assert Enrolment.objects.get().first_form == ""


@pytest.mark.django_db(transaction=True)
def test_forms_are_even_however_many_start_at_once():
    course = GainCourse()
    people = [Gaining(course) for _number in range(10)]
    forms = [course.get_form(attempt) for attempt in run_at_once([person.start for person in people])]
    assert sorted(forms) == ["A"] * 5 + ["B"] * 5
    assert Attempt.objects.count() == 10


def test_quiz_without_forms_changes_nothing(django_assert_num_queries):
    learning = Learning()
    rules = get_rules(learning.course.quizzes[0])
    assert (rules.forms, rules.measure) == ({}, "")
    assert not {"form", "measure"} & learning.start().rules.keys()
    assert Enrolment.objects.get().first_form == ""


def test_forms_are_the_same_in_every_language():
    course = GainCourse()
    assert get_rules(translate(course.pre)) == get_rules(course.pre)
    assert get_rules(course.pre).forms == {"A": (course.common.pk, course.only_a.pk),
                                           "B": (course.common.pk, course.only_b.pk)}


def test_draw_for_both_forms_is_drawn_once():
    course, category = GainCourse(), make_category()
    for _number in range(6):
        make_question(category=category)
    course.pre.items = [*make_items(course.common), {
        "type": "draw", "id": make_items(course.only_a)[0]["id"], "value": {"category": category.pk, "count": 2}}]
    course.pre.save()
    assert len(Gaining(course).start().form) == count_questions(course.pre) == 4


def test_numbers_of_questions_are_those_of_one_form():
    course, category = GainCourse(), make_category()
    assert (count_questions(course.pre), count_lacking(course.pre)) == (2, 0)
    draw = {"type": "draw", "id": make_items(course.common)[0]["id"], "value": {"category": category.pk, "count": 3}}
    make_question(category=category)
    course.pre.form_b = [draw]
    assert count_lacking(course.pre) == 2
    assert [size for _draw, size in get_shortages(course.pre)] == [1]


def test_statements_to_start_are_as_many_for_the_first_and_the_third(django_assert_max_num_queries):
    course = GainCourse()
    people = [Gaining(course) for _number in range(3)]
    for person in people:
        with django_assert_max_num_queries(16):
            person.start(now=NOW)
