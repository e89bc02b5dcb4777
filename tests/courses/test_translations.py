import pytest
from wagtail.models import Page

from tests.factories import make_lesson, make_module, translate

pytestmark = pytest.mark.django_db


def get_titles(parent):
    return list(parent.get_children().order_by("path").values_list("title", flat=True))


def move(page, target, pos):
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), pos=pos)


def test_order_in_other_languages_follows_the_first():
    module = make_module()
    lessons = [make_lesson(module=module, title=title) for title in ("Uno", "Dos", "Tres")]
    english = [translate(lesson, title=title) for lesson, title in zip(lessons, ("One", "Two", "Three"), strict=True)]
    parent = english[0].get_parent()

    move(lessons[2], lessons[0], "left")

    assert get_titles(module) == ["Tres", "Uno", "Dos"]
    assert get_titles(parent) == ["Three", "One", "Two"]


def test_order_in_another_language_changes_nothing_in_the_first():
    module = make_module()
    lessons = [make_lesson(module=module, title=title) for title in ("Uno", "Dos")]
    english = [translate(lesson, title=title) for lesson, title in zip(lessons, ("One", "Two"), strict=True)]

    move(english[1], english[0], "left")

    assert get_titles(module) == ["Uno", "Dos"]


def test_pages_the_first_language_does_not_have_stay_behind():
    module = make_module()
    lessons = [make_lesson(module=module, title=title) for title in ("Uno", "Dos")]
    english = [translate(lesson, title=title) for lesson, title in zip(lessons, ("One", "Two"), strict=True)]
    make_lesson(module=english[0].get_parent().specific, title="Extra", locale=english[0].locale)

    move(lessons[1], lessons[0], "left")

    assert get_titles(english[0].get_parent()) == ["Two", "One", "Extra"]
