"""Attempts at a branching scenario: what is saved, and the page without JavaScript."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from assessments.attempts import Change, save_answers, start_attempt
from assessments.models import Answer, Attempt
from assessments.quiz_rules import QuizRules
from tests.assessments.kinds.stories import ID, make_scenario
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_question, make_user, stable_id


def start(scenario, **rules):
    return start_attempt(learner=make_user(), enrolment=stable_id("enrolment"), activity=stable_id("activity"),
                         rules=QuizRules(sections=(scenario.pk,), pass_mark=60, **rules), now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(("restart", "kept", "refused"), [(False, ["start 0"], (0,)), (True, ["start 1"], ())])
def test_a_page_left_open_elsewhere_takes_no_step_back(restart, kept, refused):
    attempt = start(make_scenario(restart=restart))

    def save(*names):
        response = {"path": [ID[name] for name in names]}
        return save_answers(attempt_id=attempt.pk, learner=attempt.learner, now=timezone.now(),
                            changes=[Change(position=0, before="", response=response)])

    assert save("start 0").refused == ()
    assert save("start 1").refused == refused
    assert Answer.objects.get().response == {"path": [ID[name] for name in kept]}


@pytest.mark.django_db
@pytest.mark.parametrize(("names", "checked"), [([], []), (["start 1"], []), (["start 1", "yard 1"], [0])])
def test_only_a_finished_story_is_checked_before_the_end(names, checked):
    attempt = start(make_scenario(), feedback="now")
    changes = [Change(position=0, before="", response={"path": [ID[name] for name in names]})]
    save_answers(attempt_id=attempt.pk, learner=attempt.learner, changes=changes, now=timezone.now(), check=0)
    attempt.refresh_from_db()
    assert attempt.checked == checked


class Sitting:
    """A learner before the page of an attempt at one scenario, who presses the buttons of its form."""

    def __init__(self, client, scenario, language="es"):
        quiz = {"questions": [make_question(kind="true_false"), scenario], "shuffle_questions": False}
        self.client, self.language = client, language
        self.learning = Learning(SmallCourse(lessons=0, quiz=quiz), now=timezone.now())
        client.force_login(self.learning.learner)
        with override(language):
            client.post(reverse("start_attempt", args=[self.learning.course.quizzes[0].translation_key]))
            self.attempt = Attempt.objects.get()
            self.address = reverse("attempt", args=[self.attempt.pk])
            self.save_address = reverse("save_attempt", args=[self.attempt.pk])

    def look(self):
        return BeautifulSoup(self.client.get(self.address).content, "html.parser")

    def fill(self, choose=None, button=None):
        page = self.look()
        data = {field["name"]: field["value"] for field in page.select("#attempt-form input[type=hidden]")}
        if choose:
            [label] = [label for label in page.select("label") if label.text.split() == choose.split()]
            data[label.input["name"]] = label.input["value"]
        return data | ({"q1-go": button} if button else {})

    def go(self, choose):
        return self.client.post(self.address, self.fill(choose, "on"))

    def get_path(self):
        answer = Answer.objects.filter(position=1).first()
        return answer and answer.response


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "mark"), [("es", ""), ("en", " (en)")])
def test_a_story_is_taken_without_javascript_up_to_its_result(client, language, mark):
    sitting = Sitting(client, make_scenario(), language)
    assert sitting.go(f"Gritar{mark}").url == f"{sitting.address}#question-2"
    assert f"Tras gritar{mark}" in sitting.look().text
    sitting.go(f"Volver{mark}")
    sitting.go(f"Escuchar{mark}")
    assert f"Se va tranquila{mark}" in sitting.look().text
    assert sitting.get_path() == {"path": [ID["start 1"], ID["yard 0"], ID["start 0"]]}
    response = client.post(sitting.address, sitting.fill() | {"action": "submit"}, follow=True)
    sitting.attempt.refresh_from_db()
    assert Answer.objects.get(position=1).score == 1  # -1 + 0 + 2, of 2, of 2 points
    assert f"Tras gritar{mark}" in response.content.decode()
    assert f"Se va tranquila{mark}" in response.content.decode()


@pytest.mark.django_db
def test_autosave_and_the_other_buttons_take_no_choice(client):
    sitting = Sitting(client, make_scenario())
    assert client.post(sitting.save_address, sitting.fill("Gritar")).json()["state"] == "saved"
    client.post(sitting.address, sitting.fill("Gritar") | {"action": "save"})
    client.post(sitting.address, sitting.fill("Gritar") | {"action": "review"})
    assert sitting.get_path() is None
    sitting.go("Gritar")
    assert client.post(sitting.save_address, sitting.fill("Irse")).json()["state"] == "saved"
    assert sitting.get_path() == {"path": [ID["start 1"]]}


@pytest.mark.django_db
def test_a_forged_way_is_refused_and_changes_nothing(client):
    sitting = Sitting(client, make_scenario())
    sitting.go("Gritar")
    for forged in ("", ID["start 0"], ID["yard 1"], f"{ID['start 1']},{ID['start 0']}", "x" * 5000, "," * 5000, "\0"):
        assert client.post(sitting.address, sitting.fill() | {"q1-path": forged}).status_code == 302
        assert sitting.get_path() == {"path": [ID["start 1"]]}


@pytest.mark.django_db
def test_the_story_starts_again_where_that_is_allowed(client):
    sitting = Sitting(client, make_scenario(restart=True))
    sitting.go("Gritar")
    client.post(sitting.address, sitting.fill(button="restart"))
    assert sitting.get_path() == {}
    assert "Está en start" in sitting.look().text
    sitting.go("Escuchar")
    assert sitting.get_path() == {"path": [ID["start 0"]]}


@pytest.mark.django_db
@pytest.mark.parametrize(("names", "state"), [
    ([], "open"), (["start 1"], "begun"), (["start 1", "yard 1"], "answered")])
def test_story_without_an_ending_is_begun_and_not_answered(names, state):
    attempt = start(make_scenario())
    changes = [Change(position=0, before="", response={"path": [ID[name] for name in names]})]
    saved = save_answers(attempt_id=attempt.pk, learner=attempt.learner, changes=changes, now=timezone.now())
    assert saved.states == {0: state}
