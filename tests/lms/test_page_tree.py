import pytest
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from courses.outline import get_outline
from lms.page_tree import STATE, get_state, remembered
from lms.remembering import begin_or_end_request
from lms.routing import find_page
from tests.factories import make_course, make_lesson, make_module

pytestmark = pytest.mark.django_db


def get_titles(course):
    return [item.title for item in get_outline(course_path=course.path).get_all_items()]


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def module(course):
    return make_module(course=course)


def test_answers_are_remembered_while_the_tree_stays_as_it_is(django_assert_num_queries, course):
    asked = []
    ask = remembered(lambda path: asked.append(path) or len(asked))
    assert [ask("a"), ask("a"), ask("b")] == [1, 1, 2]
    course.save()
    assert ask("a") == 3


def test_outline_shows_a_new_a_renamed_a_withdrawn_and_a_deleted_lesson_at_once(course, module):
    assert get_titles(course) == []
    lesson, other = make_lesson(module=module, title="Uno"), make_lesson(module=module, title="Dos")
    assert get_titles(course) == ["Uno", "Dos"]
    lesson.title = "Primera"
    lesson.save_revision().publish()
    assert get_titles(course) == ["Primera", "Dos"]
    Page.objects.get(pk=other.pk).unpublish()
    assert get_titles(course) == ["Primera"]
    Page.objects.get(pk=lesson.pk).delete()
    assert get_titles(course) == []


def test_outline_shows_a_new_order_at_once(course, module):
    lessons = [make_lesson(module=module, title=title) for title in ("Uno", "Dos")]
    assert get_titles(course) == ["Uno", "Dos"]
    Page.objects.get(pk=lessons[1].pk).move(Page.objects.get(pk=lessons[0].pk), pos="left")
    assert get_titles(course) == ["Dos", "Uno"]


def test_change_of_another_process_shows_when_the_state_ends(course, module):
    lesson = make_lesson(module=module, title="Uno")
    assert get_titles(course) == ["Uno"]
    Page.objects.filter(pk=lesson.pk).update(title="Primera")  # as if by a process with another cache
    assert get_titles(course) == ["Uno"]
    cache.delete(STATE)
    assert get_titles(course) == ["Primera"]


def test_page_withdrawn_by_another_process_is_not_served(client, course):
    url_path = course.url_path
    assert find_page(url_path) is not None
    assert client.get(course.url).status_code == 200
    Page.objects.filter(pk=course.pk).update(live=False)
    assert client.get(course.url).status_code == 404


def test_page_is_not_asked_for_again_where_all_processes_share_the_cache(client, course, settings):
    settings.REDIS_URL = "redis://shared"
    client.get(course.url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(course.url).status_code == 200
    assert not [query for query in queries if "courses_coursepage" in query["sql"]]
    course.unpublish()
    assert client.get(course.url).status_code == 404


def test_the_state_is_asked_once_a_request_and_anew_after_a_change_within_it(course, client, monkeypatch):
    asked = []
    get_many = cache.get_many
    monkeypatch.setattr(cache, "get_many", lambda keys: asked.extend(keys) or get_many(keys))
    client.get(course.get_url())
    assert asked.count(STATE) == 1
    begin_or_end_request(signal=request_started)
    first = get_state()
    cache.delete(STATE)  # another process has changed the tree: this request goes on with what it began with
    assert get_state() == first
    course.save()
    second = get_state()
    assert second != first
    cache.delete(STATE)
    begin_or_end_request(signal=request_finished)
    assert get_state() != second
