"""The course that the platform shows itself with. It is loaded once for all these tests, because that takes seconds."""

from collections import Counter

import pytest
from django.conf import settings
from django.test import override_settings
from wagtail.models import Page

from assessments.models import Question
from courses.demonstration.loading import COURSE
from courses.importing.writing import import_course
from courses.models import CoursePage, LessonPage, ModulePage, QuizPage
from courses.outline import get_outline
from courses.quizzes import count_questions
from courses.site_setup import set_up_site

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")), django_db_blocker.unblock():
        set_up_site()
        import_course(COURSE)
        yield
        django_db_setup.create()


def get_live(model, language):
    return model.objects.live().filter(locale__language_code=language)


@LANGUAGES
def test_course_is_whole_in_each_language(language):
    course = get_live(CoursePage, language).get()
    assert get_live(ModulePage, language).count() == 4
    assert get_live(LessonPage, language).count() == 12
    assert get_live(QuizPage, language).count() == 5
    assert not Page.objects.filter(path__startswith=course.path, alias_of__isnull=False).exists()


def test_final_test_draws_15_of_at_least_30_questions_with_feedback_for_each_option():
    final = QuizPage.objects.child_of(get_live(CoursePage, "es").get()).get()
    (draw,) = final.items
    questions = Question.objects.filter(category=draw.value["category"])
    assert (count_questions(final), questions.count() >= 30) == (15, True)
    for question in Question.objects.all():
        for option in question.version.content["options"]:
            assert all(option["feedback"][code] for code, _name in settings.LANGUAGES), question.code


def test_languages_hold_the_same_blocks_and_other_words():
    for lesson in get_live(LessonPage, "es"):
        english = lesson.get_translations().get().specific
        assert [(block.id, block.block_type) for block in lesson.body] == [
            (block.id, block.block_type) for block in english.body]
        texts, translated = (Counter(block.value.source for block in page.body if block.block_type == "text")
                             for page in (lesson, english))
        # A heading that is a name, such as «Chile», is the same in both.
        assert all(len(text) < 60 for text in texts & translated)


@LANGUAGES
def test_every_page_answers_and_is_of_the_right_size(client, language, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("a@puentes.test", given_names="A", first_surname="B"))
    course = get_live(CoursePage, language).get()
    for page in Page.objects.filter(path__startswith=course.path):
        response = client.get(page.get_url())
        assert response.status_code == 200, page.get_url()
        assert page.title in response.content.decode().replace("&#x27;", "'"), page.get_url()
    assert get_outline(course_path=course.path).total == 17


def test_tree_is_whole():
    assert Page.find_problems() == ([], [], [], [], [])
