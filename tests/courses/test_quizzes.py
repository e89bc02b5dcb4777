from decimal import Decimal

import pytest

from assessments.attempts import Draw, QuizRules
from courses.models import QuizPage
from courses.quizzes import count_questions, get_rules
from tests.factories import make_category, make_question, make_quiz, translate

pytestmark = pytest.mark.django_db


def test_rules_hold_questions_and_draws_in_order():
    questions, category = [make_question(), make_question()], make_category()
    quiz = make_quiz(questions=questions, draws=[(category, 5)], pass_mark=Decimal("66.5"), attempts_allowed=2,
                     time_limit=30, shuffle_questions=False, shuffle_options=False)
    rules = QuizRules(sections=(questions[0].pk, questions[1].pk, Draw(category.pk, 5)), pass_mark=Decimal("66.5"),
                      attempts_allowed=2, time_limit=30, shuffle_questions=False, shuffle_options=False)
    assert get_rules(quiz) == get_rules(QuizPage.objects.get()) == rules
    assert get_rules(translate(quiz)) == rules


def test_rules_leave_out_a_draw_whose_category_is_gone():
    category = make_category()
    quiz = make_quiz(questions=[make_question()], draws=[(category, 5)])
    block = quiz.items.raw_data[1]
    quiz.items = [quiz.items.raw_data[0], {**block, "value": {**block["value"], "category": None}}]
    quiz.save()
    assert len(get_rules(QuizPage.objects.get()).sections) == 1


def test_count_questions_needs_no_query(django_assert_num_queries):
    quiz = make_quiz(questions=[make_question(), make_question()], draws=[(make_category(), 5), (make_category(), 3)])
    quiz = QuizPage.objects.get(pk=quiz.pk)
    with django_assert_num_queries(0):
        assert count_questions(quiz) == 10
