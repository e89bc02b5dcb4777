
import pytest
from django.utils import timezone

from assessments.models import Attempt
from courses.models import Edition
from tests.assessments.marked_questions import make_long_text
from tests.courses.views.sitting import Sitting
from tests.courses.views.visiting import fill, get_messages, url_in
from tests.factories import make_question, translate

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


def test_review_says_what_is_begun_and_not_finished(client):
    sitting = Sitting(client, quiz={"questions": [make_question(), make_long_text(minimum=5)]}).start()
    sitting.post({"before1": "", "q1": "Dos palabras", "action": "save"})
    response = sitting.look("review_attempt")
    assert [response.context[name] for name in ("unanswered", "unfinished", "answered", "total")] == [
        [(1, f"{sitting.url('attempt')}#question-1")],
        [(2, f"{sitting.url('attempt')}#question-2", "Tiene 2 palabras; se piden al menos 5.")], 0, 2]
    assert "Tiene 2 palabras; se piden al menos 5." in response.content.decode()


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
