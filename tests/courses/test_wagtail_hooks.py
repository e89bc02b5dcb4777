"""The trainers' side of the admin: who, panels and guards."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page

from courses.models import Activity, ActivityVisit, Course, CoursePage, LessonPage
from tests.courses.authors import HOME, get_messages, get_panel, make_trainer, page_url
from tests.factories import (
    get_edition,
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
                     "marking", "figures", "surveys", "survey-results", "certificates"}


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


# --- Panels -----------------------------------------------------------------------------------------------------------

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
