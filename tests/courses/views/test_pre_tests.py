"""A pre-test as a learner meets it: nothing to pass, nothing that gives the key away."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from assessments.models import Completion
from courses.models import Enrolment, Notice, QuizPage
from courses.notices import announce, claim, send
from courses.quizzes import get_rules
from lms.routing import get_page_url
from tests.courses.gaining import GainCourse, Gaining
from tests.courses.learning import NOW
from tests.courses.marking import Essay

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = Gaining(GainCourse(feedback="now", attempts_allowed=0, pass_mark=100, weight=5, delay=4))
    client.force_login(person.learner)
    return person


def see(client, url):
    return client.get(url, headers={"accept-language": "es"}).content.decode()


def test_pre_test_has_rules_of_its_own_whatever_its_page_says(person):
    rules = get_rules(person.course.pre)
    assert (rules.pass_mark, rules.attempts_allowed, rules.feedback, rules.delay) == (0, 1, "end", 0)


def test_pre_test_is_completed_by_handing_it_in_and_the_course_by_the_post_test(person):
    attempt = person.take(person.course.pre, 0)
    assert Completion.objects.get().attempt == attempt
    person.take(person.course.post, 2)
    person.enrolment.refresh_from_db()
    assert person.enrolment.percentage == 100  # the post-test alone: the pre-test earned nothing


def test_pre_test_that_a_person_marks_is_completed_before_that():
    essay = Essay(measure="pre")
    assert not essay.attempt.is_graded
    assert Completion.objects.get().attempt == essay.attempt


@pytest.mark.parametrize("right", [0, 2])
def test_result_of_a_pre_test_shows_the_points_and_no_key(client, person, right):
    attempt = person.take(person.course.pre, right)
    page = see(client, reverse("result", args=[attempt.pk]))
    assert f"{right} of 2 points" in page or f"{right} de 2 puntos" in page
    response = client.get(reverse("result", args=[attempt.pk]))
    assert response.context["questions"] == []
    assert (response.context["show_key"], response.context["can_retry"]) == (False, False)
    assert response.context["next_item"].key == person.course.post.translation_key
    for text in ("Correcta", "Equivocada", "outcome--form", "Sobre «"):
        assert text not in page
    with override("en"):
        assert "Passed" not in client.get(reverse("result", args=[attempt.pk])).content.decode()


def test_key_stays_hidden_when_the_course_is_completed(client, person):
    attempt = person.take(person.course.pre, 0)
    person.take(person.course.post, 2)
    assert Enrolment.objects.get().completed_at
    assert client.get(reverse("result", args=[attempt.pk])).context["questions"] == []


def test_pages_tell_that_there_is_nothing_to_pass_and_never_the_form(client, person):
    url = get_page_url(person.course.pre.url_path)
    before = client.get(url)
    assert before.context["rules"]["is_pre_test"]
    assert (before.context["rules"]["questions"], before.context["rules"]["attempts_left"]) == (2, 1)
    attempt = person.take(person.course.pre, 0)
    after = client.get(url)
    assert "mark--" not in after.content.decode()
    for page in (before, after, client.get(reverse("result", args=[attempt.pk]))):
        for form in ("form A", "Form A", "forma A", "Forma A"):
            assert form not in page.content.decode()


def test_mail_about_a_pre_test_says_nothing_of_passing(person):
    attempt = person.take(person.course.pre, 0)
    for reason in (Notice.Reason.MARKED, Notice.Reason.REGRADED):
        announce(attempts=[attempt.pk], reason=reason, now=NOW)
        assert send(claim(now=NOW), clock=lambda: NOW)
        body = mail.outbox[-1].body
        for word in ("passed", "aprob"):
            assert word not in body


def test_pre_test_made_from_an_old_test_leaves_old_results_as_they_were(client):
    course = GainCourse(with_forms=False)
    QuizPage.objects.filter(measure="pre").update(measure="")
    course.pre = QuizPage.objects.get(pk=course.pre.pk)
    person = Gaining(course)
    attempt = person.take(course.pre, 0)
    QuizPage.objects.filter(pk=course.pre.pk).update(measure="pre")
    client.force_login(person.learner)
    assert not Completion.objects.exists()
    assert len(client.get(reverse("result", args=[attempt.pk])).context["questions"]) == 2
