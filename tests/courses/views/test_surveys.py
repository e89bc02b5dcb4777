import pytest
from django.utils import timezone

from assessments.models import AnswerPool, Completion
from assessments.surveys import unseal
from assessments.tallies import LONGEST_TEXT
from certificates.models import Certificate
from courses.models import Edition, SurveyPage
from courses.views.surveys import show_survey
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import count_queries, get_messages, make_author
from tests.factories import make_survey, make_survey_page, make_user, stable_id, survey_body, translate

pytestmark = pytest.mark.django_db


class Asked(Learning):
    """A learner in a course of one lesson that ends with a survey."""

    def __init__(self, client, **fields):
        super().__init__(SmallCourse(weights=()), now=timezone.now())
        self.page = make_survey_page(parent=self.course.page, survey=make_survey(code="a"), **fields)
        self.client = client
        client.force_login(self.learner)

    def make_form(self, overall="5", content="4", where="home", text="Más tiempo", **fields):
        version = self.page.survey.version
        return {"version": version.pk, "action": "send", f"q2-{stable_id('a', 'overall')}": overall,
                f"q2-{stable_id('a', 'content')}": content, "q3": stable_id("a", where), "q4": text, **fields}

    def post(self, page=None, **fields):
        return self.client.post((page or self.page).get_url(), self.make_form(**fields))

    def get_state(self):
        return unseal(AnswerPool.objects.get().sealed)


@pytest.fixture
def asked(client):
    return Asked(client)


def test_survey_asks_in_both_languages(asked):
    translated = translate(asked.page)
    for page, stem in ((asked.page, "¿Qué cambiaría?"), (translated, "¿Qué cambiaría? (en)")):
        response = asked.client.get(page.get_url())
        assert [question.number for question in response.context["questions"]] == [None, 1, 2, 3]
        assert response.context["questions"][3].stem == stem


def test_survey_that_is_sent_adds_to_totals_and_completes_the_course(asked):
    asked.read()
    response = asked.client.get(asked.post().url)
    assert len(get_messages(response)) == 1
    assert response.context["course_page"].translation_key == asked.course.key
    assert Certificate.objects.get().award == asked.enrolment.pk
    assert asked.get_state()["waiting"] == {
        "n": 1, "counts": {stable_id("a", "overall"): {"5": 1}, stable_id("a", "content"): {"4": 1},
                           stable_id("a", "choice"): {stable_id("a", "home"): 1}},
        "texts": {stable_id("a", "open"): ["Más tiempo"]}}
    completion = Completion.objects.get(activity=asked.page.translation_key)
    assert completion.enrolment == asked.enrolment.pk
    assert completion.completed_at == asked.enrolment.enrolled_at  # the day began before


def test_survey_sent_twice_counts_once(asked):
    asked.post()
    asked.post(overall="1")
    assert asked.get_state()["waiting"]["n"] == 1
    response = asked.client.get(asked.page.get_url())
    assert response.context["is_done"] is True
    assert "survey-form" not in response.content.decode()


def test_survey_in_error_keeps_what_was_typed_and_stores_nothing(asked):
    response = asked.post(overall="", text="x" * (LONGEST_TEXT + 1))
    questions = response.context["questions"]
    assert [bool(question.error) for question in questions] == [False, True, False, True]
    assert questions[3].view["text"] == "x" * (LONGEST_TEXT + 1)
    assert [cell.checked for cell in questions[1].view["rows"][1].cells] == [False, False, False, True, False]
    assert not AnswerPool.objects.exists()
    assert not Completion.objects.exists()


def test_survey_without_any_answer_is_not_sent(client):
    body = survey_body("a")
    body[1]["value"]["required"] = False
    asked = Asked(client)
    asked.page.survey.body = body
    survey = make_survey(code="b", body=body)
    SurveyPage.objects.update(survey=survey)
    asked.page.refresh_from_db()
    response = client.post(asked.page.get_url(), {"version": survey.version_id, "action": "send", "q4": "  "})
    assert response.context["is_empty"] is True
    assert not AnswerPool.objects.exists()


@pytest.mark.parametrize("action", ["save", ""])
def test_survey_is_not_sent_by_another_button(asked, action):
    response = asked.post(action=action)
    assert response.context["questions"][3].view["text"] == "Más tiempo"
    assert not AnswerPool.objects.exists()


def test_survey_that_changed_meanwhile_is_shown_again(asked):
    response = asked.post(version="0" * 64)
    assert response.context["questions"][3].view["text"] == "Más tiempo"
    assert not AnswerPool.objects.exists()


def test_survey_takes_what_was_typed_to_the_other_language_without_storing_it(asked):
    english = translate(asked.page)
    response = asked.client.post(asked.page.get_url(), asked.make_form(language="en", action=""))
    assert (response.status_code, response.url) == (307, english.get_url())
    response = asked.client.post(response.url, asked.make_form(language="en", action=""))
    assert response.status_code == 200
    assert response.context["questions"][3].view["text"] == "Más tiempo"
    assert response.context["has_errors"] is False
    assert not AnswerPool.objects.exists()


def test_survey_ignores_what_its_form_cannot_send(asked):
    assert asked.post(content="9").context["questions"][1].error
    asked.post(where="nowhere", q99="x")
    assert asked.get_state()["waiting"]["counts"] == {stable_id("a", "overall"): {"5": 1},
                                                      stable_id("a", "content"): {"4": 1}}


def test_survey_that_is_not_required_leaves_the_course_complete_without_it(client):
    asked = Asked(client, is_required=False)
    assert asked.read() is not None
    asked.post()
    assert asked.get_state()["waiting"]["n"] == 1


def test_survey_of_a_closed_edition_takes_nothing(asked):
    Edition.objects.update(closes_at=timezone.now())
    response = asked.post()
    assert response.context["can_send"] is False
    assert not AnswerPool.objects.exists()


def test_survey_is_for_who_is_enrolled(asked, client):
    client.force_login(make_user())
    assert client.post(asked.page.get_url(), asked.make_form()).url == asked.course.page.get_url()
    client.logout()
    assert "/account/login/" in client.post(asked.page.get_url(), asked.make_form()).url
    assert not AnswerPool.objects.exists()


def test_survey_is_seen_by_an_author_who_cannot_send_it(asked, client):
    client.force_login(make_author())
    response = client.post(asked.page.get_url(), asked.make_form())
    assert response.context["can_send"] is False
    assert not AnswerPool.objects.exists()


def test_survey_is_previewed_with_its_questions(asked):
    response = asked.page.make_preview_request()
    assert "¿Qué cambiaría?" in response.content.decode()


def test_survey_costs_the_same_with_many_who_answered(asked, client):
    def look():
        return count_queries(lambda: client.get(asked.page.get_url()))

    before = look()
    for _number in range(3):
        other = Learning(asked.course, now=timezone.now())
        client.force_login(other.learner)
        client.post(asked.page.get_url(), asked.make_form())
    client.force_login(asked.learner)
    assert look() == before


def test_survey_hides_its_fields_from_reports_of_errors(asked, rf):
    request = rf.post("/", {"q4": "secret"})
    request.user = asked.learner
    request._messages = type("Messages", (), {"add": lambda *args, **kwargs: None})()
    show_survey(request, asked.page)
    assert request.sensitive_post_parameters == "__ALL__"
