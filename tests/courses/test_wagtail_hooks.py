"""The trainers' side of the admin: lists, panels, guards, and how the languages stay together."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource

from courses.models import Activity, ActivityVisit, Course, CoursePage, Edition, LessonPage, QuizPage
from courses.translating import publish_translation
from tests.courses.authors import make_site, make_trainer
from tests.factories import (
    get_edition,
    make_category,
    make_course,
    make_edition,
    make_enrolment,
    make_lesson,
    make_module,
    make_question,
    make_quiz,
    make_user,
    stable_id,
)

HOME = reverse("wagtailadmin_home")


@pytest.fixture
def catalogue(db, django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(catalogue, client):
    user = make_trainer()
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"  # the texts in the code
    return user


@pytest.fixture
def course(catalogue):
    return make_course(catalogue=catalogue)


@pytest.fixture
def lesson(course):
    return make_lesson(module=make_module(course=course))


def get_messages(response):
    return [str(message.message) for message in response.context["messages"]]


def page_url(name, page, *more):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *more])


def leave_record(course, activity):
    """A learner who has opened ``activity``."""
    enrolment = make_enrolment(course_page=course)
    ActivityVisit.objects.create(enrolment=enrolment, activity_id=activity.translation_key,
                                 first_seen_at=timezone.now())


# --- Who --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("url", [HOME, reverse("editions:index"), reverse("editions:add")])
def test_admin_is_for_authors(catalogue, client, url):
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code == 302
    client.force_login(make_trainer())
    assert client.get(url).status_code == 200


def test_trainer_finds_what_trainers_need_in_menu(trainer, client):
    from wagtail.admin.menu import admin_menu

    request = client.get(HOME).wsgi_request
    names = {item.name for item in admin_menu.menu_items_for_request(request)}
    assert names == {"explorer", "editions", "accommodations", "question-bank", "translations", "images", "documents",
                     "marking", "figures", "surveys", "survey-results"}


def test_trainer_opens_lessons_and_tests_without_enrolment(trainer, client, course, lesson):
    quiz = make_quiz(parent=lesson.get_parent().specific)
    for page in (course, lesson.get_parent(), lesson, quiz):
        assert client.get(page.get_url()).status_code == 200


@pytest.mark.parametrize("language", ["es", "en"])
def test_drafts_of_all_pages_are_shown_to_author(trainer, client, course, lesson, language):
    quiz = make_quiz(parent=lesson.get_parent().specific, questions=[make_question(), make_question()])
    pages = [course, lesson.get_parent().specific, lesson, quiz]
    if language == "en":
        pages = [page.copy_for_translation(Locale.objects.get(language_code="en")) for page in pages]
    for page in pages:
        page.save_revision()
        response = client.get(page_url("view_draft", page))
        assert response.status_code == 200
        assert page.title in response.content.decode()


# What the form of an edition holds beside what a test is about.
EDITION = {"mode": "open", "time_zone": "America/Santiago", "grade_scale": "local", "exigency": "60"}
WINDOWS = {"quiz_windows-TOTAL_FORMS": "0", "quiz_windows-INITIAL_FORMS": "0"}


# --- Editions ---------------------------------------------------------------------------------------------------------

def test_edition_list_shows_title_and_numbers(trainer, client, course):
    edition = make_edition(course_page=course, name="Marzo", seats=20)
    make_enrolment(edition=edition)
    make_enrolment(edition=edition)
    rows = client.get(reverse("editions:index")).context["object_list"]
    assert [(row.title, str(row), row.enrolled) for row in rows if row.name] == [(course.title, "Marzo", 2)]
    assert course.title in client.get(reverse("editions:index")).content.decode()


def test_edition_list_takes_same_queries_for_one_and_three(trainer, client, catalogue):
    counts = []
    for total in (1, 3):
        while Edition.objects.count() < total:
            make_enrolment(course_page=make_course(catalogue=catalogue))
        client.get(reverse("editions:index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("editions:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_edition_list_searches_title_of_course(trainer, client, catalogue):
    wanted = make_course(catalogue=catalogue, title="Mediación")
    make_course(catalogue=catalogue)
    rows = client.get(reverse("editions:index"), {"q": "mediaci"}).context["object_list"]
    assert [row.course_id for row in rows] == [wanted.translation_key]


def test_edition_is_made_for_course_chosen_by_title(trainer, client, course):
    form = client.get(reverse("editions:add")).context["form"]
    assert (course.translation_key, course.title) in [
        (getattr(value, "value", value), label) for value, label in form.fields["course"].choices]
    response = client.post(reverse("editions:add"), EDITION | {
        "course": course.translation_key, "name": "Marzo", "trainer": trainer.pk})
    assert response.status_code == 302
    edition = Edition.objects.get(name="Marzo")
    assert (edition.course_id, edition.trainer, edition.is_default) == (course.translation_key, trainer, False)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"opens_at": "2027-03-02 10:00", "closes_at": "2027-03-01 10:00"}])
def test_edition_form_says_what_is_wrong(trainer, client, course, wrong):
    data = EDITION | {"course": course.translation_key, "name": "Marzo"} | wrong
    response = client.post(reverse("editions:add"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Edition.objects.filter(course=course.translation_key).count() == 1


def test_course_of_edition_cannot_be_changed(trainer, client, course, catalogue):
    other = make_course(catalogue=catalogue)
    edition = make_edition(course_page=course)
    client.post(reverse("editions:edit", args=[edition.pk]),
                EDITION | WINDOWS | {"course": other.translation_key, "name": "Nueva"})
    edition.refresh_from_db()
    assert (edition.name, edition.course_id) == ("Nueva", course.translation_key)


def test_default_edition_is_edited_but_not_deleted(trainer, client, course):
    edition = get_edition(course)
    client.post(reverse("editions:edit", args=[edition.pk]), EDITION | WINDOWS | {
        "name": "", "mode": "assigned", "seats": "30"})
    edition.refresh_from_db()
    assert (edition.mode, edition.seats) == ("assigned", 30)
    response = client.post(reverse("editions:delete", args=[edition.pk]), follow=True)
    assert "was not deleted" in get_messages(response)[-1]
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_edition_with_learners_is_not_deleted(trainer, client, course):
    edition, empty = make_edition(course_page=course), make_edition(course_page=course)
    make_enrolment(edition=edition)
    for each in (edition, empty):
        client.post(reverse("editions:delete", args=[each.pk]))
    assert [*Edition.objects.filter(pk__in=[edition.pk, empty.pk])] == [edition]


# --- Panels -----------------------------------------------------------------------------------------------------------

def get_panel(client, name):
    panel = next(panel for panel in client.get(HOME).context["panels"] if getattr(panel, "name", "") == name)
    return panel.get_context_data({"request": client.get(HOME).wsgi_request})


def test_editions_panel_shows_own_editions_with_progress(trainer, client, course):
    mine = make_edition(course_page=course, trainer=trainer)
    make_edition(course_page=course, trainer=make_trainer())
    make_enrolment(edition=mine)
    [edition] = get_panel(client, "my_editions")["editions"]
    assert (edition, edition.in_progress, edition.completed) == (mine, 1, 0)


def test_panels_say_what_to_do_when_they_are_empty(trainer, client):
    html = client.get(HOME).content.decode()
    assert "You are not the trainer of any edition yet." in html
    assert "No legal fact in a published lesson has to be reviewed in the next 60 days." in html


def test_panels_are_not_shown_to_those_without_editions(catalogue, client):
    from django.contrib.auth.models import Group, Permission

    group = Group.objects.create(name="Guests")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user = make_user()
    user.groups.add(group)
    client.force_login(user)
    assert "my_editions" not in [getattr(panel, "name", "") for panel in client.get(HOME).context["panels"]]


def law(title, review_by):
    return {"type": "law", "id": stable_id(title), "value": {
        "title": title, "text": "<p>Texto</p>", "source": "Art. 1", "valid_from": "2020-01-01",
        "review_by": review_by.isoformat()}}


def test_legal_facts_panel_shows_what_is_due(trainer, client, course):
    today = timezone.localdate()
    days = {"pasada": -1, "próxima": 59, "lejana": 61}
    body = [law(title, today + dt.timedelta(days=count)) for title, count in days.items()]
    module = make_module(course=course)
    make_lesson(module=module, body=body)
    make_lesson(module=module, body=[law("borrador", today)], live=False)
    assert [law.title for law in get_panel(client, "legal_facts")["laws"]] == ["pasada", "próxima"]


# --- Guards -----------------------------------------------------------------------------------------------------------

def test_copy_of_course_has_records_of_its_own(trainer, client, course, lesson):
    data = {"new_title": "Copia", "new_slug": "copia", "new_parent_page": course.get_parent().pk,
            "copy_subpages": "on", "publish_copies": "on", "alias": "on"}
    client.post(page_url("copy", course), data)
    copy = CoursePage.objects.get(slug="copia", locale__language_code="es")
    copied_lesson = LessonPage.objects.descendant_of(copy).get()
    assert copy.alias_of is None
    assert copy.translation_key != course.translation_key
    assert copied_lesson.translation_key != lesson.translation_key
    assert Course.objects.filter(pk__in=[course.translation_key, copy.translation_key]).count() == 2
    assert Activity.objects.filter(pk__in=[lesson.translation_key, copied_lesson.translation_key]).count() == 2
    assert get_edition(copy) != get_edition(course)


def test_copy_of_course_appears_in_other_language(trainer, client, course, lesson):
    client.post(page_url("copy", course), {"new_title": "Copia", "new_slug": "copia", "copy_subpages": "on",
                                           "new_parent_page": course.get_parent().pk})
    copy = CoursePage.objects.get(slug="copia", locale__language_code="es")
    english = copy.get_translation(Locale.objects.get(language_code="en"))
    assert (english.alias_of_id, english.get_descendants().count()) == (copy.pk, 2)


@pytest.mark.parametrize("name", ["course", "module", "lesson", "quiz"])
def test_copy_form_offers_no_alias(trainer, client, course, lesson, name):
    module = lesson.get_parent().specific
    page = {"course": course, "module": module, "lesson": lesson, "quiz": make_quiz(parent=module)}[name]
    assert "alias" not in client.get(page_url("copy", page)).context["form"].fields


def test_copy_to_another_language_is_refused(trainer, client, course, catalogue):
    english = catalogue.get_translation(Locale.objects.get(language_code="en"))
    response = client.post(page_url("copy", course), {"new_title": "Copia", "new_slug": "copia",
                                                      "new_parent_page": english.pk})
    assert "new_parent_page" in response.context["form"].errors
    assert not Page.objects.filter(slug="copia").exists()


@pytest.mark.parametrize("name", ["course", "module", "lesson"])
def test_page_with_records_is_not_deleted(trainer, client, course, lesson, name):
    leave_record(course, lesson)
    page = {"course": course, "module": lesson.get_parent(), "lesson": lesson}[name]
    response = client.post(page_url("delete", page), follow=True)
    assert "Unpublish it instead" in get_messages(response)[0]
    assert Page.objects.filter(pk=page.pk).exists()


def test_course_with_enrolment_is_not_deleted(trainer, client, course):
    make_enrolment(course_page=course)
    client.post(page_url("delete", course))
    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_page_without_records_is_deleted_in_all_languages(trainer, client, course, lesson):
    leave_record(course, make_lesson(module=lesson.get_parent().specific))
    english = course.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
    lesson.get_parent().specific.copy_for_translation(english.locale, alias=True)
    lesson.copy_for_translation(english.locale, alias=True)
    client.post(page_url("delete", lesson))
    assert not LessonPage.objects.filter(translation_key=lesson.translation_key).exists()


def test_pages_with_records_are_not_deleted_with_many(trainer, client, course, lesson):
    other = make_lesson(module=lesson.get_parent().specific)
    leave_record(course, lesson)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    client.post(f"{url}?id={lesson.pk}&id={other.pk}")
    assert LessonPage.objects.filter(pk__in=[lesson.pk, other.pk]).count() == 2


def test_lesson_with_records_stays_in_its_course(trainer, client, course, lesson, catalogue):
    other = make_module(course=make_course(catalogue=catalogue))
    sibling = make_module(course=course)
    leave_record(course, lesson)
    client.post(page_url("move_confirm", lesson, other.pk))
    assert Page.objects.get(pk=lesson.pk).is_descendant_of(course)
    client.post(page_url("move_confirm", lesson, sibling.pk))
    assert Page.objects.get(pk=lesson.pk).get_parent().pk == sibling.pk


def test_page_stays_in_its_language(trainer, client, course, catalogue):
    english = catalogue.get_translation(Locale.objects.get(language_code="en"))
    client.post(page_url("move_confirm", course, english.pk))
    assert Page.objects.get(pk=course.pk).get_parent().pk == catalogue.pk


def test_translation_moves_with_its_original(trainer, client, course, lesson):
    english = Locale.objects.get(language_code="en")
    sibling = make_module(course=course)
    for page in (course, lesson.get_parent().specific, lesson, sibling):
        page.copy_for_translation(english, alias=True)
    client.post(page_url("move_confirm", lesson, sibling.pk))
    assert lesson.get_translation(english).get_parent().translation_key == sibling.translation_key


# --- The languages stay together --------------------------------------------------------------------------------------

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
