"""Who gets what at each address: owner, colleague in the same course, stranger, author and nobody."""

import pytest
from django.utils import timezone

from assessments.models import Answer, Attempt, Completion
from courses.models import ActivityVisit, Enrolment, SurveyPage
from courses.views.pages import VIEWS
from lms.accounts.models import User
from tests.courses.views.visiting import Cast, url_in
from tests.factories import make_survey_page

pytestmark = pytest.mark.django_db
EVERYBODY = ["owner", "colleague", "stranger", "author", "anonymous"]


@pytest.fixture
def cast():
    return Cast(timezone.now())


def get_pages(course):
    catalogue = course.page.get_parent().specific
    return {"home": catalogue.get_parent().specific, "catalogue": catalogue, "course": course.page,
            "module": course.module, "lesson": course.lessons[0], "quiz": course.quizzes[0],
            "survey": SurveyPage.objects.child_of(course.module).first() or make_survey_page(parent=course.module)}


def describe(response, client):
    """"ok", "missing", "login" (and then back here), or where it leads."""
    if response.status_code == 302 and response.url.startswith(url_in("es", "account_login")):
        assert response.url == f"{url_in('es', 'account_login')}?next={response.wsgi_request.path}"
        return "login"
    return {200: "ok", 204: "ok", 404: "missing", 405: "not allowed"}.get(response.status_code) or response.url


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("name", ["home", "catalogue", "course"])
def test_public_pages_are_open_to_all(client, cast, name, who):
    response = cast.enter(client, who).get(get_pages(cast.course)[name].get_url())
    assert describe(response, client) == "ok"


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "ok"), ("colleague", "ok"), ("author", "ok"), ("stranger", "course"), ("anonymous", "login"),
])
@pytest.mark.parametrize("name", ["module", "lesson", "quiz", "survey"])
def test_pages_of_a_course_are_for_those_enrolled_and_authors(client, cast, name, who, answer):
    response = cast.enter(client, who).get(get_pages(cast.course)[name].get_url())
    assert describe(response, client) == (cast.course.page.get_url() if answer == "course" else answer)


def test_every_kind_of_page_is_tested_here(cast):
    assert {type(page) for page in get_pages(cast.course).values()} == set(VIEWS)


@pytest.mark.parametrize("name", ["module", "lesson", "quiz", "survey"])
def test_pages_of_a_course_not_published_are_for_nobody(client, cast, name):
    page = get_pages(cast.course)[name]
    page.unpublish()
    for who in ("owner", "author"):
        assert describe(cast.enter(client, who).get(page.get_url()), client) == "missing"


def test_author_looks_without_leaving_a_trace(client, cast):
    cast.enter(client, "author")
    for page in get_pages(cast.course).values():
        client.get(page.get_url())
    assert not Enrolment.objects.filter(learner=cast.people["author"]).exists()
    assert not ActivityVisit.objects.exists()
    assert not Enrolment.objects.filter(last_seen_at__isnull=False).exists()


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "ok"), ("colleague", "missing"), ("stranger", "missing"), ("author", "missing"), ("anonymous", "login"),
])
@pytest.mark.parametrize(("name", "method", "is_open"), [
    ("attempt", "get", True), ("attempt", "post", True), ("save_attempt", "post", True),
    ("review_attempt", "get", True), ("result", "get", False),
])
def test_attempt_is_its_owners_alone(client, cast, name, method, is_open, who, answer):
    attempt = cast.owner.start()
    if not is_open:
        cast.owner.submit(attempt)
    url = url_in("es", name, attempt.pk)
    data = {"before0": "", "q0": attempt.form[0]["options"][0]} if method == "post" else {}
    response = getattr(cast.enter(client, who), method)(url, data)
    if answer == "ok" and name == "attempt" and method == "post":
        answer = url
    assert describe(response, client) == answer
    assert Answer.objects.filter(attempt__submitted_at=None).exists() is (method == "post" and who == "owner")


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "taken"), ("colleague", "taken"), ("stranger", "missing"), ("author", "missing"), ("anonymous", "login"),
])
def test_start_is_for_those_enrolled(client, cast, who, answer):
    response = cast.enter(client, who).post(url_in("es", "start_attempt", cast.course.quizzes[0].translation_key))
    if answer == "taken":
        attempt = Attempt.objects.get()
        assert (response.url, attempt.learner) == (url_in("es", "attempt", attempt.pk), cast.people[who])
    else:
        assert describe(response, client) == answer
        assert not Attempt.objects.exists()


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "ok"), ("colleague", "ok"), ("stranger", "missing"), ("author", "missing"), ("anonymous", "login"),
])
def test_position_is_for_those_enrolled(client, cast, who, answer):
    url = url_in("es", "save_position", cast.course.lessons[0].translation_key)
    assert describe(cast.enter(client, who).post(url, {"percent": 10}), client) == answer
    assert [visit.enrolment.learner for visit in ActivityVisit.objects.all()] == (
        [cast.people[who]] if answer == "ok" else [])


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "quiz"), ("colleague", "quiz"), ("stranger", "missing"), ("author", "missing"), ("anonymous", "login"),
])
def test_complete_is_for_those_enrolled(client, cast, who, answer):
    url = url_in("es", "complete_lesson", cast.course.lessons[0].translation_key)
    response = cast.enter(client, who).post(url)
    assert describe(response, client) == (cast.course.quizzes[0].get_url() if answer == "quiz" else answer)
    assert [completion.learner for completion in Completion.objects.all()] == (
        [cast.people[who]] if answer == "quiz" else [])


@pytest.mark.parametrize(("who", "answer"), [
    ("owner", "lesson"), ("colleague", "lesson"), ("stranger", "course"), ("author", "course"), ("anonymous", "login"),
])
def test_continue_leads_those_enrolled_on_and_others_to_the_course(client, cast, who, answer):
    response = cast.enter(client, who).get(url_in("es", "continue", cast.course.key))
    pages = get_pages(cast.course)
    assert describe(response, client) == (pages[answer].get_url() if answer in pages else answer)


@pytest.mark.parametrize("who", EVERYBODY)
def test_enrol_is_for_whoever_is_signed_in(client, cast, who):
    response = cast.enter(client, who).post(url_in("es", "enrol", cast.course.key))
    signed_in = who != "anonymous"
    assert describe(response, client) == (cast.course.page.get_url() if signed_in else "login")
    assert Enrolment.objects.filter(learner=cast.people[who]).count() == int(signed_in)


@pytest.mark.parametrize("who", EVERYBODY)
def test_my_courses_shows_only_ones_own(client, cast, who):
    response = cast.enter(client, who).get(url_in("es", "my_courses"))
    if who == "anonymous":
        assert describe(response, client) == "login"
    else:
        enrolled = who in ("owner", "colleague")
        assert [course.course for course in response.context["current"]] == [cast.course.key] * enrolled


@pytest.mark.parametrize(("name", "what"), [
    ("enrol", "course"), ("complete_lesson", "lesson"), ("save_position", "lesson"), ("start_attempt", "quiz"),
    ("save_attempt", "attempt"),
])
def test_what_writes_is_never_done_by_get(client, cast, name, what):
    keys = {"course": cast.course.key, "lesson": cast.course.lessons[0].translation_key,
            "quiz": cast.course.quizzes[0].translation_key, "attempt": cast.owner.start().pk}
    assert describe(cast.enter(client, "owner").get(url_in("es", name, keys[what])), client) == "not allowed"


@pytest.mark.parametrize("name", ["enrol", "continue", "complete_lesson", "save_position", "start_attempt", "attempt",
                                  "save_attempt", "review_attempt", "result"])
def test_unknown_identifier_is_missing(client, cast, name):
    cast.enter(client, "owner")
    nothing = User.objects.first().public_id
    responses = [client.get(url_in("es", name, nothing)), client.post(url_in("es", name, nothing), {"percent": "1"})]
    assert {describe(response, client) for response in responses} <= {"missing", "not allowed"}
    assert "missing" in {describe(response, client) for response in responses}
