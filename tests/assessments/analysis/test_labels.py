import pytest
from django.utils.translation import override

from assessments.analysis.labels import describe_token, get_key, get_options

MATCHING = {"kind": "matching", "stem": {"es": "Una"}, "prompts": [{"id": "a", "text": {"es": "Chile"}, "match": "m"}],
            "options": [{"id": "m", "text": {"es": "RUT"}}]}
CHOICE = {"kind": "single_choice", "stem": {"es": "Una"}, "points": "1", "feedback": {"es": ""}, "options": [
    {"id": "a", "text": {"es": "Sí"}, "correct": True, "feedback": {"es": "Bien"}},
    {"id": "b", "text": {"es": "No"}, "correct": False, "feedback": {"es": "Mal"}}]}
TRUE = {"kind": "true_false", "stem": {"es": "Una"}, "options": [
    {"id": "true", "text": None, "correct": True}, {"id": "false", "text": None, "correct": False}]}


@pytest.mark.parametrize(("content", "token", "label"), [
    (CHOICE, "b", "No"), (MATCHING, "a/m", "Chile → RUT"), (CHOICE, "texto libre: sí/no", "texto libre: sí/no"),
    (CHOICE, "", ""), (TRUE, "false", "False")])
def test_tokens_are_told_in_words(content, token, label):
    with override("en"):
        assert describe_token([content], token) == label


def test_options_are_those_that_are_right_or_wrong():
    assert get_options(CHOICE) == {"a": True, "b": False}
    assert get_options(MATCHING) == {}


def test_key_is_the_same_where_only_texts_differ():
    reworded = {**CHOICE, "stem": {"es": "Otra"}, "options": [
        {**option, "text": {"es": "X"}, "feedback": {"es": "Y"}} for option in CHOICE["options"]]}
    assert get_key(reworded) == get_key(CHOICE)
    assert get_key({**CHOICE, "points": "2"}) != get_key(CHOICE)
    swapped = {**CHOICE, "options": [{**option, "correct": not option["correct"]} for option in CHOICE["options"]]}
    assert get_key(swapped) != get_key(CHOICE)
