from fractions import Fraction

import pytest
from django.utils.translation import override

from assessments.grading import grade_item
from assessments.kinds import get_graders, get_kind
from tests.assessments.kinds.writing import freeze, make_body
from tests.factories import localized


def make_item(answer, **fields):
    return freeze(make_body("true_false", {
        "stem": localized("Es así."), "answer": answer, "when_true": localized("Dijo sí"),
        "when_false": localized("Dijo no"), "feedback": localized("Recuerde"), **fields}))


@pytest.mark.parametrize("answer", ["true", "false"])
def test_freeze_has_two_options_without_a_text_of_their_own(answer):
    assert make_item(answer) == {
        "kind": "true_false", "stem": localized("Es así."), "feedback": localized("Recuerde"), "points": "1",
        "penalty": "none", "options": [
            {"id": "true", "text": None, "correct": answer == "true", "feedback": localized("Dijo sí")},
            {"id": "false", "text": None, "correct": answer == "false", "feedback": localized("Dijo no")},
        ]}


@pytest.mark.parametrize(("penalty", "response", "score"), [
    ("none", ["true"], 1), ("none", ["false"], 0), ("none", [], 0),
    ("chance", ["false"], -1), ("half", ["false"], Fraction(-1, 2)), ("chance", [], 0),
])
def test_scores(penalty, response, score):
    assert grade_item(make_item("true", penalty=penalty), response, get_graders()).score == score


@pytest.mark.parametrize(("language", "words"), [("es", ["Verdadero", "Falso"]), ("en", ["True", "False"])])
def test_options_are_words_of_the_active_language(language, words):
    with override(language):
        view = get_kind("true_false").present(make_item("true"), [])
    assert [str(option.text) for option in view["options"]] == words
