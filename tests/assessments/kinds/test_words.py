import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.kinds.words import contains_words, fits, get_all, matches, normalise, split_answers


@pytest.mark.parametrize(("text", "answer"), [
    ("  la   municipalidad\t", "La Municipalidad"),
    ("informacion", "Información"),
    ("PINGÜINO", "pinguino"),
    ("AÑO", "año"),
    ("an\u0303o", "año"),
    ("de “todos”", 'de "todos"'),
    ("«todos»", '"todos"'),
    ("people’s", "people's"),
    ("people´s", "people's"),
    ("1990–1994", "1990-1994"),
    ("munici\u00adpalidad\u200b", "municipalidad"),
    ("ｆｉｎ", "fin"),
    ("1º", "1o"),
    ("la\u00a0ley", "la ley"),
])
def test_matches_what_only_looks_different(text, answer):
    assert matches(text, answer)
    assert matches(answer, text)


@pytest.mark.parametrize(("text", "answer"), [
    ("ano", "año"), ("año", "ano"), ("ANO", "Año"), ("n", "ñ"), ("", "a"), ("municipalidades", "municipalidad"),
    ("lamunicipalidad", "la municipalidad"),
])
def test_matches_not_what_is_another_word(text, answer):
    assert not matches(text, answer)
    assert not matches(answer, text)


def test_remove_accents_keeps_the_tilde_of_the_n_alone():
    assert normalise("ñandú mañana ãõ Ñuñoa", case=True) == "ñandu mañana ao Ñuñoa"


@pytest.mark.parametrize(("rules", "text", "same"), [
    ({}, "chile", True), ({"case": True}, "chile", False), ({"case": True}, "Chile", True),
    ({"accents": True}, "CHILE", True), ({"case": True}, "Chilé", True), ({"accents": True}, "Chilé", False),
])
def test_matches_by_the_rules_of_case_and_accents(rules, text, same):
    assert matches(text, "Chile", **rules) is same


@pytest.mark.parametrize(("text", "words", "found"), [
    ("es la municipalidad de todos", "la municipalidad", True),
    ("municipalidades", "municipalidad", False),
    ("conocer no", "no", True), ("conocer", "no", False), ("¡no!", "no", True), ("no", "no", True), ("", "no", False),
    ("ley 20.285", "20.285", True), ("ley 120.285", "20.285", False),
])
def test_contains_finds_whole_words(text, words, found):
    assert contains_words(text, words) is found
    assert matches(text, words, way="contains") is found


@pytest.mark.parametrize(("text", "pattern", "expected"), [
    ("municipalidades", "municipal*", True), ("la municipalidad", "municipal*", False),
    ("la municipalidad", "*municipal*", True), ("municipal", "municipal*", True), ("", "*", True),
    ("abc", "a*c", True), ("ac", "a*c", True), ("abcd", "a*c", False), ("aba", "ab*ba", False), ("abba", "ab*ba", True),
    ("a", "a", True), ("ab", "a", False), ("axbxc", "a*b*c", True), ("acb", "a*b*c", False), ("aa", "**a", True),
    ("Información pública", "informacion*", True),
])
def test_wildcard_stands_for_anything_or_nothing(text, pattern, expected):
    assert matches(text, pattern, way="wildcard") is expected


def test_wildcards_do_not_take_for_ever():
    assert fits("a" * 500, "*a" * 250 + "b") is False
    assert fits("a" * 500, "*a" * 250) is True


@given(st.text(alphabet="ab*", max_size=8), st.text(alphabet="ab", max_size=8))
def test_wildcards_fit_what_the_definition_says(pattern, text):
    def defined(text, pattern):
        if not pattern:
            return not text
        if pattern[0] == "*":
            return any(defined(text[start:], pattern[1:]) for start in range(len(text) + 1))
        return text[:1] == pattern[0] and defined(text[1:], pattern[1:])

    assert fits(text, pattern) is defined(text, pattern)


@given(st.text(), st.booleans(), st.booleans())
def test_normalise_again_changes_nothing(text, case, accents):
    once = normalise(text, case=case, accents=accents)
    assert normalise(once, case=case, accents=accents) == once


def test_split_answers_takes_a_line_each_and_leaves_out_what_nobody_sees():
    accepted = split_answers({"es": " Santiago \n\n\u200b\nStgo.", "en": None})
    assert accepted == {"es": ["Santiago", "Stgo."], "en": []}
    assert get_all(accepted) == ["Santiago", "Stgo."]
