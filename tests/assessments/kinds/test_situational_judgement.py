import html
from fractions import Fraction

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from assessments.grading import AnswerRefused, grade_item
from assessments.kinds import get_graders, get_kind
from assessments.presenting import make_question as present_question
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

KIND = get_kind("situational_judgement")
FIELDS = {"rate": "rating", "best_worst": "verdict", "rank": "rank", "panel": "votes"}
EXPERTS = {"rate": [5, 1, 3, 4], "best_worst": ["best", "worst", "", ""], "rank": [1, 2, 3, 4], "panel": [8, 6, 0, 2]}


def make_item(mode, experts=None):
    """An item with the options a, b, c … and what the ``experts`` said of each."""
    return {"kind": "situational_judgement", "points": "1", "mode": mode, "stem": localized("Llega alguien."),
            "feedback": localized("", ""), "options": [
                {"id": letter, "text": localized(f"Hacer {letter}"), "rationale": localized(f"Razón {letter}"),
                 "expert": expert} for letter, expert in zip("abcdefgh", experts or EXPERTS[mode], strict=False)]}


def make_value(mode, experts=None, **fields):
    return {"stem": localized("Llega alguien."), "feedback": localized("", ""), "mode": mode, "options": [
        {"type": "item", "id": stable_id("behaviour", number), "value": {
            "text": localized(f"Hacer {number}"), "rationale": localized(f"Razón {number}"), FIELDS[mode]: expert}}
        for number, expert in enumerate(experts or EXPERTS[mode])], **fields}


def rank_as(ranks):
    """The response that gives these ranks to a, b, c … in turn; a space gives none."""
    return {letter: int(rank) for letter, rank in zip("abcdefgh", ranks, strict=False) if rank != " "}


def get_score(item, response):
    return grade_item(item, response, get_graders()).score


# --- Grading ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("ratings", "score"), [
    ([5, 1, 3, 4], 1), ([4, 1, 3, 4], Fraction(15, 16)), ([1, 5, 3, 4], Fraction(1, 2)),
    ([1, 5, 1, 1], Fraction(3, 16)), ([3, 3, 3, 3], Fraction(11, 16)), ([5], Fraction(1, 4)), ([], 0),
])
def test_a_rating_loses_a_quarter_for_each_point_from_the_experts(ratings, score):
    assert get_score(make_item("rate"), dict(zip("abcd", ratings, strict=False))) == score


@pytest.mark.parametrize(("best", "worst", "score"), [
    ("a", "b", 1), ("a", "c", Fraction(1, 2)), ("c", "b", Fraction(1, 2)), ("c", "d", 0), ("b", "a", 0),
    ("a", "a", 0), ("b", "b", 0), ("c", "c", 0), ("b", "c", 0), ("c", "a", 0),
    ("a", None, Fraction(1, 2)), (None, "b", Fraction(1, 2)), (None, "a", 0), (None, None, 0),
])
def test_best_and_worst_earn_a_half_each_and_taking_one_for_the_other_costs_it(best, worst, score):
    assert get_score(make_item("best_worst"), {"best": best, "worst": worst}) == score


def test_one_of_several_best_options_is_as_good_as_another():
    item = make_item("best_worst", ["best", "best", "worst"])
    assert [get_score(item, {"best": best, "worst": "c"}) for best in "ab"] == [1, 1]


@pytest.mark.parametrize(("ranks", "score"), [
    ("1234", 1), ("2134", Fraction(3, 4)), ("1243", Fraction(3, 4)), ("4321", 0), ("3412", 0), ("2143", Fraction(1, 2)),
    ("4231", Fraction(1, 4)),
    ("1111", 0), ("2222", 0), ("1224", Fraction(3, 4)), ("1134", Fraction(3, 4)), ("1144", Fraction(1, 2)),
    ("4444", 0), ("1122", Fraction(1, 2)), (" 3 4", Fraction(1, 2)), ("13 4", Fraction(3, 4)),
    ("4", 0), ("11 4", Fraction(3, 4)), ("1", Fraction(1, 2)), ("12", Fraction(3, 4)), ("123", 1), ("", 0),
])
def test_ranks_lose_by_their_distance_and_what_is_undecided_counts_at_its_worst(ranks, score):
    assert get_score(make_item("rank"), rank_as(ranks)) == score


@pytest.mark.parametrize(("experts", "ranks"), [([1, 2], "21"), ([1, 2, 3], "321"), ([3, 1, 2, 5, 4], "35412")])
def test_the_order_that_is_farthest_from_the_experts_earns_nothing(experts, ranks):
    assert get_score(make_item("rank", experts), rank_as(ranks)) == 0


@pytest.mark.parametrize(("chosen", "score"), [
    ("a", 1), ("b", Fraction(3, 4)), ("c", 0), ("d", Fraction(1, 4)), ("", 0)])
def test_a_choice_earns_the_votes_of_the_panel(chosen, score):
    assert get_score(make_item("panel"), list(chosen)) == score


@pytest.mark.parametrize(("mode", "response", "reason"), [
    ("rate", [], "shape"), ("rate", {"a": "5"}, "shape"), ("rate", {"a": True}, "shape"), ("rate", {"a": 2.0}, "shape"),
    ("rate", {"a": 6}, "unknown_option"), ("rate", {"a": -10 ** 99}, "unknown_option"),
    ("rate", {"z": 1}, "unknown_option"),
    ("rank", {"a": 5}, "unknown_option"), ("rank", {"a": {"b": 1}}, "shape"), ("rank", "a", "shape"),
    ("best_worst", {"best": 1}, "shape"), ("best_worst", {"best": ["a"]}, "shape"), ("best_worst", ["a", "b"], "shape"),
    ("best_worst", {"best": "z"}, "unknown_option"), ("best_worst", {"a": "best"}, "unknown_option"),
    ("panel", "a", "shape"), ("panel", {"a": 1}, "shape"), ("panel", ["z"], "unknown_option"),
    ("panel", ["a", "a"], "repeated_option"), ("panel", ["a", "b"], "too_many_options"),
])
def test_refuses_what_no_form_sends(mode, response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        get_score(make_item(mode), response)
    assert refusal.value.reason == reason


# --- Writing ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("mode", EXPERTS)
def test_freeze_keeps_what_the_experts_said_for_the_mode_alone(mode):
    body = clean(make_body("situational_judgement", make_value(mode, points="2.50")))
    assert freeze(body) == {
        "kind": "situational_judgement", "stem": localized("Llega alguien."), "feedback": localized("", ""),
        "points": "2.5", "mode": mode, "options": [
            {"id": stable_id("behaviour", number), "text": localized(f"Hacer {number}"),
             "rationale": localized(f"Razón {number}"), "expert": expert}
            for number, expert in enumerate(EXPERTS[mode])]}


def test_freeze_takes_an_option_without_votes_as_one_with_none():
    body = clean(make_body("situational_judgement", make_value("panel", [3, None])))
    assert [option["expert"] for option in freeze(body)["options"]] == [3, 0]


@pytest.mark.parametrize(("mode", "experts", "message"), [
    ("rate", [1, None], "Give the rating by the experts."),
    ("rate", [1, 6], "5"),
    ("best_worst", ["best", ""], "At least one option must be the best and one the worst."),
    ("best_worst", ["worst", "worst"], "At least one option must be the best and one the worst."),
    ("rank", [1, None], "Give the rank by the experts."),
    ("rank", [1, 1, 3], "The experts' ranks must be 1, 2, 3 and so on, each of them once."),
    ("rank", [2, 3], "The experts' ranks must be 1, 2, 3 and so on, each of them once."),
    ("panel", [0, 0], "At least one option must have votes of the panel."),
    ("panel", [None, None], "At least one option must have votes of the panel."),
    ("panel", [1, -1], "0"),
    ("panel", [1], "2"),
    ("panel", [1] * 9, "8"),
])
def test_clean_refuses_a_key_without_what_its_mode_needs(mode, experts, message, settings):
    settings.LANGUAGE_CODE = "en"
    errors = get_errors(make_body("situational_judgement", make_value(mode, experts)))
    assert message in errors.replace('\\', "")
    assert "'options'" in errors


def test_get_texts_has_options_and_rationales():
    item = make_item("rate", [1, 2])
    assert KIND.get_texts(item) == [localized("Hacer a"), localized("Hacer b"), localized("Razón a"),
                                    localized("Razón b")]


# --- Pages ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("mode", "posted", "response"), [
    ("rate", "q0-a=5&q0-b=1", {"a": 5, "b": 1}), ("rate", "q0-a=9&q0-z=1", {"a": "9"}), ("rate", "", {}),
    ("rank", "q0-a=4&q0-b=&q0-c=5", {"a": 4, "c": "5"}),
    ("best_worst", "q0-best=a&q0-worst=b", {"best": "a", "worst": "b"}),
    ("best_worst", "q0-best=a", {"best": "a", "worst": ""}),
    ("panel", "q0=a", ["a"]), ("panel", "q0=", []),
])
def test_read(mode, posted, response):
    assert KIND.read(QueryDict(posted), "q0", make_item(mode)) == response


@pytest.mark.parametrize("mode", EXPERTS)
def test_question_tells_neither_the_experts_nor_the_rationales(mode):
    views = [KIND.present(make_item(mode, experts), {} if mode != "panel" else [])
             for experts in (EXPERTS[mode], EXPERTS[mode][::-1])]
    pages = [render_to_string("situational_judgement/question.html",
                              {"question": present_question(0, make_item(mode), {}, view)}) for view in views]
    assert pages[0] == pages[1]
    assert "Razón" not in pages[0]


RESPONSES = {"rate": {"a": 5, "b": 2, "c": 5}, "best_worst": {"best": "a", "worst": "c"},
             "rank": {"a": 1, "b": 3, "c": 2, "d": 2}, "panel": ["b"]}


def show_review(mode, *, show_key, language="en", response=None):
    item, response = make_item(mode), response or RESPONSES[mode]
    with override(language):
        view = KIND.review(item, response, {}, show_key=show_key)
        return html.unescape(render_to_string("situational_judgement/review.html",
                                              {"question": present_question(0, item, response, view)}))


@pytest.mark.parametrize(("mode", "told", "marks"), [
    ("rate", "a", ["As the experts", "Close to the experts", "Far from the experts", "Not answered"]),
    ("best_worst", "ac", ["Your best, right", "Your worst, not right"]),
    ("rank", "a", ["As the experts", "Close to the experts", "Rank given to several options"]),
    ("panel", "b", ["Your answer, and that of a part of the panel"]),
])
def test_review_without_the_key_tells_what_the_answer_earned(mode, told, marks):
    page = show_review(mode, show_key=False)
    assert [letter for letter in "abcd" if f"Razón {letter}" in page] == list(told)
    assert page.count("xperts: ") + page.count("experts' ra") + page.count("experts would") == len(told)
    assert all(mark in page for mark in marks)


@pytest.mark.parametrize(("mode", "words"), [
    ("rate", ["Your rating: 2, ineffective. The experts' rating: 1, very ineffective."]),
    ("best_worst", ["The experts: this is the best.", "The experts: this is the worst.",
                    "The experts: neither the best nor the worst."]),
    ("rank", ["Your rank: 3. The experts' rank: 2."]),
    ("panel", ["8 of 16 experts would do this.", "0 of 16 experts would do this."]),
])
def test_review_with_the_key_tells_what_the_experts_said_of_every_option(mode, words):
    page = show_review(mode, show_key=True)
    assert all(f"Razón {letter}" in page for letter in "abcd")
    assert all(each in page for each in words)


def test_review_tells_a_choice_of_all_and_of_nobody():
    page = show_review("panel", show_key=False, response=["a"])
    assert "Your answer, and the one with most votes of the panel" in page
    assert "Your answer, and that of nobody on the panel" in show_review("panel", show_key=False, response=["c"])


@pytest.mark.parametrize("language", ["es", "en"])
def test_review_is_in_the_active_language(language):
    page = show_review("panel", show_key=True, language=language)
    with override(language):
        assert gettext("Your answer, and that of a part of the panel") in page
    assert ("Razón b (en)" in page) is (language == "en")


def test_tally_names_what_was_answered():
    assert [KIND.tally(make_item(mode), response) for mode, response in RESPONSES.items()] == [
        ["a:5", "b:2", "c:5"], ["best:a", "worst:c"], ["a:1", "b:3", "c:2", "d:2"], ["b"]]


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "data", "response", "score"), [
    ("rate", {"-0": "5", "-1": "1", "-2": "3", "-3": "2"}, {"0": 5, "1": 1, "2": 3, "3": 2}, "0.8750"),
    ("best_worst", {"-best": "0", "-worst": "2"}, {"best": "0", "worst": "2"}, "0.5"),
    ("rank", {"-0": "1", "-1": "2", "-2": "2", "-3": "4"}, {"0": 1, "1": 2, "2": 2, "3": 4}, "0.75"),
    ("panel", {"": "3"}, ["3"], "0.25"),
])
@pytest.mark.parametrize("language", ["es", "en"])
def test_an_attempt_without_a_script(client, language, mode, data, response, score):
    def name(text):
        """With the ids of the options in place of their numbers."""
        return "-".join(stable_id("behaviour", part) if part.isdecimal() else part for part in text.split("-"))

    visit = Visit(client, make_question(kind="situational_judgement", value=make_value(mode)), language=language)
    data = {name(end): name(value) if mode in {"best_worst", "panel"} else value for end, value in data.items()}
    visit.post(data)
    if mode == "panel":
        assert visit.get_response() == [name("3")]
    else:
        assert visit.get_response() == {name(part): name(value) if mode == "best_worst" else value
                                        for part, value in response.items()}
    shown = visit.look()
    assert all(f'name="q0{end}"' in shown for end in data)
    assert shown.count(" checked") + shown.count(" selected") == len(data)
    page = visit.post(data, action="submit")
    assert "answers__text" in page
    assert str(visit.get_score().normalize()) == score.rstrip("0")
