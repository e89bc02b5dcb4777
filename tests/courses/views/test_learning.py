import datetime as dt
import re

import pytest
from django.utils import timezone

from assessments.models import Completion
from certificates.models import Certificate
from courses import progress
from courses.models import ActivityVisit, Edition, Enrolment
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import count_queries, get_messages, url_in
from tests.factories import make_edition, make_user, stable_id, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning(client):
    learning = Learning(SmallCourse(lessons=2), now=timezone.now())
    client.force_login(learning.learner)
    return learning


def get_continue_url(client, learning, language="es"):
    return client.get(url_in(language, "continue", learning.course.key)).url


# --- Enrol ------------------------------------------------------------------------------------------------------------

@pytest.fixture
def newcomer(client):
    client.force_login(learner := make_user())
    return learner


def test_enrol_says_so_and_leads_to_the_course(client, newcomer):
    course = SmallCourse()
    for _number in range(2):
        response = client.post(url_in("es", "enrol", course.key), follow=True)
        assert response.redirect_chain == [(course.page.get_url(), 302)]
        assert len(get_messages(response)) == 1
    assert Enrolment.objects.get().learner == newcomer


def test_enrol_in_the_other_language_stays_in_it(client, newcomer):
    course = SmallCourse()
    english = translate(course.page)
    assert client.post(url_in("en", "enrol", course.key)).url == english.get_url()


@pytest.mark.parametrize("change", [{"closes_at": timezone.now()}, {"seats": 0}, {"mode": "assigned"}])
def test_enrol_refused_says_so_and_changes_nothing(client, newcomer, change):
    course = SmallCourse()
    Edition.objects.update(**change)
    response = client.post(url_in("es", "enrol", course.key), follow=True)
    assert response.redirect_chain == [(course.page.get_url(), 302)]
    assert len(get_messages(response)) == 1
    assert not Enrolment.objects.exists()


def test_enrol_in_a_withdrawn_course_is_missing(client, newcomer):
    course = SmallCourse()
    course.page.unpublish()
    assert client.post(url_in("es", "enrol", course.key)).status_code == 404
    assert not Enrolment.objects.exists()


# --- Continue ---------------------------------------------------------------------------------------------------------

def test_continue_leads_to_exactly_where_one_stopped(client, learning):
    first, second = learning.course.lessons
    quiz = learning.course.quizzes[0]
    assert get_continue_url(client, learning) == first.get_url()

    block = stable_id("paragraph")
    client.get(second.get_url())
    client.post(url_in("es", "save_position", second.translation_key), {"percent": 30, "block": block})
    assert get_continue_url(client, learning) == f"{second.get_url()}#b-{block}"

    client.post(url_in("es", "complete_lesson", second.translation_key))
    assert get_continue_url(client, learning) == quiz.get_url()
    client.post(url_in("es", "complete_lesson", first.translation_key))
    learning.pass_quiz(now=timezone.now())
    assert get_continue_url(client, learning) == learning.course.page.get_url()


def test_continue_goes_on_in_the_language_last_used(client, learning):
    english = translate(learning.course.lessons[1])
    client.get(english.get_url())
    assert get_continue_url(client, learning, "es") == english.get_url()


def test_continue_from_a_withdrawn_lesson_leads_to_what_is_left(client, learning):
    first, second = learning.course.lessons
    client.get(second.get_url())
    second.unpublish()
    assert get_continue_url(client, learning) == first.get_url()


# --- Complete ---------------------------------------------------------------------------------------------------------

def test_complete_leads_to_the_next_activity(client, learning):
    first, second = learning.course.lessons
    response = client.post(url_in("es", "complete_lesson", first.translation_key))
    assert response.url == second.get_url()
    client.post(url_in("es", "complete_lesson", first.translation_key))
    assert Completion.objects.get().activity == first.translation_key


def test_complete_as_the_last_thing_leads_to_the_course_with_its_certificate(client, learning):
    learning.pass_quiz()
    learning.read(learning.course.lessons[0])
    response = client.post(url_in("es", "complete_lesson", learning.course.lessons[1].translation_key), follow=True)
    certificate = Certificate.objects.get()
    assert response.redirect_chain == [(learning.course.page.get_url(), 302)]
    assert response.context["certificate"] == certificate
    assert url_in("es", "certificate", certificate.code) in response.content.decode()


def test_complete_in_a_closed_edition_says_so_and_stays(client, learning):
    Edition.objects.update(closes_at=timezone.now())
    lesson = learning.course.lessons[0]
    response = client.post(url_in("es", "complete_lesson", lesson.translation_key), follow=True)
    assert response.redirect_chain == [(lesson.get_url(), 302)]
    assert len(get_messages(response)) == 1
    assert not Completion.objects.exists()


def test_complete_never_passes_a_test(client, learning):
    assert client.post(
        url_in("es", "complete_lesson", learning.course.quizzes[0].translation_key)).status_code == 404
    assert not Completion.objects.exists()


# --- Position ---------------------------------------------------------------------------------------------------------

def post_position(client, learning, **data):
    url = url_in("es", "save_position", learning.course.lessons[0].translation_key)
    return client.post(url, data).status_code


def test_position_is_kept(client, learning):
    block = stable_id("paragraph")
    assert post_position(client, learning, block=block, percent=55, second=12) == 204
    visit = ActivityVisit.objects.get()
    assert (visit.enrolment, visit.block, visit.percent_read, visit.media_second) == (
        learning.enrolment, block, 55, 12)


@pytest.mark.parametrize("data", [
    {}, {"percent": ""}, {"percent": "x"}, {"percent": 101}, {"percent": -1}, {"percent": "1e9"}, {"percent": "NaN"},
    {"percent": 1, "block": "x"}, {"percent": 1, "block": "A" * 36}, {"percent": 1, "block": "a" * 36 + "\n"},
    {"percent": 1, "block": "a" * 35 + "\x00"}, {"percent": 1, "second": -1}, {"percent": 1, "second": 10 ** 12},
])
def test_malformed_position_is_refused(client, learning, data):
    assert post_position(client, learning, **data) == 400
    assert not ActivityVisit.objects.exists()


def test_position_in_a_closed_edition_is_not_kept(client, learning):
    Edition.objects.update(closes_at=timezone.now())
    assert post_position(client, learning, percent=55) == 204
    assert not ActivityVisit.objects.exists()


# --- My courses -------------------------------------------------------------------------------------------------------

def test_my_courses_suggests_what_one_does_not_take(client, learning):
    others = [SmallCourse() for _number in range(4)]
    context = client.get(url_in("es", "my_courses")).context
    assert [entry.course for entry in context["current"]] == [learning.course.key]
    assert [card.page.translation_key for card in context["suggestions"]] == [course.key for course in others[:3]]


@pytest.mark.parametrize(("scale", "grade"), [
    ("percent", " with a grade of 100%"), ("chile", " with a grade of 7.0"), ("pass_fail", "")])
def test_my_courses_show_grades_on_the_scale_of_the_edition(client, learning, scale, grade):
    learning.finish()
    Edition.objects.update(grade_scale=scale)
    content = client.get(url_in("en", "my_courses")).content.decode()
    assert re.search(r"Completed on [\w ]+?(?= with|<)([^<]*)", content)[1] == grade


def test_my_courses_cost_the_same_with_one_and_three(client):
    client.force_login(learner := make_user())
    numbers = []
    for more in (1, 2):
        for _number in range(more):
            now = timezone.now() - dt.timedelta(days=1)
            Learning(SmallCourse(), learner=learner, now=now)
            Learning(SmallCourse(), learner=learner, now=now).finish()
            SmallCourse()
        numbers.append(count_queries(lambda: client.get(url_in("es", "my_courses"))))
    assert numbers[0] == numbers[1] <= 12


def test_learner_in_two_editions_works_in_the_one_not_completed(client, learning):
    learning.finish()
    edition = make_edition(course_page=learning.course.page)
    again = Learning(learning.course, learner=learning.learner, edition=edition, now=timezone.now())
    lesson = learning.course.lessons[0]
    client.post(url_in("es", "complete_lesson", lesson.translation_key))
    assert Completion.objects.filter(enrolment=again.enrolment.pk).count() == 1
    assert progress.is_closed(again.enrolment, timezone.now()) is False
