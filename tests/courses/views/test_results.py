import datetime as dt
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.attempts import GRACE
from assessments.marking import give_mark
from assessments.models import Attempt
from courses import progress
from courses.models import QuizWindow
from courses.quizzes import get_rules
from tests.assessments.marked_questions import make_long_text
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import url_in
from tests.factories import get_edition, localized, make_edition, make_question, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def sitting(client):
    return Sitting(client).start()


@pytest.mark.parametrize(("language", "feedback"), [("es", "Sobre «Derivar»"), ("en", "Sobre «Derivar» (en)")])
def test_result_gives_the_feedback_of_what_was_chosen_in_the_active_language(client, language, feedback):
    question = make_question(options=[("Escuchar", True), ("Derivar", False)])
    sitting = Sitting(client, quiz={"questions": [question]}).start()
    sitting.learning.submit(sitting.attempt, right=False)
    response = client.get(sitting.url("result", language))
    (shown,) = response.context["questions"]
    chosen = shown.view["options"][1]
    assert (chosen.checked, chosen.correct, chosen.feedback) == (True, False, feedback)
    html = response.content.decode()
    assert feedback in html
    assert "Sobre «Escuchar»" not in html
    assert (response.context["passed"], response.context["can_retry"], response.context["next_item"]) == (
        False, True, None)


def test_result_marks_partly_right_and_not_answered(client):
    question = make_question(kind="multiple_choice", options=[("A", True), ("B", True), ("C", False)])
    sitting = Sitting(client, quiz={"questions": [question, make_question()]}).start()
    sitting.post(sitting.choose(0, 0) | {"before1": "", "action": "submit"})
    first, second = sitting.look("result").context["questions"]
    assert (first.verdict, first.score, first.points_earned) == ("partly", Fraction(1, 2), "0,5")
    assert (second.verdict, second.score, second.is_answered) == ("unanswered", 0, False)


def test_result_of_a_withdrawn_test_stays_and_offers_no_new_attempt(sitting):
    sitting.learning.submit(sitting.attempt, right=False)
    sitting.quiz.unpublish()
    response = sitting.look("result")
    assert (response.status_code, response.context["can_retry"]) == (200, False)


def test_result_after_the_last_attempt_offers_no_new_one(client):
    sitting = Sitting(client, quiz={"attempts_allowed": 1}).start()
    sitting.learning.submit(sitting.attempt, right=False)
    context = sitting.look("result").context
    assert (context["can_retry"], context["attempts_left"]) == (False, 0)


def test_result_leads_to_the_honour_statement_where_a_new_attempt_needs_it(client):
    sitting = Sitting(client, quiz={"honour": True})
    sitting.attempt = progress.start_attempt(
        enrolment=sitting.learning.enrolment, activity=sitting.quiz.translation_key, rules=get_rules(sitting.quiz),
        now=timezone.now(), honour_accepted=True)
    sitting.learning.submit(sitting.attempt, right=False)
    content = sitting.look("result").content.decode()
    assert url_in("es", "start_attempt", sitting.quiz.translation_key) not in content
    assert f'<a class="button button--large" href="{sitting.quiz.get_url()}">' in content


def test_result_of_an_edition_is_that_of_its_enrolment(client):
    sitting = Sitting(client).start()
    other = make_edition(course_page=sitting.learning.course.page)
    again = Learning(sitting.learning.course, learner=sitting.learning.learner, edition=other,
                     now=timezone.now() + DAY).read_all()
    again.pass_quiz()
    sitting.learning.submit(sitting.attempt, right=False)
    context = sitting.look("result").context
    assert (context["certificate"], context["attempts_left"]) == (None, 2)


# --- What waits for a person ------------------------------------------------------------------------------------------

@pytest.fixture
def waiting(client):
    sitting = Sitting(client, quiz={"questions": [make_question(), make_long_text(rubric=[], points="3")]}).start()
    sitting.post(sitting.choose(0, 0) | {"before1": "", "q1": "Escuché y anoté.", "action": "submit"})
    return sitting


def test_result_that_waits_has_no_score_and_no_verdict(waiting):
    response = waiting.look("result")
    context = response.context
    assert [context[name] for name in ("percentage", "passed", "next_item", "can_retry", "show_key")] == [
        None, None, None, False, False]
    assert [question.verdict for question in context["questions"]] == ["right", "pending"]
    html = response.content.decode()
    assert "outcome--pending" in html
    assert "outcome--passed" not in html
    assert "Escuché y anoté." in html


@pytest.mark.parametrize(("fraction", "verdict", "earned", "passed"), [
    (Fraction(1, 3), "partly", "1", False), (Fraction(1), "right", "3", True), (Fraction(0), "wrong", "0", False),
])
def test_result_after_marking_has_the_mark_and_what_was_said(waiting, fraction, verdict, earned, passed):
    answer = waiting.attempt.answers.get(position=1)
    give_mark(answer_id=answer.pk, marker=make_user(), fraction=fraction, levels={}, comment="Falta la fecha.",
              now=timezone.now())
    response = waiting.look("result")
    marked = response.context["questions"][1]
    assert (marked.verdict, marked.points_earned, marked.points_most) == (verdict, earned, "3")
    assert response.context["passed"] is passed
    assert response.content.decode().count("Falta la fecha.") == 1


# --- When the answers are shown ---------------------------------------------------------------------------------------

def make_closing(client, closes_at):
    """A test whose answers are shown after it has closed, handed in with a wrong answer."""
    sitting = Sitting(client, quiz={"feedback": "closed"})
    QuizWindow.objects.create(edition=get_edition(sitting.learning.course.page),
                              activity_id=sitting.quiz.translation_key, closes_at=closes_at)
    sitting.start()
    sitting.post(sitting.choose(0, 1) | {"action": "submit"})
    return sitting


def test_result_before_the_closing_has_the_score_only_and_says_when(client):
    closes_at = timezone.now() + DAY
    response = make_closing(client, closes_at).look("result")
    context = response.context
    assert (context["questions"], context["show_key"], context["percentage"], context["passed"]) == (
        [], False, 0, False)
    assert context["shown_at"]
    html = response.content.decode()
    assert context["shown_at"] in html
    assert "Correcta" not in html


def test_result_after_the_closing_has_the_answers_and_the_key(client):
    sitting = make_closing(client, timezone.now() + DAY)
    Attempt.objects.update(rules={**Attempt.objects.get().rules, "closes_at": timezone.now().isoformat()})
    context = sitting.look("result").context
    assert (len(context["questions"]), context["show_key"], context["shown_at"]) == (2, True, "")


def test_result_of_a_test_that_never_closes_shows_its_answers_at_the_end(client):
    sitting = Sitting(client, quiz={"feedback": "closed"}).start()
    sitting.post(sitting.choose(0, 1) | {"action": "submit"})
    context = sitting.look("result").context
    assert (len(context["questions"]), context["show_key"]) == (2, False)


def test_result_of_a_test_with_feedback_at_once_shows_the_key(client):
    sitting = Sitting(client, quiz={"feedback": "now"}).start()
    sitting.post(sitting.choose(0, 1) | {"action": "submit"})
    assert sitting.look("result").context["show_key"] is True


# --- Another attempt --------------------------------------------------------------------------------------------------

def test_result_says_when_the_next_attempt_can_begin(client):
    sitting = Sitting(client, quiz={"delay": 24, "study_hint": "Lea otra vez la lección 2."}).start()
    sitting.post({"action": "submit"})
    response = sitting.look("result")
    context = response.context
    assert (context["can_retry"], context["attempts_left"], context["show_key"]) == (True, 2, False)
    assert "Lea otra vez la lección 2." in context["retry_refusal"]
    html = response.content.decode()
    assert context["retry_refusal"] in html
    assert 'action="/es/learn/activities/' not in html


def test_result_of_a_test_that_has_closed_offers_no_new_attempt_and_shows_the_key(client):
    sitting = make_closing(client, timezone.now() + DAY)
    window = QuizWindow.objects.get()
    window.closes_at = timezone.now() - 2 * GRACE
    window.save()
    Attempt.objects.update(rules={**Attempt.objects.get().rules, "feedback": "end"})
    context = sitting.look("result").context
    assert (context["can_retry"], context["attempts_left"], context["show_key"]) == (False, 2, True)


# --- Points -----------------------------------------------------------------------------------------------------------

def test_result_shows_points_that_an_answer_cost(client):
    question = make_question()
    raw = question.body.raw_data[0]
    question.body = [{**raw, "value": {**raw["value"], "penalty": "half", "points": "3"}}]
    question.save()
    sitting = Sitting(client, quiz={"questions": [question]}).start()
    sitting.post(sitting.choose(0, 1) | {"action": "submit"})
    response = sitting.look("result")
    (shown,) = response.context["questions"]
    assert (shown.verdict, shown.points_earned, shown.is_negative, response.context["percentage"]) == (
        "wrong", "-1,5", True, 0)
    assert "-1,5" in response.content.decode()


def test_result_of_questions_without_points_has_neither_score_nor_verdict(client):
    statements = [{"type": "item", "id": str(number), "value": {"text": localized(f"Frase {number}"), "reverse": False,
                                                                "subscale": ""}} for number in range(2)]
    scale = make_question(kind="likert", value={"points": "0", "statements": statements})
    sitting = Sitting(client, quiz={"questions": [scale]}).start()
    sitting.post({"action": "submit"})
    response = sitting.look("result")
    assert [question.verdict for question in response.context["questions"]] == [""]
    assert "%" not in response.content.decode().partition('<div class="outcome')[2].partition("</div>\n")[0]


@pytest.mark.parametrize(("scale", "grade"), [("percent", "100\xa0%"), ("chile", "7,0"), ("mexico", "10,0"),
                                              ("pass_fail", "")])
def test_result_has_the_grade_on_the_scale_of_the_edition(client, scale, grade):
    sitting = Sitting(client).start()
    edition = get_edition(sitting.learning.course.page)
    edition.grade_scale = scale
    edition.save()
    sitting.learning.submit(sitting.attempt)
    html = sitting.look("result").content.decode()
    word = html.partition('<p class="outcome__word">')[2].partition("</p>")[0]
    assert word.partition(":")[2].strip() == grade


def test_result_of_a_passed_test_keeps_the_key_while_another_attempt_could_use_it(client):
    learning = Learning(SmallCourse(quiz={"questions": [make_question()], "attempts_allowed": 2}), now=timezone.now())
    client.force_login(learning.learner)

    def look():
        context = client.get(reverse("result", args=[first.pk])).context
        return context["passed"], context["show_key"], context["can_retry"]

    first = learning.pass_quiz()[0]
    assert look() == (True, False, False)
    second = learning.start()
    assert look() == (True, False, False)
    learning.submit(second, positions=[])
    assert look() == (True, True, False)
