import datetime as dt
import json

import pytest

from assessments.models import Answer, Attempt, Completion
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import fill, get_messages
from tests.factories import localized, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client):
    return Sitting(client).start()


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
    response = sitting.post(sitting.choose(0, 1), "save_attempt")
    reply = response.json()
    assert (response.status_code, reply["state"], reply["url"]) == (409, "closed", sitting.url("result"))
    assert reply["message"]


def test_autosave_too_late_says_so_and_grades_what_was_saved(sitting):
    sitting.post(fill(sitting.look().context["questions"]), "save_attempt")
    sitting.expire()
    response = sitting.post(sitting.choose(0, 1, before=[0]), "save_attempt")
    assert (response.status_code, response.json()["state"], response.json()["url"]) == (
        409, "late", sitting.url("result"))
    attempt = Attempt.objects.get()
    assert (attempt.passed, attempt.closed_by) == (True, "time")
    assert Completion.objects.get().attempt == attempt


@pytest.mark.parametrize("response", [
    ["x"], ["99"], ["0", "1"], ["\x00"], ["9" * 5000], ["{}"], ["several"], ["twice"],
])
def test_malformed_answer_is_refused_and_changes_nothing(sitting, response):
    ids = sitting.attempt.form[0]["options"]
    response = {"several": ids[:2], "twice": ids[:1] * 2}.get(response[0], response)
    sitting.post(sitting.choose(0, 2))
    data = {"before0": "", "q0": response}
    reply = sitting.post(data | sitting.choose(1, 0), "save_attempt")
    assert (reply.status_code, reply.json()["state"]) == (400, "refused")
    assert sitting.get_saved() == {0: [2], 1: [0]}
    page = sitting.post(data, follow=True)
    assert page.redirect_chain == [(sitting.url("attempt"), 302)]
    assert len(get_messages(page)) == 2  # one of the save before
    sitting.post({**data, "action": "submit"})
    assert sitting.get_saved() == {0: [2], 1: [0]}


def test_fingerprint_of_no_answer_of_ours_is_taken_as_another_window(sitting):
    sitting.post(sitting.choose(0, 2))
    response = sitting.post(sitting.choose(0, 1) | {"before0": "0,,x"}, follow=True)
    assert len(get_messages(response)) == 3  # saved, overtaken, saved
    assert sitting.get_saved() == {0: [1]}


@pytest.mark.parametrize("data", [
    {}, {"action": "dance"}, {"q0": "1"}, {"before7": "", "q7": "1"}, {"before0": ""},
])
def test_post_without_answers_of_ours_saves_nothing(sitting, data):
    assert sitting.post(data).url == sitting.url("attempt")
    assert (sitting.get_saved(), Attempt.objects.get().is_open) == ({}, True)


def test_autosave_tells_how_far_each_question_is_answered(sitting):
    reply = sitting.post(sitting.choose(0, 1) | sitting.choose(1), name="save_attempt").json()
    assert reply["states"] == {"0": "answered", "1": "open"}


def test_answer_that_arrives_after_a_later_one_of_its_page_is_not_taken(sitting):
    sitting.post(sitting.choose(0, 2) | {"turn0": "k3jx.2"}, name="save_attempt")
    sitting.post(sitting.choose(0, 1) | {"turn0": "k3jx.1"}, name="save_attempt")
    assert sitting.get_saved() == {0: [2]}
    sitting.post(sitting.choose(0, 1) | {"turn0": "never ours"}, name="save_attempt")
    assert sitting.get_saved() == {0: [1]}


def test_page_tells_which_changes_were_taken(sitting):
    sitting.post(sitting.choose(0, 2) | {"turn0": "k3jx.2"}, name="save_attempt")
    assert json.loads(sitting.look().context["taken"]) == {"0": "k3jx.2"}


# --- Language of what is answered -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", ["attempt", "save_attempt"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_answer_has_the_language_in_which_its_question_was_shown(client, name, language):
    untranslated = make_question(kind="true_false", value={
        "stem": localized("Solo en español", ""), "answer": "true", "when_true": localized(""),
        "when_false": localized("")})
    sitting = Sitting(client, language=language, quiz={"questions": [make_question(), untranslated]}).start()
    other = {"es": "en", "en": "es"}[language]
    sitting.post({**sitting.choose(0, 0), **sitting.choose(1, 0), "language": other}, name)
    assert dict(sitting.attempt.answers.values_list("position", "language")) == {0: language, 1: "es"}
