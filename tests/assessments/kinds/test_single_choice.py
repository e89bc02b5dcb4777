from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from assessments.grading import AnswerRefused, grade_item
from assessments.kinds import get_graders, get_kind
from assessments.presenting import make_question
from tests.assessments.kinds.choices import make_item
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_choice, make_weighed
from tests.factories import localized, stable_id


@pytest.mark.parametrize(("response", "fields", "score"), [
    ("a", {}, 1), ("b", {}, 0), ("", {}, 0),
    ("a", {"points": "2.5"}, Fraction(5, 2)),
    ("a", {"penalty": "whole"}, 1), ("", {"penalty": "whole"}, 0),
    ("b", {"penalty": "none"}, 0), ("b", {"penalty": "chance"}, Fraction(-1, 2)),
    ("b", {"penalty": "half"}, Fraction(-1, 2)), ("b", {"penalty": "whole"}, -1),
    ("b", {"penalty": "half", "points": "3"}, Fraction(-3, 2)),
])
def test_scores(response, fields, score):
    item = make_item("single_choice", "a", "bc", **fields)
    result = grade_item(item, list(response), get_graders())
    assert (result.score, result.maximum, result.answered) == (score, Fraction(item["points"]), bool(response))


@pytest.mark.parametrize("wrong", ["b", "bc", "bcd", "bcdefgh"])
def test_blind_guessing_earns_nothing_with_the_penalty_of_chance(wrong):
    item = make_item("single_choice", "a", wrong, penalty="chance")
    assert sum(grade_item(item, [option["id"]], get_graders()).score for option in item["options"]) == 0


@pytest.mark.parametrize(("response", "reason"), [
    ("a", "shape"), ({"a": True}, "shape"), ([1], "shape"), ([["a"]], "shape"), ([None], "shape"), (1e400, "shape"),
    (["z"], "unknown_option"), (["a", "z"], "unknown_option"), ([""], "unknown_option"),
    (["a", "a"], "repeated_option"), (["a", "b"], "too_many_options"),
])
def test_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grade_item(make_item("single_choice", "a", "bc"), response, get_graders())
    assert refusal.value.reason == reason


def test_freeze_keeps_every_text_in_every_language_with_its_key():
    assert freeze(make_choice("single_choice", ("Sí", True), ("No", False), points="2.50", penalty="half")) == {
        "kind": "single_choice", "stem": localized("¿Qué?"), "feedback": localized("Recuerde"), "points": "2.5",
        "penalty": "half", "options": [
            {"id": stable_id("q", 0), "text": localized("Sí"), "correct": True, "feedback": localized("Sobre «Sí»")},
            {"id": stable_id("q", 1), "text": localized("No"), "correct": False, "feedback": localized("Sobre «No»")},
        ]}


@pytest.mark.parametrize("keys", [(False, False), (True, True)])
def test_clean_refuses_a_key_that_no_answer_satisfies(keys, settings):
    settings.LANGUAGE_CODE = "en"
    body = make_choice("single_choice", *((f"Opción {number}", key) for number, key in enumerate(keys)))
    assert "Exactly one option must be correct." in get_errors(body)


def test_clean_accepts_a_key_and_changes_nothing():
    body = make_choice("single_choice", ("No", False), ("Sí", True), points="1", penalty="none")
    assert freeze(clean(body)) == freeze(body)


def test_each_option_earns_its_own_percentage():
    item = freeze(make_weighed("single_choice", "100", "33.33333", None, "-50", penalty="weights", points="3"))
    assert [(option["percent"], option["correct"]) for option in item["options"]] == [
        ("100", True), ("33.33333", False), ("0", False), ("-50", False)]
    assert [grade_item(item, [option["id"]], get_graders()).score for option in item["options"]] == [
        3, 1, 0, Fraction(-3, 2)]
    assert grade_item(item, [], get_graders()).score == 0


def test_clean_makes_correct_what_earns_everything():
    body = clean(make_weighed("single_choice", "50", "100", "100", penalty="weights", correct=True))
    assert [option["correct"] for option in body[0].value["options"]] == [False, True, True]


@pytest.mark.parametrize(("percents", "fields", "message"), [
    (["50", "0"], {"penalty": "weights"}, "An option must earn 100%."),
    (["101", "0"], {"penalty": "weights"}, "less than or equal to 100"),
    (["100", "-101"], {"penalty": "weights"}, "greater than or equal to -100"),
    (["100", "33.333333"], {"penalty": "weights"}, "no more than 5 decimal places"),
    (["100", None], {"penalty": "none"}, "A percentage counts only where each option has its own."),
])
def test_clean_refuses_percentages_that_cannot_count(percents, fields, message, settings):
    settings.LANGUAGE_CODE = "en"
    with override("en"):
        assert message in get_errors(make_weighed("single_choice", *percents, **fields))


def test_review_says_what_the_answer_earned():
    item = freeze(make_weighed("single_choice", "100", "33.33333", "-50", penalty="weights"))
    kind, chosen = get_kind("single_choice"), item["options"][1]["id"]
    with override("es"):
        view = kind.review(item, [chosen], {}, show_key=False)
        shown = render_to_string(kind.review_template, {"question": make_question(0, item, [chosen], view)})
        with_key = kind.review(item, [chosen], {}, show_key=True)["options"]
    with override("en"):
        view = kind.review(item, [chosen], {}, show_key=False)
        english = render_to_string(kind.review_template, {"question": make_question(0, item, [chosen], view)})
    assert "33,33" in shown
    assert "It earns 33.33%." in english
    assert "Your answer, partly right" in english
    assert [option.earns for option in view["options"]][::2] == ["", ""]
    assert "50" in with_key[2].earns
