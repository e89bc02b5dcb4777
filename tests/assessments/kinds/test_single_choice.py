from fractions import Fraction

import pytest

from assessments.grading import AnswerRefused, grade_item
from assessments.kinds import get_graders
from tests.assessments.kinds.choices import make_item
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_choice
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
