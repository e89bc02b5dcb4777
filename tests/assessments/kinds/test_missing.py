"""What an answer that was begun lacks is said before it is handed in."""

import pytest
from django.utils.translation import override

from assessments.kinds import get_kind

OPTIONS = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
NUMBER = {"units": [], "unit_needed": False}


@pytest.mark.parametrize(("kind", "item", "response", "sentence"), [
    ("matching", {"prompts": OPTIONS}, {"a": "x", "b": "x"}, "Not everything has a match."),
    ("matching", {"prompts": OPTIONS}, {"a": "x", "b": "x", "c": "y"}, ""),
    ("ordering", {"order": ["a", "b", "c"]}, {"a": 1, "b": 2}, "Not everything has a place of its own."),
    ("ordering", {"order": ["a", "b", "c"]}, {"a": 1, "b": 2, "c": 2}, "Not everything has a place of its own."),
    ("ordering", {"order": ["a", "b", "c"]}, {"a": 1, "b": 3, "c": 2}, ""),
    ("gap_fill", {"gaps": OPTIONS}, {"a": "uno"}, "2 gaps are empty."),
    ("gap_fill", {"gaps": OPTIONS}, {"a": "uno", "b": "dos"}, "1 gap is empty."),
    ("gap_fill", {"gaps": OPTIONS}, {"a": "uno", "b": "dos", "c": "tres"}, ""),
    ("numeric", NUMBER, "abc", "This could not be read as a number."),
    ("numeric", NUMBER, "12", ""),
    ("long_text", {"minimum": 3, "maximum": 4}, "uno dos", "It has 2 words; at least 3 are asked for."),
    ("long_text", {"minimum": 3, "maximum": 4}, "uno dos tres", ""),
    ("long_text", {"minimum": 3, "maximum": 4}, "a b c d e", "It has 5 words; at most 4 are asked for."),
    ("long_text", {"minimum": 0, "maximum": 0}, "a b c d e", ""),
    ("likert", {"options": OPTIONS}, {"a": 1}, "2 statements have no answer."),
    ("likert", {"options": OPTIONS}, {"a": 1, "b": 1, "c": 1}, ""),
    ("situational_judgement", {"mode": "rate", "options": OPTIONS}, {"a": 1, "b": 1}, "1 option has no answer."),
    ("situational_judgement", {"mode": "rate", "options": OPTIONS}, {"a": 1, "b": 1, "c": 1}, ""),
    ("situational_judgement", {"mode": "rank", "options": OPTIONS}, {"a": 1, "b": 1, "c": 2},
     "Not everything has a place of its own."),
    ("situational_judgement", {"mode": "rank", "options": OPTIONS}, {"a": 1, "b": 3, "c": 2}, ""),
    ("situational_judgement", {"mode": "best_worst", "options": OPTIONS}, {"worst": "a"},
     "Only one of the two is chosen."),
    ("situational_judgement", {"mode": "best_worst", "options": OPTIONS}, {"best": "a", "worst": "a"},
     "The same option is chosen twice."),
    ("situational_judgement", {"mode": "best_worst", "options": OPTIONS}, {"best": "a", "worst": "b"}, ""),
    ("situational_judgement", {"mode": "panel", "options": OPTIONS}, ["a"], ""),
    ("short_text", {}, "algo", ""),
])
def test_what_is_missing_is_said(kind, item, response, sentence):
    with override("en"):
        assert str(get_kind(kind).describe_missing(item, response)) == sentence
