import datetime as dt
from decimal import Decimal

import pytest

from assessments.attempts import AttemptTooSoon, QuizClosed, QuizNotOpen
from assessments.draws import Draw
from assessments.models import Attempt
from assessments.quiz_rules import QuizRules
from courses import progress
from courses.models import Accommodation, QuizPage, QuizWindow
from courses.quizzes import count_lacking, count_questions, get_rules, get_shortages
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import (
    make_category,
    make_edition,
    make_question,
    make_quiz,
    make_user,
    stable_id,
    translate,
)

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def test_rules_hold_questions_and_draws_in_order():
    questions, category = [make_question(), make_question()], make_category()
    quiz = make_quiz(questions=questions, draws=[(category, 5)], pass_mark=Decimal("66.5"), attempts_allowed=2,
                     time_limit=30, shuffle_questions=False, shuffle_options=False)
    rules = QuizRules(sections=(questions[0].pk, questions[1].pk, Draw(5, category=category.pk)),
                      pass_mark=Decimal("66.5"), attempts_allowed=2, time_limit=30, shuffle_questions=False,
                      shuffle_options=False)
    assert get_rules(quiz) == get_rules(QuizPage.objects.get()) == rules
    assert get_rules(translate(quiz)) == rules


def test_rules_leave_out_a_draw_whose_category_is_gone():
    category = make_category()
    quiz = make_quiz(questions=[make_question()], draws=[(category, 5)])
    block = quiz.items.raw_data[1]
    quiz.items = [quiz.items.raw_data[0], {**block, "value": {**block["value"], "category": None}}]
    quiz.save()
    assert len(get_rules(QuizPage.objects.get()).sections) == 1


def test_rules_hold_draws_by_tag_and_difficulty():
    quiz = make_quiz()
    quiz.items = [{"type": "draw", "id": stable_id("draw"),
                   "value": {"category": None, "tag": "refugio", "difficulty": "hard", "count": 2}}]
    quiz.save()
    assert get_rules(QuizPage.objects.get()).sections == (Draw(2, tag="refugio", difficulty="hard"),)


def test_rules_hold_every_setting_and_an_attempt_freezes_it():
    settings = {"layout": "one", "feedback": "closed", "delay": 12, "honour": True, "counting": "average",
                "anonymous_marking": True, "second_marker": True, "mark_difference": 15, "attempts_allowed": 4,
                "time_limit": 40}
    rules = get_rules(make_quiz(**settings))
    assert {name: getattr(rules, name) for name in settings} == settings
    assert rules.freeze() == settings | {"extra_time": 0, "closes_at": None}


def test_count_questions_is_at_most_what_the_bank_has():
    category, fixed = make_category(), make_question()
    pool = [make_question(category=category) for _number in range(4)]
    quiz = make_quiz(questions=[fixed, pool[0]], draws=[(category, 2), (category, 5), (make_category(), 3)])
    assert count_questions(quiz) == 5  # two fixed, and the other three of the category
    assert [(draw.count, size) for draw, size in get_shortages(quiz)] == [(5, 4), (3, 0)]
    make_question(category=category)
    assert count_questions(quiz) == 6
    fixed.delete()
    assert count_questions(quiz) == 5


def test_count_questions_needs_no_query_while_the_bank_stays(django_assert_num_queries):
    category = make_category()
    make_question(category=category)
    quiz = make_quiz(questions=[make_question(), make_question()], draws=[(category, 5)])
    count_questions(quiz)
    quiz = QuizPage.objects.get(pk=quiz.pk)
    with django_assert_num_queries(0):
        assert count_questions(quiz) == 3


# --- Dates and accommodations -----------------------------------------------------------------------------------------

@pytest.fixture
def learning():
    return Learning(SmallCourse(weights=(1, 1), quiz={"time_limit": 60, "attempts_allowed": 2}))


def make_window(learning, **dates):
    return QuizWindow.objects.create(edition=learning.enrolment.edition,
                                     activity_id=learning.course.quizzes[0].translation_key, **dates)


def accommodate(learning, quiz=None, **fields):
    return Accommodation.objects.create(
        enrolment=learning.enrolment, activity_id=quiz and quiz.translation_key, reason="Lee despacio.",
        granted_by=make_user(), granted_at=NOW, **fields)


def get_own_rules(learning, number=0):
    return get_rules(learning.course.quizzes[number], enrolment=learning.enrolment)


def test_dates_are_those_of_the_edition_and_the_test(learning):
    make_window(learning, opens_at=NOW, closes_at=NOW + DAY)
    rules = [get_own_rules(learning, number) for number in (0, 1)]
    assert [(each.opens_at, each.closes_at) for each in rules] == [(NOW, NOW + DAY), (None, None)]
    other = Learning(learning.course, edition=make_edition(course_page=learning.course.page))
    assert get_own_rules(other).opens_at is None


def test_accommodation_is_for_one_person_in_one_test_or_in_all(learning):
    accommodate(learning, learning.course.quizzes[1], extra_attempts=1)
    accommodate(learning, extra_time=50)
    rules = [get_own_rules(learning, number) for number in (0, 1)]
    assert [(each.time_allowed, each.attempts_allowed) for each in rules] == [(90 * MINUTE, 2), (90 * MINUTE, 3)]
    assert get_own_rules(Learning(learning.course)).time_allowed == 60 * MINUTE


def test_accommodations_together_give_what_helps_more(learning):
    make_window(learning, opens_at=NOW, closes_at=NOW + DAY)
    accommodate(learning, extra_time=50, extra_attempts=2, closes_at=NOW + 3 * DAY)
    accommodate(learning, learning.course.quizzes[0], extra_time=25, extra_attempts=1, closes_at=NOW + 2 * DAY,
                opens_at=NOW - DAY)
    rules = get_own_rules(learning)
    assert (rules.time_allowed, rules.attempts_allowed, rules.opens_at, rules.closes_at) == (
        90 * MINUTE, 4, NOW - DAY, NOW + 3 * DAY)


def test_accommodation_leaves_what_has_no_limit_without_one():
    learning = Learning(SmallCourse(quiz={"time_limit": 0, "attempts_allowed": 0}))
    accommodate(learning, extra_time=50, extra_attempts=2)
    rules = get_own_rules(learning)
    assert (rules.time_allowed, rules.attempts_allowed) == (None, 0)


def test_attempt_starts_only_within_the_dates_and_ends_with_them(learning):
    make_window(learning, opens_at=NOW, closes_at=NOW + 30 * MINUTE)

    def start(now):
        return progress.start_attempt(enrolment=learning.enrolment, rules=get_own_rules(learning), now=now,
                                      activity=learning.course.quizzes[0].translation_key)

    with pytest.raises(QuizNotOpen) as refusal:
        start(NOW - MINUTE)
    assert refusal.value.when == NOW
    with pytest.raises(QuizClosed):
        start(NOW + 30 * MINUTE)
    assert start(NOW).deadline == NOW + 30 * MINUTE


def test_attempt_too_soon_says_when():
    learning = Learning(SmallCourse(quiz={"delay": 24}))
    handed_in = learning.submit(learning.start(), right=False, now=NOW + MINUTE)[0].submitted_at
    with pytest.raises(AttemptTooSoon) as refusal:
        learning.start(now=handed_in + DAY - MINUTE)
    assert refusal.value.when == handed_in + DAY
    assert learning.start(now=handed_in + DAY).number == 2


def test_setting_changed_during_an_attempt_leaves_it_as_it_was(learning):
    attempt = learning.start()
    quiz = learning.course.quizzes[0]
    quiz.time_limit, quiz.pass_mark, quiz.feedback = 5, 100, "now"
    quiz.save()
    accommodate(learning, extra_time=100)
    make_window(learning, closes_at=NOW + MINUTE)
    before = Attempt.objects.values().get()
    assert learning.start(now=NOW + MINUTE) == attempt
    assert Attempt.objects.values().get() == before


def test_rules_of_many_cost_no_query_until_a_date_or_an_exception_changes(learning, django_assert_num_queries):
    quiz, enrolment = learning.course.quizzes[0], learning.enrolment
    window = make_window(learning, opens_at=NOW)
    get_rules(quiz, enrolment=enrolment)
    with django_assert_num_queries(0):
        assert get_rules(quiz, enrolment=enrolment).opens_at == NOW
    window.opens_at = None
    window.closes_at = NOW
    window.save()
    rules = get_rules(quiz, enrolment=enrolment)
    assert (rules.opens_at, rules.closes_at) == (None, NOW)
    window.delete()
    assert get_rules(quiz, enrolment=enrolment).closes_at is None


def test_lacking_are_those_that_draws_take_from_each_other():
    category = make_category()
    questions = [make_question(category=category) for _number in range(4)]
    quiz = make_quiz(questions=questions[:1], draws=[(category, 2), (category, 2)])
    assert (get_shortages(quiz), count_questions(quiz), count_lacking(quiz)) == ([], 4, 1)
    make_question(category=category)
    assert (count_questions(quiz), count_lacking(quiz)) == (5, 0)
