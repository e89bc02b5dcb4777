from fractions import Fraction

import pytest
from django.http import QueryDict
from django.utils.translation import override

from assessments.grading import AnswerRefused, check_response, grade_item
from assessments.kinds import get_graders, get_kind
from tests.assessments.kinds.visiting import Visit, get_selects
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

PAIRS = [("Chile", "Santiago"), ("Perú", "Lima"), ("Colombia", "Bogotá")]


def make_value(pairs=PAIRS, extras=("Quito",), **fields):
    """The raw value of a block; texts are Spanish, or {language: text}."""
    def text(each):
        return each if isinstance(each, dict) else localized(each)

    return {
        "stem": localized("¿Cuál es su capital?"), "feedback": localized("Recuerde"),
        "pairs": [{"type": "item", "id": stable_id("pair", number),
                   "value": {"prompt": text(prompt), "match": text(match), "feedback": localized("Por ley")}}
                  for number, (prompt, match) in enumerate(pairs)],
        "extras": [{"type": "item", "id": stable_id("extra", number), "value": text(extra)}
                   for number, extra in enumerate(extras)], **fields}


def make_item(key="aab", choices="abc", **fields):
    """Prompts 0, 1, … with the matches ``key``."""
    return {"kind": "matching", "stem": {}, "feedback": {}, "points": "1",
            "prompts": [{"id": str(number), "text": localized(f"Lema {number}"), "match": match,
                         "feedback": localized(f"Razón {number}")} for number, match in enumerate(key)],
            "options": [{"id": each, "text": localized(f"Opción {each}")} for each in choices], **fields}


def answer(choices):
    """``a-b``: prompt 0 has a, 2 has b."""
    return {str(number): choice for number, choice in enumerate(choices) if choice != "-"}


@pytest.mark.parametrize(("choices", "points", "score"), [
    ("aab", "1", 1), ("aab", "2.5", Fraction(5, 2)), ("aaa", "1", Fraction(2, 3)), ("a", "1", Fraction(1, 3)),
    ("--b", "1", Fraction(1, 3)), ("bba", "1", 0), ("ccc", "1", 0), ("aac", "3", 2), ("", "1", 0),
])
def test_scores_the_share_of_right_pairs(choices, points, score):
    result = grade_item(make_item(points=points), answer(choices), get_graders())
    assert (result.score, result.maximum, result.answered) == (score, Fraction(points), bool(choices))


def test_details_name_the_right_prompts():
    assert grade_item(make_item(), answer("acb"), get_graders()).details == {"right": ["0", "2"]}


@pytest.mark.parametrize(("response", "reason"), [
    (["0"], "shape"), ("0", "shape"), (7, "shape"), (float("nan"), "shape"), ({"0": 1}, "shape"),
    ({"0": ["a"]}, "shape"), ({"0": {"a": "a"}}, "shape"), ({"0": True}, "shape"), ({"0": 10**400}, "shape"),
    ({"0": "z"}, "unknown_option"), ({"9": "a"}, "unknown_option"), ({"": "a"}, "unknown_option"),
])
def test_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_response(make_item(), response, get_graders())
    assert refusal.value.reason == reason


def test_keeps_pairs_in_the_order_of_the_prompts_and_without_empty_ones():
    kept = check_response(make_item(), {"2": "b", "1": "", "0": "c"}, get_graders())
    assert list(kept.items()) == [("0", "c"), ("2", "b")]
    assert check_response(make_item(), {"0": "", "1": None}, get_graders()) == {}


def test_freeze_keeps_every_text_and_the_key():
    assert freeze(make_body("matching", make_value(points="2.50"))) == {
        "kind": "matching", "stem": localized("¿Cuál es su capital?"), "feedback": localized("Recuerde"),
        "points": "2.5",
        "prompts": [{"id": stable_id("pair", number), "text": localized(prompt), "match": stable_id("pair", number),
                     "feedback": localized("Por ley")} for number, (prompt, _match) in enumerate(PAIRS)],
        "options": [{"id": stable_id("pair", 2), "text": localized("Bogotá")},
                    {"id": stable_id("pair", 1), "text": localized("Lima")},
                    {"id": stable_id("extra", 0), "text": localized("Quito")},
                    {"id": stable_id("pair", 0), "text": localized("Santiago")}]}


def test_freeze_makes_one_choice_of_equal_matches_with_the_translation_that_exists():
    pairs = [("Chile", {"es": "Andes", "en": ""}), ("Uruguay", "Plata"), ("Perú", {"es": " Andes", "en": "The Andes"})]
    item = freeze(make_body("matching", make_value(pairs, extras=())))
    assert item["options"] == [{"id": stable_id("pair", 0), "text": {"es": "Andes", "en": "The Andes"}},
                               {"id": stable_id("pair", 1), "text": localized("Plata")}]
    assert [prompt["match"] for prompt in item["prompts"]] == [stable_id("pair", number) for number in (0, 1, 0)]


@pytest.mark.parametrize(("pairs", "extras", "field", "message"), [
    ([("Chile", "Andes"), ("Chile", "Plata")], (), "pairs", "Two of them read the same: “Chile”"),
    ([("Chile", "Andes"), ("Perú", "ANDES")], (), "pairs", "Two of them read the same"),
    ([("Chile", {"es": "Banco", "en": "Bank"}), ("Perú", {"es": "Banco", "en": "Bench"})], (), "pairs",
     "translated in two ways"),
    ([("Chile", {"es": "Asiento", "en": "Bank"}), ("Perú", {"es": "Banco", "en": "Bank"})], (), "pairs",
     "Two of them read the same: “Bank”"),
    (PAIRS, ("Lima",), "extras", "Two of them read the same: “Lima”"),
    (PAIRS, ("Quito", "quito"), "extras", "Two of them read the same: “quito”"),
    ([("Chile", "Andes"), ("Perú", "Andes")], (), "extras", "Every prompt has the same match"),
])
def test_clean_refuses_what_nobody_could_answer(pairs, extras, field, message):
    with override("en"):
        errors = get_errors(make_body("matching", make_value(pairs, extras)))
    assert message in errors
    assert f"'{field}': {{'messages'" in errors


def test_clean_refuses_a_single_pair():
    assert "pairs" in get_errors(make_body("matching", make_value(PAIRS[:1])))


@pytest.mark.parametrize("extras", [(), ("Quito",)])
def test_clean_accepts_pairs_with_and_without_extra_choices_and_changes_nothing(extras):
    body = make_body("matching", make_value(extras=extras, points="1"))
    assert freeze(clean(body)) == freeze(body)


def test_form_sends_the_places_of_the_choices_as_they_are_shown():
    kind, item = get_kind("matching"), make_item(choices="cba")
    assert kind.read(QueryDict("q3-0=2&q3-1=&q3-2=1&q4-1=0"), "q3", item) == {"0": "a", "1": "", "2": "b"}
    with pytest.raises(AnswerRefused):
        check_response(item, kind.read(QueryDict("q3-0=3"), "q3", item), get_graders())


def test_texts_are_those_of_prompts_and_choices():
    assert [text["es"] for text in get_kind("matching").get_texts(make_item("ab", "ab"))] == [
        "Lema 0", "Lema 1", "Opción a", "Opción b"]


def test_tally_counts_pairs():
    assert get_kind("matching").tally(make_item(), answer("a-b")) == ["0/a", "2/b"]


@pytest.mark.parametrize(("show_key", "rights", "feedbacks"), [
    (False, ["", "", ""], ["Razón 0 (en)", "", ""]),
    (True, ["", "Opción a (en)", "Opción b (en)"], ["Razón 0 (en)", "Razón 1 (en)", "Razón 2 (en)"]),
])
def test_review_tells_the_key_only_when_it_may(show_key, rights, feedbacks):
    item, response = make_item(), answer("ab")
    with override("en"):
        details = grade_item(item, response, get_graders()).details
        prompts = get_kind("matching").review(item, response, details, show_key=show_key)["prompts"]
    assert [prompt.chosen for prompt in prompts] == ["Opción a (en)", "Opción b (en)", ""]
    assert [prompt.is_right for prompt in prompts] == [True, False, False]
    assert [prompt.right for prompt in prompts] == rights
    assert [prompt.feedback for prompt in prompts] == feedbacks


def get_selects_by_name(page):
    return {name: (label, options) for label, name, options in get_selects(page)}


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "suffix"), [("es", ""), ("en", " (en)")])
def test_pages_of_an_attempt(client, language, suffix):
    visit = Visit(client, make_question(kind="matching", value=make_value()), language=language)
    ends = [f"-{stable_id('pair', number)}" for number in range(3)]
    selects = get_selects_by_name(visit.look())
    assert [selects[f"q0{end}"][0] for end in ends] == [f"{prompt}{suffix}" for prompt, _match in PAIRS]
    choices = [text for _value, text, _selected in selects[f"q0{ends[0]}"][1]]
    assert choices[1:] == [f"{each}{suffix}" for each in ("Bogotá", "Lima", "Quito", "Santiago")]
    html = visit.look()
    assert [html.count(stable_id("pair", number)) for number in range(3)] == [3, 3, 3]  # for, id, name: never a value

    page = visit.post({ends[0]: "3", ends[1]: "2", ends[2]: ""})
    assert visit.get_response() == {stable_id("pair", 0): stable_id("pair", 0),
                                    stable_id("pair", 1): stable_id("extra", 0)}
    chosen = [[text for _value, text, selected in get_selects_by_name(page)[f"q0{end}"][1] if selected] for end in ends]
    assert chosen == [[f"Santiago{suffix}"], [f"Quito{suffix}"], []]

    visit.post({ends[0]: "9"})
    assert len(visit.get_response()) == 2

    result = visit.post({ends[0]: "3", ends[1]: "2", ends[2]: "0"}, action="submit")
    assert visit.get_score() == Fraction(6666, 10000)
    assert result.count("mark--good") == 2
    assert result.count("mark--bad") == 1
    for text in ("Quito", *(each for pair in PAIRS for each in pair if each != "Lima")):
        assert f"{text}{suffix}" in result
