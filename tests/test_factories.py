import pytest

from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_course_tree_and_its_translation_share_activities():
    lesson = factories.make_lesson()
    quiz = factories.make_quiz(parent=lesson.get_parent().specific, questions=[
        factories.make_question(kind=kind) for kind in ("single_choice", "multiple_choice", "true_false")])
    english = factories.translate(lesson)
    assert english.live
    assert (english.translation_key, english.locale.language_code) == (lesson.translation_key, "en")
    assert [block.id for block in english.body] == [block.id for block in lesson.body]
    assert len(quiz.items) == 3


def test_enrolment_is_made_once():
    course_page = factories.make_course()
    learner = factories.make_user()
    enrolment = factories.make_enrolment(learner=learner, course_page=course_page)
    assert factories.make_enrolment(learner=learner, course_page=course_page) == enrolment
    assert enrolment.edition.course_id == course_page.translation_key
