import datetime as dt

import pytest
from django.utils import timezone
from django.utils.translation import override

from assessments.attempts import GRACE
from assessments.models import Answer, Attempt, Completion
from certificates.models import Certificate
from courses.models import Edition
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import count_queries, fill, get_messages, url_in
from tests.factories import make_edition, make_question, translate

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


class Sitting:
    """A learner in front of the page of an attempt."""

    def __init__(self, client, language="es", quiz=None):
        questions = [make_question(), make_question(kind="multiple_choice")]
        quiz = {"questions": questions, "shuffle_questions": False, "shuffle_options": False, **(quiz or {})}
        self.client, self.language = client, language
        self.learning = Learning(SmallCourse(quiz=quiz), now=timezone.now())
        client.force_login(self.learning.learner)
        self.quiz = self.learning.course.quizzes[0]

    def start(self):
        response = self.client.post(url_in(self.language, "start_attempt", self.quiz.translation_key))
        self.attempt = Attempt.objects.open().get(learner=self.learning.learner)
        assert response.url == self.url("attempt")
        return self

    def url(self, name, language=None):
        return url_in(language or self.language, name, self.attempt.pk)

    def look(self, name="attempt", **extra):
        return self.client.get(self.url(name), **extra)

    def post(self, data, name="attempt", **extra):
        return self.client.post(self.url(name), data, **extra)

    def expire(self, ago=2 * GRACE):
        """The deadline has passed that long ago."""
        Attempt.objects.update(deadline=timezone.now() - ago)

    def get_saved(self):
        answers = Answer.objects.order_by("position")
        return {answer.position: [self.attempt.form[answer.position]["options"].index(option)
                                  for option in answer.response] for answer in answers}


@pytest.fixture
def sitting(client):
    return Sitting(client).start()


# --- Start ------------------------------------------------------------------------------------------------------------

def test_start_twice_leads_to_the_same_attempt(sitting):
    sitting.start()
    assert Attempt.objects.count() == 1


def test_start_without_attempts_left_says_so(client):
    sitting = Sitting(client, quiz={"attempts_allowed": 1}).start()
    sitting.learning.submit(sitting.attempt, right=False)
    response = client.post(url_in("es", "start_attempt", sitting.quiz.translation_key), follow=True)
    assert response.redirect_chain[-1][0] == sitting.quiz.get_url()
    assert len(get_messages(response)) == 1
    assert response.context["can_start"] is False
    assert Attempt.objects.count() == 1


def test_start_of_a_test_without_questions_says_so(client):
    question = make_question()
    sitting = Sitting(client, quiz={"questions": [question]})
    question.delete()
    response = client.post(url_in("es", "start_attempt", sitting.quiz.translation_key), follow=True)
    assert response.redirect_chain[-1][0] == sitting.quiz.get_url()
    assert len(get_messages(response)) == 1


def test_start_in_a_closed_edition_says_so(client):
    sitting = Sitting(client)
    Edition.objects.update(closes_at=timezone.now())
    response = client.post(url_in("es", "start_attempt", sitting.quiz.translation_key), follow=True)
    assert len(get_messages(response)) == 1
    assert response.context["can_start"] is False
    assert not Attempt.objects.exists()


def test_start_of_a_withdrawn_test_is_missing(client):
    sitting = Sitting(client)
    sitting.quiz.unpublish()
    assert client.post(url_in("es", "start_attempt", sitting.quiz.translation_key)).status_code == 404


# --- Answer -----------------------------------------------------------------------------------------------------------

def test_page_shows_the_frozen_questions_and_what_is_saved(sitting):
    questions = sitting.look().context["questions"]
    assert [question.number for question in questions] == [1, 2]
    sitting.post(fill(questions, positions=[1]))
    response = sitting.look()
    checked = [[option.checked for option in question.options] for question in response.context["questions"]]
    right = [[option.correct for option in question.options] for question in response.context["questions"]]
    assert checked == [[False] * 3, right[1]]
    html = response.content.decode()
    assert html.count(" checked") == 2
    assert "Sobre «Correcta»" not in html  # feedback only after handing in


def test_page_is_the_same_whatever_the_key(client):
    pages = []
    for keys in [(True, False), (False, True)]:
        question = make_question(code="q", options=list(zip(["Escuchar", "Derivar"], keys, strict=True)))
        sitting = Sitting(client, quiz={"questions": [question]}).start()
        html = sitting.look().content.decode()
        pages.append(html[html.index("<fieldset"):html.index("</fieldset>")])
        question.delete()
    assert "Derivar" in pages[0]
    assert pages[0] == pages[1]


def test_save_says_so_and_stays(sitting):
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "save"}, follow=True)
    assert response.redirect_chain == [(sitting.url("attempt"), 302)]
    assert len(get_messages(response)) == 1
    assert len(sitting.get_saved()) == 2


def test_review_saves_first_and_counts(sitting):
    data = fill(sitting.look().context["questions"], positions=[1]) | {"action": "review"}
    response = sitting.post(data, follow=True)
    assert response.redirect_chain == [(sitting.url("review_attempt"), 302)]
    assert [response.context[name] for name in ("unanswered", "answered", "total")] == [[1], 1, 2]
    assert Attempt.objects.get().is_open


def test_language_switch_saves_first_and_lands_on_the_other_language(client):
    question = make_question(options=[("Escuchar", True), ("Derivar", False)])
    sitting = Sitting(client, quiz={"questions": [question]}).start()
    translate(sitting.quiz)
    response = sitting.post({"before0": "", "q0": "1", "language": "en"}, follow=True)
    assert response.redirect_chain == [(sitting.url("attempt", "en"), 302)]
    (shown,) = response.context["questions"]
    assert (shown.stem, shown.language, shown.before) == ("¿Qué corresponde hacer? (en)", "en", "1")
    assert [option.text for option in shown.options] == ["Escuchar (en)", "Derivar (en)"]
    back = client.post(sitting.url("attempt", "en"), {"before0": "1", "q0": "0", "language": "es"}, follow=True)
    assert [option.text for option in back.context["questions"][0].options if option.checked] == ["Escuchar"]
    assert Attempt.objects.count() == 1


def test_language_switch_never_hands_in(sitting):
    sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit", "language": "en"})
    assert Attempt.objects.get().is_open


def test_language_that_does_not_exist_is_ignored(sitting):
    response = sitting.post({"before0": "", "q0": "1", "language": "//elsewhere.example"})
    assert response.url == sitting.url("attempt")


def test_text_without_translation_is_shown_in_the_first_language(client):
    question = make_question()
    raw = question.body.raw_data[0]
    question.body = [{**raw, "value": {**raw["value"], "stem": {"es": "Sólo en español", "en": ""}}}]
    question.save()
    sitting = Sitting(client, quiz={"questions": [question]}, language="en").start()
    (shown,) = sitting.look().context["questions"]
    assert (shown.stem, shown.language, shown.options[0].text) == ("Sólo en español", "es", "Correcta (en)")


def test_true_or_false_are_words_of_the_active_language(client):
    sitting = Sitting(client, quiz={"questions": [make_question(kind="true_false")]}, language="en").start()
    assert [option.text for option in sitting.look().context["questions"][0].options] == ["True", "False"]


def test_two_tabs_keep_what_each_answered_and_tell_what_was_overtaken(sitting):
    both = sitting.look().context["questions"]
    assert len(get_messages(sitting.post(fill(both, positions=[0]), follow=True))) == 1
    assert len(get_messages(sitting.post(fill(both, positions=[1]), follow=True))) == 1
    assert sitting.get_saved() == {0: [0], 1: [0, 2]}
    assert len(get_messages(sitting.post(fill(both, right=False, positions=[0]), follow=True))) == 2
    assert sitting.get_saved() == {0: [1], 1: [0, 2]}


# --- Save by script ---------------------------------------------------------------------------------------------------

def test_autosave_answers_with_the_time(sitting):
    response = sitting.post(fill(sitting.look().context["questions"], positions=[0]), "save_attempt")
    reply = response.json()
    assert (response.status_code, reply["state"], reply["remaining"]) == (200, "saved", None)
    assert dt.datetime.fromisoformat(reply["saved_at"]) == Answer.objects.get().saved_at


def test_autosave_tells_the_seconds_left(client):
    sitting = Sitting(client, quiz={"time_limit": 10}).start()
    assert 590 <= sitting.post({}, "save_attempt").json()["remaining"] <= 600


def test_autosave_after_handing_in_says_closed(sitting):
    sitting.learning.submit(sitting.attempt)
    response = sitting.post({"before0": "", "q0": "1"}, "save_attempt")
    reply = response.json()
    assert (response.status_code, reply["state"], reply["url"]) == (409, "closed", sitting.url("result"))
    assert reply["message"]


def test_autosave_too_late_says_so_and_grades_what_was_saved(sitting):
    sitting.post(fill(sitting.look().context["questions"]), "save_attempt")
    sitting.expire()
    response = sitting.post({"before0": "0", "q0": "1"}, "save_attempt")
    assert (response.status_code, response.json()["state"], response.json()["url"]) == (
        409, "late", sitting.url("result"))
    attempt = Attempt.objects.get()
    assert (attempt.passed, attempt.closed_by) == (True, "time")
    assert Completion.objects.get().attempt == attempt


MALFORMED = [
    {"before0": "", "q0": "x"}, {"before0": "", "q0": "99"}, {"before0": "", "q0": "-1"}, {"before0": "", "q0": "1.0"},
    {"before0": "", "q0": ["0", "1"]}, {"before0": "", "q0": ["0", "0"]}, {"before0": "x", "q0": "0"},
    {"before0": "99", "q0": "0"}, {"before0": "", "q0": "9" * 5000}, {"before0": "", "q0": "\x00"},
    {"before0": "", "q0": ""}, {"before1": "", "q1": ["0", "0"]}, {"before0": "0,,x", "q0": "0"},
]


@pytest.mark.parametrize("data", MALFORMED)
def test_malformed_answer_is_refused_and_changes_nothing(sitting, data):
    sitting.post({"before0": "", "q0": "2"})
    response = sitting.post({**data, "before1": data.get("before1", ""), "q1": data.get("q1", "0")}, "save_attempt")
    assert (response.status_code, response.json()["state"]) == (400, "refused")
    response = sitting.post({**data, "action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("attempt"), 302)]
    assert len(get_messages(response)) == 2  # one of the save before
    assert sitting.get_saved() == {0: [2]}
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("data", [
    {}, {"action": "dance"}, {"q0": "1"}, {"before7": "", "q7": "1"}, {"before0": ""},
])
def test_post_without_answers_of_ours_saves_nothing(sitting, data):
    assert sitting.post(data).url == sitting.url("attempt")
    assert (sitting.get_saved(), Attempt.objects.get().is_open) == ({}, True)


# --- Hand in ----------------------------------------------------------------------------------------------------------

def test_submit_grades_and_shows_the_result(sitting):
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    context = response.context
    assert (context["percentage"], context["passed"], context["pass_mark"]) == (100, True, 60)
    assert [question.is_right for question in context["questions"]] == [True, True]
    assert context["next_item"].key == sitting.learning.course.lessons[0].translation_key
    assert (context["certificate"], context["attempts_left"]) == (None, 2)


def test_submit_as_the_last_thing_shows_the_certificate(sitting):
    sitting.learning.read_all()
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit"}, follow=True)
    certificate = Certificate.objects.get()
    assert response.context["certificate"] == certificate
    assert url_in("es", "certificate", certificate.code) in response.content.decode()
    assert response.context["can_retry"] is False


def test_submit_twice_says_that_the_first_stands(sitting):
    data = fill(sitting.look().context["questions"]) | {"action": "submit"}
    sitting.post(data)
    response = sitting.post(data | {"q0": "2"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    assert len(get_messages(response)) == 1
    assert Attempt.objects.get().score == 2


def test_submit_too_late_says_so_and_shows_what_was_saved(sitting):
    sitting.post(fill(sitting.look().context["questions"], positions=[0]))
    sitting.expire()
    response = sitting.post({"before1": "", "q1": "1", "action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    assert len(get_messages(response)) == 2  # one of the save before
    assert [question.is_answered for question in response.context["questions"]] == [True, False]


@pytest.mark.parametrize("name", ["attempt", "review_attempt", "result"])
def test_page_of_an_overdue_attempt_closes_it_and_shows_the_result(sitting, name):
    sitting.post(fill(sitting.look().context["questions"]))
    sitting.expire()
    response = sitting.look(name, follow=True)
    assert response.request["PATH_INFO"] == sitting.url("result")
    assert (response.context["passed"], Attempt.objects.get().closed_by) == (True, "time")


def test_page_within_the_grace_stays_open_with_no_seconds_left(sitting):
    sitting.expire(ago=dt.timedelta(seconds=5))
    assert sitting.look().context["remaining_seconds"] == 0
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("name", ["attempt", "review_attempt"])
def test_page_of_a_closed_attempt_leads_to_its_result(sitting, name):
    sitting.learning.submit(sitting.attempt)
    assert sitting.look(name).url == sitting.url("result")


def test_result_of_an_open_attempt_leads_back_to_it(sitting):
    assert sitting.look("result").url == sitting.url("attempt")


# --- Result -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("language", "feedback"), [("es", "Sobre «Derivar»"), ("en", "Sobre «Derivar» (en)")])
def test_result_gives_the_feedback_of_what_was_chosen_in_the_active_language(client, language, feedback):
    question = make_question(options=[("Escuchar", True), ("Derivar", False)])
    sitting = Sitting(client, quiz={"questions": [question]}).start()
    sitting.learning.submit(sitting.attempt, right=False)
    response = client.get(sitting.url("result", language))
    (shown,) = response.context["questions"]
    chosen = shown.options[1]
    assert (chosen.checked, chosen.correct, chosen.feedback) == (True, False, feedback)
    html = response.content.decode()
    assert feedback in html
    assert "Sobre «Escuchar»" not in html
    assert (response.context["passed"], response.context["can_retry"], response.context["next_item"]) == (
        False, True, None)


def test_result_marks_partly_right_and_not_answered(client):
    question = make_question(kind="multiple_choice", options=[("A", True), ("B", True), ("C", False)])
    sitting = Sitting(client, quiz={"questions": [question, make_question()]}).start()
    sitting.post({"before0": "", "q0": ["0"], "before1": "", "action": "submit"})
    first, second = sitting.look("result").context["questions"]
    assert (first.is_partly, first.is_right, str(first.score)) == (True, False, "0.5000")
    assert (second.is_partly, second.is_right, second.is_answered) == (False, False, False)


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


def test_result_of_an_edition_is_that_of_its_enrolment(client):
    sitting = Sitting(client).start()
    other = make_edition(course_page=sitting.learning.course.page)
    again = Learning(sitting.learning.course, learner=sitting.learning.learner, edition=other,
                     now=timezone.now() + DAY).read_all()
    again.pass_quiz()
    sitting.learning.submit(sitting.attempt, right=False)
    context = sitting.look("result").context
    assert (context["certificate"], context["attempts_left"]) == (None, 2)


@pytest.mark.parametrize("name", ["attempt", "review_attempt", "result"])
def test_queries_do_not_grow_with_questions_or_attempts(client, name):
    numbers = []
    for size in (1, 12):
        sitting = Sitting(client, quiz={"questions": [make_question() for _number in range(size)],
                                        "attempts_allowed": 0})
        for _number in range(size):
            sitting.start()
            sitting.learning.submit(sitting.attempt)
        if name != "result":
            sitting.start()
        numbers.append(count_queries(lambda sitting=sitting: sitting.look(name)))
    assert numbers[0] == numbers[1] <= 12


def test_localised_texts_do_not_depend_on_the_order_of_languages():
    from courses.views.attempts import localise

    with override("en"):
        assert localise({"es": "Hola", "en": "Hello"}) == ("Hello", "en")
        assert localise({"pt": "Olá", "es": "Hola"}) == ("Hola", "es")
        assert localise({"pt": "Olá"}) == ("Olá", "pt")
        assert localise({}) == localise(None) == ("", "en")
