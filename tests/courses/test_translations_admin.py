"""How the languages of a course stay together in the admin."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from courses.models import Activity, QuizPage
from courses.translating import publish_translation
from tests.courses.authors import get_messages, get_panel, page_url
from tests.factories import make_category, make_module, make_question, make_quiz, make_user


def translate(page, capture, **texts):
    """Publish ``page`` in English by wagtail-localize, the pages above it as they are."""
    english = Locale.objects.get(language_code="en")
    parent = page.get_parent().specific
    if not parent.has_translation(english):
        translate(parent, capture)
    translated = type(page).objects.get(pk=page.pk)
    for name, value in texts.items():
        setattr(translated, name, value)
    with capture(execute=True):
        publish_translation(page=page, translated=translated, locale=english)
    return page.get_translation(english)


def publish(client, page, capture, **changes):
    """Publish a test page with ``changes`` as its editor does."""
    data = {"title": page.title, "slug": page.slug, "introduction": page.introduction, "pass_mark": "60",
            "attempts_allowed": "3", "time_limit": "0", "weight": "0", "counting": "best", "layout": "all",
            "feedback": "end", "delay": "0", "study_hint": page.study_hint, "mark_difference": "20",
            "measure": "", "form_a-count": "0", "form_b-count": "0",
            "items-count": str(len(page.items)),
            "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "1", "seo_title": "",
            "search_description": ""} | changes
    for number, block in enumerate(page.items.raw_data):
        data |= {f"items-{number}-{name}": value for name, value in {
            "deleted": "", "order": number, "type": block["type"], "id": block["id"], "value": block["value"]}.items()}
    with capture(execute=True):
        return client.post(page_url("edit", page), data, follow=True)


@pytest.fixture
def quiz(course):
    return make_quiz(parent=make_module(course=course), introduction="Lea con calma.")


def test_rules_of_test_follow_in_all_languages(trainer, client, quiz, django_capture_on_commit_callbacks):
    english = translate(quiz, django_capture_on_commit_callbacks, introduction="Read calmly.")
    publish(client, quiz, django_capture_on_commit_callbacks, pass_mark="75")
    english = QuizPage.objects.get(pk=english.pk)
    assert (english.pass_mark, english.introduction) == (75, "Read calmly.")


def test_changed_sentence_is_told_and_rules_follow_all_the_same(
        trainer, client, quiz, django_capture_on_commit_callbacks):
    english = translate(quiz, django_capture_on_commit_callbacks, introduction="Read calmly.")
    response = publish(client, quiz, django_capture_on_commit_callbacks, pass_mark="75", introduction="Lea dos veces.")
    assert any("1 sentence is new or has changed" in message for message in get_messages(response))
    english = QuizPage.objects.get(pk=english.pk)
    assert (english.pass_mark, english.introduction) == (75, "Read calmly.")
    [waiting] = get_panel(client, "waiting_translations")["waiting"]
    assert (waiting.page.pk, waiting.missing) == (english.pk, 1)


def test_draw_of_more_than_the_bank_has_is_told(trainer, client, course, django_capture_on_commit_callbacks):
    category = make_category()
    questions = [make_question(category=category) for _number in range(3)]
    quiz = make_quiz(parent=make_module(course=course), draws=[(category, 5)])
    draw = {"items-0-deleted": "", "items-0-order": "0", "items-0-type": "draw", "items-0-id": quiz.items[0].id,
            "items-0-value-category": category.pk, "items-0-value-tag": "", "items-0-value-difficulty": ""}

    def publish_draw(**changes):
        # the form holds the parts of the block; its raw value is of no use to it
        return publish(client, quiz, django_capture_on_commit_callbacks, **draw | {
            f"items-0-value-{name}": value for name, value in changes.items()})

    response = publish_draw(count="5")
    assert any("asks for 5 questions" in message and "only 3" in message for message in get_messages(response))
    assert not any("asks for" in message for message in get_messages(publish_draw(count=str(len(questions)))))


@pytest.mark.parametrize("wrong", [{"category": ""}, {"difficulty": "hard"}])
def test_draw_needs_something_to_draw_from(trainer, client, course, django_capture_on_commit_callbacks, wrong):
    category = make_category()
    make_question(category=category)
    quiz = make_quiz(parent=make_module(course=course), draws=[(category, 1)])
    values = {"category": category.pk, "tag": "", "difficulty": "", "count": "1"} | wrong
    response = publish(client, quiz, django_capture_on_commit_callbacks, pass_mark="75", **{
        f"items-0-value-{name}": value for name, value in values.items()})
    assert "items" in response.context["form"].errors
    assert QuizPage.objects.get(pk=quiz.pk).pass_mark == 60


def test_translated_course_waits_for_nothing(trainer, client, quiz, django_capture_on_commit_callbacks):
    translate(quiz, django_capture_on_commit_callbacks)
    panel = get_panel(client, "waiting_translations")
    assert (panel["waiting"], panel["total"], panel["untranslated"]) == ([], 0, [])


def test_panel_finds_what_was_published_elsewhere(trainer, client, quiz, django_capture_on_commit_callbacks):
    english = translate(quiz, django_capture_on_commit_callbacks)
    quiz.introduction = "Otra."
    quiz.save_revision().publish()
    TranslationSource.objects.update(last_updated_at=timezone.now() - dt.timedelta(days=1))
    [waiting] = get_panel(client, "waiting_translations")["waiting"]
    assert (waiting.page.pk, waiting.missing) == (english.pk, 0)


def test_untranslated_pages_are_counted(trainer, client, lesson):
    english = Locale.objects.get(language_code="en")
    lesson.copy_for_translation(english, copy_parents=True, alias=True)
    assert get_panel(client, "waiting_translations")["untranslated"] == [(english, 3)]


def test_alias_becomes_translation_by_translate_this_page(
        trainer, client, lesson, django_capture_on_commit_callbacks):
    english = Locale.objects.get(language_code="en")
    alias = lesson.copy_for_translation(english, copy_parents=True, alias=True)
    url = reverse("wagtail_localize:submit_page_translation", args=[lesson.pk])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"locales": [english.pk]})
    alias.refresh_from_db()
    assert (alias.alias_of_id, alias.translation_key) == (None, lesson.translation_key)
    assert Activity.objects.filter(kind=Activity.Kind.LESSON).count() == 1


def test_trainer_is_not_offered_what_loses_translations(trainer, client, quiz, django_capture_on_commit_callbacks):
    english = translate(quiz, django_capture_on_commit_callbacks)
    Translation.objects.update(enabled=False)
    offered = []
    for user in (trainer, make_user(is_superuser=True)):
        client.force_login(user)
        html = client.get(page_url("edit", english)).content.decode()
        offered.append([name in html for name in ("localize-restart-translation", "localize-convert-to-alias")])
    assert offered == [[False, False], [True, True]]
