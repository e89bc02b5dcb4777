import datetime as dt
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from assessments.attempts import get_fingerprint
from assessments.models import Answer, Attempt, Completion
from certificates.models import Certificate
from courses.models import Edition
from tests.assessments.marked_questions import make_long_text
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import count_queries, fill, get_messages, url_in
from tests.factories import localized, make_question, translate

pytestmark = pytest.mark.django_db


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
    checked = [[option.checked for option in question.view["options"]] for question in response.context["questions"]]
    right = [[option["correct"] for option in question.item["options"]] for question in response.context["questions"]]
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
    assert [response.context[name] for name in ("unanswered", "answered", "total")] == [
        [(1, f"{sitting.url('attempt')}#question-1")], 1, 2]
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize(("questions", "is_marked"), [
    ([make_question], False), ([make_question, make_long_text], True),
])
def test_review_tells_when_a_person_marks(client, questions, is_marked):
    sitting = Sitting(client, quiz={"questions": [make() for make in questions]}).start()
    assert sitting.look("review_attempt").context["is_marked"] is is_marked


def test_language_switch_saves_first_and_lands_on_the_other_language(client):
    question = make_question(options=[("Escuchar", True), ("Derivar", False)])
    sitting = Sitting(client, quiz={"questions": [question]}).start()
    translate(sitting.quiz)
    response = sitting.post(sitting.choose(0, 1) | {"language": "en"}, follow=True)
    assert response.redirect_chain == [(sitting.url("attempt", "en"), 302)]
    (shown,) = response.context["questions"]
    assert (shown.stem, shown.language) == ("¿Qué corresponde hacer? (en)", "en")
    assert [(option.text, option.checked) for option in shown.view["options"]] == [
        ("Escuchar (en)", False), ("Derivar (en)", True)]
    back = client.post(sitting.url("attempt", "en"), sitting.choose(0, 0, before=[1]) | {"language": "es"}, follow=True)
    options = back.context["questions"][0].view["options"]
    assert [option.text for option in options if option.checked] == ["Escuchar"]
    assert Attempt.objects.count() == 1


def test_language_switch_never_hands_in(sitting):
    sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit", "language": "en"})
    assert Attempt.objects.get().is_open


def test_language_that_does_not_exist_is_ignored(sitting):
    response = sitting.post(sitting.choose(0, 1) | {"language": "//elsewhere.example"})
    assert response.url == sitting.url("attempt")


def test_text_without_translation_is_shown_in_the_first_language(client):
    question = make_question()
    raw = question.body.raw_data[0]
    question.body = [{**raw, "value": {**raw["value"], "stem": {"es": "Sólo en español", "en": ""}}}]
    question.save()
    sitting = Sitting(client, quiz={"questions": [question]}, language="en").start()
    (shown,) = sitting.look().context["questions"]
    assert (shown.stem, shown.language, shown.view["options"][0].text) == ("Sólo en español", "es", "Correcta (en)")


def test_option_without_translation_says_its_language(client):
    question = make_question(options=[("Sí", True), ("Tal vez", False)])
    raw = question.body.raw_data[0]
    raw["value"]["options"][0]["value"]["text"] = {"es": "Sí", "en": ""}
    question.body = [raw]
    question.save()
    sitting = Sitting(client, quiz={"questions": [question, make_question(kind="true_false")]}, language="en").start()
    for page in (sitting.look(), sitting.post({"action": "submit"}, follow=True)):
        html = page.content.decode()
        assert all(text in html for text in ('lang="es">Sí<', 'lang="en">Tal vez (en)<', 'lang="en">True<'))


def test_true_or_false_are_words_of_the_active_language(client):
    sitting = Sitting(client, quiz={"questions": [make_question(kind="true_false")]}, language="en").start()
    (shown,) = sitting.look().context["questions"]
    assert [option.text for option in shown.view["options"]] == ["True", "False"]


def test_two_tabs_keep_what_each_answered_and_tell_what_was_overtaken(sitting):
    both = sitting.look().context["questions"]
    assert len(get_messages(sitting.post(fill(both, positions=[0]), follow=True))) == 1
    assert len(get_messages(sitting.post(fill(both, positions=[1]), follow=True))) == 1
    assert sitting.get_saved() == {0: [0], 1: [0, 2]}
    assert len(get_messages(sitting.post(fill(both, right=False, positions=[0]), follow=True))) == 2
    assert sitting.get_saved() == {0: [1], 1: [0, 2]}


def test_own_button_of_a_question_saves_and_leads_back_to_it(sitting):
    response = sitting.post(sitting.choose(1, 0) | {"q1-go": "1"})
    assert response.url == f"{sitting.url('attempt')}#question-2"
    assert sitting.get_saved() == {1: [0]}


@pytest.mark.parametrize("name", ["q2-go", "q99-go", "q99999-go", "q-go", "q²-go", "xq1-go", "q1-go-x"])
def test_button_of_no_question_is_ignored(sitting, name):
    assert sitting.post({name: "1"}).url == sitting.url("attempt")


def test_page_brings_the_scripts_of_its_kinds_once(client):
    questions = [make_long_text(), make_question(), make_long_text()]
    sitting = Sitting(client, quiz={"questions": questions}).start()
    assert list(sitting.look().context["scripts"]) == ["js/attempt.js", "js/long_text.js"]


# --- One question a page ----------------------------------------------------------------------------------------------

@pytest.fixture
def paged(client):
    return Sitting(client, quiz={"questions": [make_question() for _number in range(3)], "layout": "one"}).start()


def show(sitting, query=""):
    """(numbers of the questions on the page, states in its overview)."""
    context = sitting.client.get(sitting.url("attempt") + query).context
    return [question.number for question in context["questions"]], [step.state for step in context["steps"]]


def turn(sitting, number, data):
    return sitting.client.post(f"{sitting.url('attempt')}?q={number}", data).url.removeprefix(sitting.url("attempt"))


def test_page_shows_one_question_and_begins_with_the_first_unanswered(paged):
    assert show(paged) == ([1], ["open", "open", "open"])
    paged.post(paged.choose(0, 1))
    assert show(paged) == ([2], ["answered", "open", "open"])
    assert show(paged, "?q=1") == ([1], ["answered", "open", "open"])
    paged.post(paged.choose(1, 1) | paged.choose(2, 1))
    assert show(paged) == ([1], ["answered"] * 3)


@pytest.mark.parametrize("asked", ["0", "4", "-1", "x", "", "²", "٢", "9" * 5000, "2\x00"])
def test_page_of_no_question_is_the_first_unanswered(paged, asked):
    paged.post(paged.choose(0, 1))
    numbers, _states = show(paged, f"?{urlencode({'q': asked})}")
    assert numbers == [2]


@pytest.mark.parametrize(("number", "data", "next_address"), [
    (1, {"action": "next"}, "?q=2"), (3, {"action": "next"}, "?q=3"), (1, {"action": "back"}, "?q=1"),
    (3, {"action": "back"}, "?q=2"), (1, {"goto": "3"}, "?q=3"), (2, {"goto": "9"}, "?q=2"),
    (2, {"action": "save"}, "?q=2"), (2, {"q1-go": "1"}, "?q=2#question-2"), (2, {"action": "review"}, "review/"),
    ("x", {"action": "next"}, ""),
])
def test_every_turn_of_a_page_saves(paged, number, data, next_address):
    assert turn(paged, number, paged.choose(1, 2) | data) == next_address
    assert paged.get_saved() == {1: [2]}


def test_language_switch_keeps_the_question(paged):
    response = paged.client.post(f"{paged.url('attempt')}?q=3", paged.choose(2, 1) | {"language": "en"})
    assert response.url == f"{paged.url('attempt', 'en')}?q=3"
    assert paged.get_saved() == {2: [1]}


def test_page_of_one_question_says_where_it_is_without_a_script(paged):
    paged.post(paged.choose(0, 1))
    html = paged.client.get(f"{paged.url('attempt')}?q=2").content.decode()
    assert html.count("<fieldset") == 1
    assert 'action="?q=2"' in html
    assert [number for number in (1, 2, 3) if f'name="goto" value="{number}"' in html] == [1, 2, 3]
    assert html.count('aria-current="step"') == 1


def test_review_leads_to_the_page_of_each_unanswered_question(paged):
    paged.post(paged.choose(1, 1))
    url = paged.url("attempt")
    assert paged.look("review_attempt").context["unanswered"] == [
        (1, f"{url}?q=1#question-1"), (3, f"{url}?q=3#question-3")]


def test_layout_of_a_running_attempt_does_not_change(paged):
    paged.quiz.layout = "all"
    paged.quiz.save_revision().publish()
    assert show(paged)[0] == [1]


# --- Check an answer --------------------------------------------------------------------------------------------------

@pytest.fixture
def checking(client):
    questions = [make_question(), make_question(), make_long_text()]
    return Sitting(client, quiz={"questions": questions, "feedback": "now"}).start()


def test_check_shows_what_was_right_and_locks_the_answer(checking):
    response = checking.post(checking.choose(0, 1) | {"check": "1"})
    assert response.url == f"{checking.url('attempt')}#question-1"
    first, second, third = checking.look().context["questions"]
    assert (first.is_checked, first.verdict, first.view["options"][0].shows_key) == (True, "wrong", True)
    assert [(each.is_checked, each.can_check) for each in (second, third)] == [(False, True), (False, False)]
    html = checking.look().content.decode()
    assert 'name="q0"' not in html
    assert 'name="q1"' in html


def test_checked_answer_cannot_be_changed_and_that_is_told(checking):
    checking.post(checking.choose(0, 1) | {"check": "1"})
    response = checking.post(checking.choose(0, 0, before=[1]) | checking.choose(1, 0), follow=True)
    assert len(get_messages(response)) == 1
    reply = checking.post(checking.choose(0, 0, before=[1]) | checking.choose(1, 2, before=[0]), "save_attempt")
    assert (reply.status_code, reply.json()["state"]) == (400, "refused")
    assert reply.json()["before"]["0"] == get_fingerprint(checking.choose(0, 1)["q0"])
    assert checking.get_saved() == {0: [1], 1: [2]}
    checking.post(checking.choose(0, 0, before=[1]) | {"action": "submit"})
    assert checking.get_saved() == {0: [1], 1: [2]}


def test_check_of_what_was_not_answered_locks_nothing(checking):
    response = checking.post({"before0": "", "check": "1"}, follow=True)
    assert len(get_messages(response)) == 1
    assert Attempt.objects.get().checked == []


@pytest.mark.parametrize("check", ["3", "4", "0", "x"])
def test_check_of_what_cannot_be_checked_saves_only(checking, check):
    checking.post({"before2": "", "q2": "Un texto", "check": check})
    attempt = Attempt.objects.get()
    assert (attempt.checked, attempt.answers.get().response) == ([], "Un texto")


def test_check_is_nothing_where_the_trainer_did_not_choose_it(sitting):
    sitting.post(sitting.choose(0, 1) | {"check": "1"})
    assert Attempt.objects.get().checked == []
    assert 'name="check"' not in sitting.look().content.decode()


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


# --- Hand in ----------------------------------------------------------------------------------------------------------

def test_submit_grades_and_shows_the_result(sitting):
    response = sitting.post(fill(sitting.look().context["questions"]) | {"action": "submit"}, follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    context = response.context
    assert (context["percentage"], context["passed"], context["pass_mark"]) == (100, True, 60)
    assert [question.is_right for question in context["questions"]] == [True, True]
    assert context["next_item"].key == sitting.learning.course.lessons[0].translation_key
    assert (context["certificate"], context["can_retry"]) == (None, False)


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
    response = sitting.post(data | sitting.choose(0, 2), follow=True)
    assert response.redirect_chain == [(sitting.url("result"), 302)]
    assert len(get_messages(response)) == 1
    assert Attempt.objects.get().score == 2


def test_submit_too_late_says_so_and_shows_what_was_saved(sitting):
    sitting.post(fill(sitting.look().context["questions"], positions=[0]))
    sitting.expire()
    response = sitting.post(sitting.choose(1, 1) | {"action": "submit"}, follow=True)
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
