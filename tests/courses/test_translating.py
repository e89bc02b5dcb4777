import pytest
from django.db import transaction
from wagtail.models import Locale, Page

from courses.models import LessonPage
from courses.translating import TranslationMismatch, publish_translation
from tests.courses.learning import SmallCourse
from tests.factories import stable_id, translate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def english():
    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def lesson(english):
    course = SmallCourse()
    translate(course.module)
    return course.lessons[0]


def make_translated(lesson, locale, *texts, **fields):
    body = [{"type": "text", "id": stable_id(*(["text"] if not number else [number])), "value": text}
            for number, text in enumerate(texts)]
    body[0]["id"] = lesson.body[0].id
    return LessonPage(translation_key=lesson.translation_key, locale=locale, **{
        "title": "Listening", "slug": "listening", "body": body, **fields})


def test_publish_translation_makes_the_page_with_the_texts_given(lesson, english):
    page = publish_translation(page=lesson, translated=make_translated(lesson, english, "<p>Listen first.</p>"),
                               locale=english)
    page = LessonPage.objects.get(pk=page.pk)
    assert (page.title, page.slug, page.live, page.alias_of) == ("Listening", "listening", True, None)
    assert page.body[0].value.source == "<p>Listen first.</p>"
    assert (page.body[0].id, page.translation_key) == (lesson.body[0].id, lesson.translation_key)


def test_publish_translation_again_updates_the_same_page(lesson, english):
    pages = [publish_translation(page=lesson, translated=make_translated(lesson, english, text), locale=english)
             for text in ("<p>Listen first.</p>", "<p>Always listen.</p>")]
    assert pages[0].pk == pages[1].pk
    assert LessonPage.objects.get(pk=pages[0].pk).body[0].value.source == "<p>Always listen.</p>"
    assert Page.find_problems() == ([], [], [], [], [])


def test_publish_translation_as_a_draft_is_not_live(lesson, english):
    page = publish_translation(page=lesson, translated=make_translated(lesson, english, "<p>Listen first.</p>"),
                               locale=english, publish=False)
    assert page.live is False


def test_publish_translation_refuses_other_sentences_than_the_source(lesson, english):
    translated = make_translated(lesson, english, "<p>Listen first.</p><p>Then answer.</p>")
    with pytest.raises(TranslationMismatch, match="1 sentences, 2 in the translation"):
        publish_translation(page=lesson, translated=translated, locale=english)
    assert not LessonPage.objects.filter(locale=english).exists()


def test_publish_translation_never_runs_in_a_transaction(lesson, english):
    translated = make_translated(lesson, english, "<p>Listen first.</p>")
    with transaction.atomic(), pytest.raises(RuntimeError):
        publish_translation(page=lesson, translated=translated, locale=english)
