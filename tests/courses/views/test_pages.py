import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from assessments.models import Attempt
from courses.models import ActivityVisit, Edition, Enrolment, QuizWindow
from tests.courses.learning import Learning, SmallCourse, add_many_lessons, get_catalogue
from tests.courses.views.visiting import count_queries, get_messages, url_in
from tests.factories import make_edition, make_enrolment, make_user, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning(client):
    learning = Learning(SmallCourse(lessons=2), now=timezone.now())
    client.force_login(learning.learner)
    return learning


def get_context(client, page, **query):
    response = client.get(page.get_url(), query)
    assert response.status_code == 200
    return response.context


def alias(page, language="en"):
    """The page as an author leaves it who has not translated it: a copy of the first language."""
    parent = page.get_parent().specific
    parent = parent.get_translations().filter(locale__language_code=language).first() or translate(parent, language)
    return page.create_alias(parent=parent, update_locale=parent.locale, reset_translation_key=False)


# --- Course -----------------------------------------------------------------------------------------------------------

def test_course_offers_itself_to_who_is_not_enrolled(client):
    course = SmallCourse()
    for signed_in in (False, True):
        if signed_in:
            client.force_login(make_user())
        response = client.get(course.page.get_url())
        context, html = response.context, response.content.decode()
        assert (context["enrolment"], context["can_enrol"], context["closed_message"]) == (None, True, "")
        assert (url_in("es", "enrol", course.key) in html) is signed_in
        assert (f"{url_in('es', 'account_login')}?next={course.page.get_url()}" in html) is not signed_in
        assert course.lessons[0].title in html
        assert course.lessons[0].get_url() not in html


def test_course_that_nobody_can_join_says_so(client):
    course = SmallCourse()
    Edition.objects.update(closes_at=timezone.now())
    client.force_login(make_user())
    response = client.get(course.page.get_url())
    assert response.context["can_enrol"] is False
    assert response.context["closed_message"] in response.content.decode()
    assert url_in("es", "enrol", course.key) not in response.content.decode()


def test_course_shows_the_enrolled_where_to_go_on(client, learning):
    learning.read(learning.course.lessons[0])
    context = get_context(client, learning.course.page)
    assert (context["enrolment"], context["next_item"].key) == (
        learning.enrolment, learning.course.lessons[1].translation_key)
    assert (context["outline"].done, context["outline"].total, context["certificate"]) == (1, 3, None)


def test_course_shows_the_certificate_when_completed(client, learning):
    certificate = learning.finish()
    context = get_context(client, learning.course.page)
    assert (context["certificate"], context["next_item"], context["outline"].percent) == (certificate, None, 100)


# --- Lesson -----------------------------------------------------------------------------------------------------------

def write(lesson, words, *, publish):
    lesson.body = [{"type": "text", "id": "0d5c7a5e-3f4b-4a0e-9a51-6b1f4e2f0c11", "value": f"<p>{words}</p>"}]
    revision = lesson.save_revision()
    if publish:
        revision.publish()


def test_course_shows_what_was_completed_before_what_was_left_in_a_closed_edition(client, learning):
    learning.finish()
    closed = make_edition(course_page=learning.course.page, closes_at=timezone.now())
    make_enrolment(learner=learning.learner, edition=closed, now=timezone.now() - dt.timedelta(minutes=1))
    context = get_context(client, learning.course.page)
    assert context["enrolment"] == learning.enrolment
    assert context["certificate"] is not None
    assert not context["closed_message"]


def test_body_of_a_lesson_is_that_last_published(client, learning):
    lesson = learning.course.lessons[0]
    write(lesson, "Primero", publish=True)
    assert "Primero" in client.get(lesson.get_url()).content.decode()
    write(lesson, "Borrador", publish=False)
    assert "Primero" in client.get(lesson.get_url()).content.decode()
    write(lesson, "Segundo", publish=True)
    html = client.get(lesson.get_url()).content.decode()
    assert "Segundo" in html
    assert "Primero" not in html and "Borrador" not in html


def test_preview_of_a_lesson_shows_the_draft_and_leaves_what_readers_see(client, learning):
    lesson = learning.course.lessons[0]
    write(lesson, "Publicado", publish=True)
    client.get(lesson.get_url())
    lesson.body[0].value.source = "<p>Borrador</p>"
    assert "Borrador" in lesson.make_preview_request().render().content.decode()
    html = client.get(lesson.get_url()).content.decode()
    assert "Publicado" in html and "Borrador" not in html


def test_lesson_knows_its_place(client, learning):
    first, second = learning.course.lessons
    context = get_context(client, second)
    assert (context["item"].key, context["module"].key, context["course_page"].translation_key) == (
        second.translation_key, learning.course.module.translation_key, learning.course.key)
    assert (context["previous"].key, context["next"].key) == (
        first.translation_key, learning.course.quizzes[0].translation_key)
    assert context["fallback_language"] is None


def test_lesson_opened_is_begun_and_remembered(client, learning):
    client.get(learning.course.lessons[1].get_url())
    assert ActivityVisit.objects.get().activity_id == learning.course.lessons[1].translation_key
    enrolment = Enrolment.objects.get()
    assert (enrolment.last_activity_id, enrolment.last_language) == (
        learning.course.lessons[1].translation_key, "es")


def test_lesson_not_translated_says_so_and_shows_the_first_language(client, learning):
    response = client.get(alias(learning.course.lessons[0]).get_url())
    assert response.context["fallback_language"] == "es"
    assert 'lang="es"' in response.content.decode()
    assert "Escuchar primero." in response.content.decode()
    assert Enrolment.objects.get().last_language == "en"


def test_lesson_translated_keeps_progress_and_place(client, learning):
    lesson = learning.course.lessons[0]
    learning.read(lesson)
    english = translate(lesson, title="Listening")
    context = get_context(client, english)
    assert (context["item"].state, context["item"].title, context["fallback_language"]) == ("done", "Listening", None)
    assert context["course_page"].url.startswith("/en/")


def test_language_links_lead_to_the_same_page(client, learning):
    lesson = learning.course.lessons[0]
    english = translate(lesson)
    urls = {entry["code"]: entry["url"] for entry in get_context(client, lesson)["language_urls"]}
    assert urls == {"es": lesson.get_url(), "en": english.get_url()}


# --- Test -------------------------------------------------------------------------------------------------------------

def test_quiz_tells_its_rules_and_what_was_done(client, learning):
    quiz = learning.course.quizzes[0]
    context = get_context(client, quiz)
    assert context["rules"] == {
        "questions": 1, "pass_mark": 60, "time_limit": 0, "attempts_allowed": 3, "attempts_left": 3, "delay": 0,
        "honour": False, "counting": str(context["rules"]["counting"]), "opens": "", "closes": "",
        "is_pre_test": False}
    assert (context["open_attempt"], context["attempts"], context["can_start"]) == (None, [], True)

    finished, _error, _certificate, _saved = learning.submit(learning.start(), right=False)
    attempt = learning.start()
    context = get_context(client, quiz)
    assert (context["open_attempt"], context["attempts"], context["rules"]["attempts_left"]) == (
        attempt, [finished], 1)


def test_quiz_without_attempts_left_still_leads_to_the_open_one(client):
    learning = Learning(SmallCourse(quiz={"attempts_allowed": 1}), now=timezone.now())
    client.force_login(learning.learner)
    attempt = learning.start()
    context = get_context(client, learning.course.quizzes[0])
    assert (context["can_start"], context["open_attempt"]) == (True, attempt)
    learning.submit(attempt, right=False)
    context = get_context(client, learning.course.quizzes[0])
    assert (context["can_start"], context["rules"]["attempts_left"]) == (False, 0)


def test_quiz_of_a_closed_edition_cannot_be_begun(client, learning):
    Edition.objects.update(closes_at=timezone.now())
    context = get_context(client, learning.course.quizzes[0])
    assert context["can_start"] is False
    assert context["message"]


def describe(moment):
    with override("es"):
        return date_format(timezone.localtime(moment, ZoneInfo("America/Mexico_City")), "DATETIME_FORMAT")


def make_window(learning, **dates):
    edition = learning.enrolment.edition
    edition.time_zone = "America/Mexico_City"
    edition.save()
    return QuizWindow.objects.create(edition=edition, activity_id=learning.course.quizzes[0].translation_key, **dates)


def test_quiz_says_in_the_zone_of_the_edition_when_it_opens_and_refuses_before(client, learning):
    opens, closes = timezone.now() + dt.timedelta(hours=30), timezone.now() + dt.timedelta(days=3)
    make_window(learning, opens_at=opens, closes_at=closes)
    quiz = learning.course.quizzes[0]
    context = get_context(client, quiz)
    assert describe(opens) in context["message"]
    assert describe(opens) in context["rules"]["opens"]
    assert describe(closes) in context["rules"]["closes"]
    assert context["can_start"] is False
    response = client.post(reverse("start_attempt", args=[quiz.translation_key]), follow=True)
    assert any(describe(opens) in message for message in get_messages(response))
    assert not Attempt.objects.exists()


def test_quiz_says_until_when_the_running_attempt_lasts(client, learning):
    attempt = learning.start(now=timezone.now())
    make_window(learning)
    assert get_context(client, learning.course.quizzes[0])["deadline"] == ""
    attempt.deadline = timezone.now() + dt.timedelta(hours=5)
    attempt.save()
    assert describe(attempt.deadline) in client.get(learning.course.quizzes[0].get_url()).content.decode()


def test_quiz_that_has_closed_cannot_be_begun(client, learning):
    make_window(learning, closes_at=timezone.now() - dt.timedelta(minutes=1))
    context = get_context(client, learning.course.quizzes[0])
    assert (context["can_start"], "closed" in context["message"] or "cerr" in context["message"]) == (False, True)


def test_quiz_with_a_delay_shows_when_and_the_hint_in_place_of_the_button(client):
    learning = Learning(SmallCourse(quiz={"delay": 24, "study_hint": "Lea otra vez la lección 2."}),
                        now=timezone.now())
    client.force_login(learning.learner)
    quiz = learning.course.quizzes[0]
    assert get_context(client, quiz)["can_start"] is True
    learning.submit(learning.start(), right=False)
    page = client.get(quiz.get_url())
    assert page.context["can_start"] is False
    assert "Lea otra vez la lección 2." in page.context["message"]
    assert "<button class=\"button button--large" not in page.content.decode()
    client.post(reverse("start_attempt", args=[quiz.translation_key]))
    assert Attempt.objects.count() == 1


def test_quiz_with_an_honour_statement_wants_it_accepted(client):
    learning = Learning(SmallCourse(quiz={"honour": True}), now=timezone.now())
    client.force_login(learning.learner)
    quiz = learning.course.quizzes[0]
    start = reverse("start_attempt", args=[quiz.translation_key])
    assert 'name="honour"' in client.get(quiz.get_url()).content.decode()
    response = client.post(start, follow=True)
    assert (len(get_messages(response)), Attempt.objects.count()) == (1, 0)
    assert response.redirect_chain[-1][0] == quiz.get_url()
    client.post(start, {"honour": "on"})
    attempt = Attempt.objects.get()
    assert dt.datetime.fromisoformat(attempt.rules["honour_accepted_at"]) == attempt.started_at


def test_quiz_shows_results_on_the_scale_of_the_edition(client, learning):
    learning.submit(learning.start())
    Edition.objects.update(grade_scale="chile")
    content = client.get(learning.course.quizzes[0].get_url()).content.decode()
    assert "<strong>7,0</strong>" in content


def test_quiz_preview_of_an_author_has_its_rules(client):
    course = SmallCourse(quiz={"time_limit": 45})
    author = make_user(is_superuser=True)
    client.force_login(author)
    quiz = course.quizzes[0]
    quiz.time_limit = 50
    quiz.save_revision()
    content = client.get(reverse("wagtailadmin_pages:view_draft", args=[quiz.pk])).content.decode()
    assert '<dl class="facts">' in content
    assert "50 " in content


# --- Catalogue --------------------------------------------------------------------------------------------------------

def test_catalogue_searches_and_keeps_what_was_asked(client):
    course = SmallCourse(title="Atención intercultural", level="advanced")
    SmallCourse(title="Refugio")
    context = get_context(client, get_catalogue(), q=" atencion ", level="advanced")
    assert ([card.page for card in context["cards"]], context["total"], context["query"], context["level"]) == (
        [course.page], 1, "atencion", "advanced")


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "x" * 5000}, {"level": "'\""}, {"q": ["a", "b"]}])
def test_catalogue_bears_any_query(client, query):
    SmallCourse()
    assert client.get(get_catalogue().get_url(), query).status_code == 200


# --- Queries ----------------------------------------------------------------------------------------------------------

def test_pages_of_a_course_cost_the_same_with_3_and_with_400_activities(client):
    course = SmallCourse(lessons=2)
    learning = Learning(course, now=timezone.now() - dt.timedelta(hours=1))
    client.force_login(learning.learner)
    learning.submit(learning.start(), right=False)
    attempt = learning.start()
    urls = [*(page.get_url() for page in (course.page, course.module, course.lessons[0], course.quizzes[0])),
            url_in("es", "attempt", attempt.pk), url_in("es", "review_attempt", attempt.pk)]

    def measure():
        return {url: count_queries(lambda url=url: client.get(url)) for url in urls}

    small = measure()
    add_many_lessons(course.page, modules=20, lessons=20)
    assert measure() == small
    assert max(small.values()) <= 12
    assert client.get(course.page.get_url()).context["outline"].total == 403


@pytest.mark.parametrize("name", ["catalogue", "home"])
def test_lists_of_courses_cost_the_same_with_one_and_with_three(client, name):
    SmallCourse()
    catalogue = get_catalogue()
    url = (catalogue if name == "catalogue" else catalogue.get_parent()).get_url()
    one = count_queries(lambda: client.get(url))
    for _number in range(2):
        SmallCourse()
    assert count_queries(lambda: client.get(url)) == one <= 12
