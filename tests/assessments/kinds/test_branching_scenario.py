import json
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override

from assessments.grading import AnswerRefused, check_response, grade_item
from assessments.kinds import get_graders, get_kind
from assessments.presenting import make_question as make_shown
from assessments.question_field import QuestionBlock
from tests.assessments.kinds.branching_scenario import make_item, make_node
from tests.assessments.kinds.stories import (
    BADLY,
    ID,
    START,
    WELL,
    YARD,
    make_picture,
    make_scenario,
    situation,
    value,
)
from tests.factories import localized, stable_id

KIND = get_kind("branching_scenario")


# --- Grading ----------------------------------------------------------------------------------------------------------

STORY = make_item(
    make_node("start", ("listen", "2"), ("shout", "-1")), make_node("listen", ("well", "1"), ("badly", "-3")),
    make_node("shout", ("badly", "0"), ("start", "0.5")), make_node("well"), make_node("badly", outcome="bad"))


def grade(item, *path):
    return grade_item(item, {"path": list(path)}, get_graders())


@pytest.mark.parametrize(("path", "score", "ending"), [
    ("", 0, None),
    ("start.0", 0, None),
    ("start.0 listen.0", 1, "well"),
    ("start.0 listen.1", 0, "badly"),
    ("start.1 shout.0", 0, "badly"),
    ("start.1 shout.1", 0, None),
    # -1 + 0.5 + 2 + 1 of 3: who goes back keeps what the first try cost
    ("start.1 shout.1 start.0 listen.0", Fraction(5, 6), "well"),
    # the same choices again count no second time
    ("start.1 shout.1 start.1 shout.1 start.1 shout.1 start.0 listen.0", Fraction(5, 6), "well"),
])
def test_score_is_what_was_collected_of_the_best_way_to_an_ending(path, score, ending):
    result = grade(STORY, *path.split())
    assert (result.score, result.details["ending"], result.answered) == (score, ending, bool(path))


def test_score_is_never_above_the_points_of_the_question():
    item = make_item(make_node("a", ("a", "10"), ("end", "1")), make_node("end"), points="2")
    assert item["best"] == "1"
    assert grade(item, "a.0", "a.1").score == 2
    assert grade(item, "a.0", "a.0", "a.1").details == {"total": "11", "ending": "end"}


@pytest.mark.parametrize(("good", "bad", "scores"), [("0", "0", (1, 1)), ("0", "-2", (1, 0)), ("-1", "-2", (1, 0))])
def test_a_story_without_points_to_gain_is_right_when_it_loses_the_least(good, bad, scores):
    item = make_item(make_node("a", ("end", good), ("end", bad)), make_node("end"))
    assert (grade(item, "a.0").score, grade(item, "a.1").score) == scores


@pytest.mark.parametrize(("response", "reason"), [
    ([], "shape"), ("start.0", "shape"), (3, "shape"), ({"path": "start.0"}, "shape"), ({"path": None}, "shape"),
    ({"path": [["start.0"]]}, "shape"), ({"path": [0]}, "shape"), ({"path": [], "points": 9}, "shape"),
    ({"path": ["nobody"]}, "unknown_option"),
    ({"path": ["listen.0"]}, "unknown_option"),
    ({"path": ["start.0", "shout.0"]}, "unknown_option"),
    ({"path": ["start.0", "listen.0", "start.0"]}, "unknown_option"),
    ({"path": ["start.1", "shout.1"] * 51}, "too_many_options"),
    ({"path": ["nobody"] * 10_000}, "too_many_options"),
])
def test_refuses_what_is_no_way_through_the_story(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_response(STORY, response, get_graders())
    assert refusal.value.reason == reason


def test_a_hundred_steps_are_kept():
    response = {"path": ["start.1", "shout.1"] * 50}
    assert check_response(STORY, response, get_graders()) == response
    assert check_response(STORY, {"path": []}, get_graders()) == {}


# --- Writing ----------------------------------------------------------------------------------------------------------

def clean(*situations, **fields):
    block = QuestionBlock()
    return block.clean(block.to_python([{
        "type": "branching_scenario", "id": stable_id("body"),
        "value": {"stem": localized("Una mañana"), "feedback": localized(""), **value(*situations, **fields)}}]))


def get_errors(*situations):
    with override("en"), pytest.raises(Exception) as refusal:
        clean(*situations)
    with override("en"):
        return refusal.value.as_json_data()["blockErrors"][0]["blockErrors"]["nodes"]


@pytest.mark.django_db
def test_freeze_keeps_all_of_the_story_and_what_its_best_way_is_worth():
    content = make_scenario(restart=True).version.content
    assert {name: content[name] for name in ("kind", "points", "restart", "best")} == {
        "kind": "branching_scenario", "points": "2", "restart": True, "best": "2"}
    assert content["nodes"][1] == {
        "code": "yard", "text": localized("Está en yard"), "image": None, "alt": {"es": "", "en": ""}, "ending": None,
        "choices": [{"id": ID["yard 0"], "text": localized("Volver"), "target": "start", "points": "0",
                     "consequence": localized("Tras volver")},
                    {"id": ID["yard 1"], "text": localized("Irse"), "target": "badly", "points": "0.5",
                     "consequence": localized("Tras irse")}]}
    assert content["nodes"][3]["ending"] == {"title": localized("No vuelve"), "outcome": "bad"}
    json.dumps(content)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["Está en yard", "Gritar", "Tras volver", "No vuelve", "No vuelve (en)"])
def test_all_texts_are_found_by_the_search(text):
    assert text in make_scenario().get_texts()


def test_clean_accepts_loops_and_what_cannot_be_reached():
    lost = situation("lost", ("Nada", "lost", "0"))
    assert [node["code"] for node in clean(START, YARD, WELL, BADLY, lost)[0].value["nodes"]] == [
        "start", "yard", "well", "badly", "lost"]


@pytest.mark.parametrize(("change", "index", "field", "message"), [
    ({3: situation("well", ending="Otra", outcome="bad")}, 3, "code", "Another situation has this code already."),
    ({1: situation("yard", ending="Fuera")}, 1, "outcome", "A situation without choices is an ending."),
    ({1: situation("yard", outcome="bad")}, 1, "ending", "A situation without choices is an ending."),
    ({1: {**YARD, "outcome": "bad"}}, 1, "choices", "A situation with choices is no ending."),
    ({1: situation("yard", ("Irse", "nowhere", "0"))}, 1, "choices", "No situation has this code."),
    ({1: situation("two words", ("Irse", "start", "0"))}, 1, "code", "Use letters without accents"),
    ({0: situation("start", ending="Fin", outcome="good")}, 0, "choices", "The first situation needs choices"),
])
def test_clean_refuses_what_makes_no_story_where_it_is(change, index, field, message):
    situations = {0: START, 1: YARD, 2: WELL, 3: BADLY} | change
    assert message in json.dumps(get_errors(*situations.values())["blockErrors"][index]["blockErrors"][field])


def test_clean_refuses_a_story_that_cannot_be_finished():
    errors = get_errors(situation("start", ("Dar una vuelta", "start", "1")), WELL)
    assert errors["messages"] == ["No ending can be reached from the first situation, so the story cannot be finished."]


# --- Images -----------------------------------------------------------------------------------------------------------

@pytest.mark.django_db
def test_an_image_is_shown_in_a_fitting_size_with_its_words_and_only_its_words_once_deleted():
    picture = make_picture()
    start = {**START, "image": picture.pk, "alt": localized("Una sala llena", "A full room")}
    item = make_scenario(start, YARD, WELL, BADLY).version.content
    assert item["nodes"][0]["image"] == picture.pk
    [image] = show(item).select("img")
    assert (image["alt"], image["width"], image["height"]) == ("A full room", "960", "480")
    picture.delete()
    page = show(item)
    assert page.select("img") == []
    assert "A full room" in page.text
    assert grade(item, ID["start 0"]).score == 2


@pytest.mark.django_db
def test_clean_asks_for_the_words_of_an_image():
    errors = get_errors({**START, "image": make_picture().pk}, YARD, WELL, BADLY)
    assert "Say in words what the image shows." in json.dumps(errors["blockErrors"][0]["blockErrors"]["alt"])


# --- Pages ------------------------------------------------------------------------------------------------------------

def show(item, *path, language="en"):
    response = check_response(item, {"path": list(path)}, get_graders())
    with override(language):
        question = make_shown(3, item, response, KIND.present(item, response))
        return BeautifulSoup(render_to_string(KIND.question_template, {"question": question}), "html.parser")


def review(item, *path, show_key, language="en"):
    response = check_response(item, {"path": list(path)}, get_graders())
    details = KIND.grading.grade(item, response).details
    with override(language):
        question = make_shown(3, item, response, KIND.review(item, response, details, show_key=show_key))
        html = render_to_string(KIND.review_template, {"question": question})
    return " ".join(BeautifulSoup(html, "html.parser").text.split())


def read(item, **fields):
    post = QueryDict(mutable=True)
    post.update({name.replace("_", "-"): text for name, text in fields.items()})
    return KIND.read(post, "q3", item)["path"]


@pytest.mark.parametrize(("fields", "path"), [
    ({}, []),
    ({"q3_choice": "start.0"}, []),
    ({"q3_choice": "start.0", "q3_go": "on"}, ["start.0"]),
    ({"q3_path": "start.0", "q3_go": "on"}, ["start.0"]),
    ({"q3_path": "start.0", "q3_choice": "listen.0"}, ["start.0"]),
    ({"q3_path": "start.0", "q3_choice": "listen.0", "q3_go": "on"}, ["start.0", "listen.0"]),
    ({"q3_path": "start.0", "q3_choice": "listen.0", "q30_go": "on"}, ["start.0"]),
    ({"q3_path": "start.0", "q3_choice": "listen.0", "q3_go": "restart"}, ["start.0"]),
])
def test_a_choice_is_taken_by_the_button_of_its_question_alone(fields, path):
    assert read(STORY, **fields) == path


def test_to_start_again_must_be_allowed():
    assert read({**STORY, "restart": True}, q3_path="start.0", q3_go="restart") == []
    assert read(STORY, q3_path="start.0", q3_go="restart") == ["start.0"]


@pytest.mark.parametrize(("restart", "saved", "response", "may"), [
    (False, None, {}, True), (False, None, {"path": ["a"]}, True), (False, {}, {"path": ["a"]}, True),
    (False, {"path": ["a"]}, {"path": ["a", "b"]}, True), (False, {"path": ["a"]}, {}, False),
    (False, {"path": ["a", "b"]}, {"path": ["a", "c"]}, False), (False, {"path": ["a", "b"]}, {"path": ["a"]}, False),
    (True, {"path": ["a", "b"]}, {"path": ["a"]}, True), (True, {"path": ["a"]}, {}, True),
])
def test_nobody_goes_back_on_the_way_unless_starting_again_is_allowed(restart, saved, response, may):
    assert KIND.may_replace({"restart": restart}, saved, response) is may


def test_the_page_tells_what_happened_and_asks_what_next():
    page = show(STORY, "start.1")
    [step] = page.select("ol > li")
    assert [" ".join(part.text.split()) for part in step.select("p")] == [
        "Situación start", "You chose: Ir a shout", "Llega a shout"]
    assert page.find(id="q3-situation").text == "Situación shout"
    assert page.find(role="radiogroup")["aria-labelledby"] == "q3-situation"
    assert [(radio["name"], radio["value"]) for radio in page.select("[type=radio]")] == [
        ("q3-choice", "shout.0"), ("q3-choice", "shout.1")]
    assert [(button["name"], button["value"]) for button in page.select("button")] == [
        ("action", "save"), ("q3-go", "on")]
    assert page.select_one("[name=q3-path]")["value"] == "start.1"


def test_the_page_never_tells_points_nor_what_was_not_chosen():
    html = str(show(STORY, "start.1"))
    assert "Llega a listen" not in html
    assert "Final well" not in html
    assert "points" not in show(STORY, "start.1").find(role="radiogroup").text


def test_an_ending_is_shown_with_its_kind_and_asks_nothing():
    page = show({**STORY, "restart": True}, "start.1", "shout.0")
    assert " ".join(page.select_one(".story__ending").text.split()) == "Final badly Bad outcome"
    assert [(button["name"], button["value"]) for button in page.select("button")] == [
        ("action", "save"), ("q3-go", "restart")]


def test_a_story_of_a_hundred_steps_says_that_it_goes_no_further():
    page = show(STORY, *["start.1", "shout.1"] * 50)
    assert page.select("[type=radio]") == []
    assert "as many steps as a story may have" in page.text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [
    ("es", ["Escuchar", "Tras escuchar", "Se va tranquila"]),
    ("en", ["Escuchar (en)", "Tras escuchar (en)", "Se va tranquila (en)"]),
])
def test_review_tells_the_way_with_its_points_and_the_ending(language, words):
    item = make_scenario().version.content
    text = review(item, ID["start 0"], show_key=False, language=language)
    positions = [text.index(word) for word in words]
    assert positions == sorted(positions)
    assert "No vuelve" not in text
    assert "+2" in text


def test_review_names_the_other_endings_and_the_best_sum_only_with_the_key():
    path = ["start.1", "shout.1", "start.1", "shout.0"]
    text = review(STORY, *path, show_key=True)
    assert "−1 point" in text
    assert "+0.5 points" in text
    assert text.count("Counted before") == 1
    assert "Your choices add up to −0.5; the best way through the story to 3." in text
    assert "Other endings of this story Final well Good outcome" in text
    text = review(STORY, *path, show_key=False)
    assert "Final well" not in text
    assert "best way" not in text


def test_review_of_an_unfinished_story_says_why_it_earns_nothing():
    text = review(STORY, "start.0", show_key=True)
    assert "a story without one earns no points" in text
    assert "Endings of this story Final well Good outcome Final badly Bad outcome" in text


@pytest.mark.django_db
def test_a_story_without_images_is_shown_without_a_query(django_assert_num_queries):
    item = make_scenario().version.content
    with django_assert_num_queries(0):
        show(item)
        show(item, ID["start 1"])
        review(item, ID["start 1"], show_key=True)
