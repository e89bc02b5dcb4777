import random
import re
from fractions import Fraction

import pytest
from django.http import QueryDict
from django.utils.translation import override

from assessments.grading import AnswerRefused, check_response, grade_item
from assessments.kinds import get_graders, get_kind
from tests.assessments.kinds.visiting import Visit, get_selects
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

STEPS = ["Escuchar", "Anotar", "Derivar", "Despedir"]


def make_value(steps=STEPS, **fields):
    return {"stem": localized("¿En qué orden?"), "feedback": localized("Recuerde"), "scoring": "positions",
            "options": [{"type": "item", "id": stable_id("step", number),
                         "value": step if isinstance(step, dict) else localized(step)}
                        for number, step in enumerate(steps)], **fields}


def make_item(order="abcd", **fields):
    """Its right order is that of the letters; it is shown backwards."""
    return {"kind": "ordering", "stem": {}, "feedback": {}, "points": "1", "scoring": "positions", "order": list(order),
            "options": [{"id": each, "text": localized(f"Paso {each}")} for each in reversed(order)], **fields}


def place(letters):
    """``ca-b``: c is first, a second, b fourth. ``(ab)c``: a and b are both first, c second."""
    groups = re.findall(r"\((\w+)\)|(\w|-)", letters)
    return {each: number for number, (several, one) in enumerate(groups, 1) for each in several or one if each != "-"}


@pytest.mark.parametrize(("letters", "exact", "positions", "adjacent"), [
    ("abcd", 1, 1, 1),
    ("dabc", 0, 0, Fraction(2, 3)),  # one too early: nobody on their place, and two of three neighbours
    ("abdc", 0, Fraction(1, 2), Fraction(1, 3)),
    ("badc", 0, 0, 0),
    ("cdab", 0, 0, Fraction(2, 3)),
    ("dcba", 0, 0, 0),
    ("acbd", 0, Fraction(1, 2), 0),
    ("abc-", 0, Fraction(3, 4), Fraction(2, 3)),  # d has no place
    ("ab--", 0, Fraction(1, 2), Fraction(1, 3)),
    ("-b--", 0, Fraction(1, 4), 0),
    ("a-b-", 0, Fraction(1, 4), 0),  # b is not just after a
    ("ab(cd)", 0, Fraction(1, 2), Fraction(1, 3)),  # c and d have the same place: it is nobody's
    ("(ac)(bd)", 0, 0, 0),
    ("(abcd)", 0, 0, 0),
    ("a(bc)-d", 0, Fraction(1, 2), 0),
])
def test_scores(letters, exact, positions, adjacent):
    for scoring, score in (("exact", exact), ("positions", positions), ("adjacent", adjacent)):
        result = grade_item(make_item(scoring=scoring, points="2"), place(letters), get_graders())
        assert (result.score, result.maximum, result.answered) == (2 * score, 2, True), scoring


@pytest.mark.parametrize("scoring", ["exact", "positions", "adjacent"])
def test_two_items_are_in_order_or_not(scoring):
    item = make_item("ab", scoring=scoring)
    assert [grade_item(item, place(letters), get_graders()).score for letters in ("ab", "ba", "a", "")] == [
        1, 0, Fraction(1, 2) if scoring == "positions" else 0, 0]


@pytest.mark.parametrize(("scoring", "right"), [("exact", ["a"]), ("positions", ["a"]), ("adjacent", ["c"])])
def test_details_name_the_items_that_are_right(scoring, right):
    assert grade_item(make_item(scoring=scoring), place("acdb"), get_graders()).details == {"right": right}


@pytest.mark.parametrize(("response", "reason"), [
    (["a", "b"], "shape"), ("abcd", "shape"), (4, "shape"), (float("inf"), "shape"), ({"a": "1"}, "shape"),
    ({"a": True}, "shape"), ({"a": 1.0}, "shape"), ({"a": float("nan")}, "shape"), ({"a": [1]}, "shape"),
    ({"a": {}}, "shape"), ({"a": 0}, "unknown_option"), ({"a": 5}, "unknown_option"), ({"a": -1}, "unknown_option"),
    ({"a": 10**400}, "unknown_option"), ({"z": 1}, "unknown_option"),
])
def test_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_response(make_item(), response, get_graders())
    assert refusal.value.reason == reason


def test_keeps_places_as_they_were_given_repeated_and_missing():
    assert check_response(make_item(), {"c": 1, "a": 1, "b": None, "d": ""}, get_graders()) == {"a": 1, "c": 1}
    assert check_response(make_item(), {"a": None}, get_graders()) == {}


def test_freeze_keeps_every_text_and_the_order():
    ids = [stable_id("step", number) for number in range(4)]
    assert freeze(make_body("ordering", make_value(scoring="adjacent", points="2.50"))) == {
        "kind": "ordering", "stem": localized("¿En qué orden?"), "feedback": localized("Recuerde"), "points": "2.5",
        "scoring": "adjacent", "order": ids,
        "options": [{"id": each, "text": localized(step)} for each, step in zip(ids, STEPS, strict=True)]}


@pytest.mark.parametrize(("steps", "message"), [
    (["Escuchar", "Escuchar"], "Two of them read the same: “Escuchar”"),
    (["Escuchar", " escuchar "], "Two of them read the same"),
    ([{"es": "Oír", "en": "Hear"}, {"es": "Escuchar", "en": "Hear"}], "Two of them read the same: “Hear”"),
    ([{"es": "No", "en": ""}, {"es": "Jamás", "en": "No"}], "Two of them read the same: “No”"),
])
def test_clean_refuses_items_that_read_the_same(steps, message):
    with override("en"):
        errors = get_errors(make_body("ordering", make_value(steps)))
    assert message in errors
    assert "'options': {'messages'" in errors


@pytest.mark.parametrize("size", [1, 31])
def test_clean_refuses_too_few_and_too_many_items(size):
    assert "options" in get_errors(make_body("ordering", make_value([f"Paso {number}" for number in range(size)])))


def test_clean_accepts_an_order_and_changes_nothing():
    body = make_body("ordering", make_value(points="1"))
    assert freeze(clean(body)) == freeze(body)


def test_is_never_shown_in_the_right_order_because_shuffling_is_off():
    kind = get_kind("ordering")
    items = [make_item(f"{letter}{other}") for letter in "abcdefgh" for other in "ijklmnop"]
    assert all(kind.arrange(item, None) == item["order"][::-1] for item in items)
    assert kind.arrange(make_item("abcdefgh"), None) == kind.arrange(make_item("abcdefgh"), None)


def test_is_shuffled_into_any_order_the_right_one_too():
    item, rng = make_item("abc"), random.Random(1)
    assert len({tuple(get_kind("ordering").arrange(item, rng)) for _time in range(60)}) == 6


def test_form_sends_places():
    kind, item = get_kind("ordering"), make_item()
    assert kind.read(QueryDict("q3-a=2&q3-b=&q3-c=2&q4-d=1"), "q3", item) == {"a": 2, "b": None, "c": 2, "d": None}
    for value in ("5", "0", "-1", "1.0", "²", "x"):
        with pytest.raises(AnswerRefused):
            check_response(item, kind.read(QueryDict(f"q3-a={value}"), "q3", item), get_graders())


def test_tally_counts_places():
    assert get_kind("ordering").tally(make_item(), place("b-a")) == ["b/1", "a/3"]


@pytest.mark.parametrize(("letters", "ids", "is_incomplete"), [
    ("", "dcba", False), ("acbd", "acbd", False), ("-a", "adcb", True), ("(ab)c", "bacd", True),
])
def test_page_shows_the_items_in_the_order_given_and_says_what_is_missing(letters, ids, is_incomplete):
    view = get_kind("ordering").present(make_item(), place(letters))
    assert "".join(item.id for item in view["items"]) == ids
    assert {item.id: item.place for item in view["items"] if item.place} == place(letters)
    assert view["is_incomplete"] is is_incomplete
    assert all(item.right_place is None for item in view["items"])


@pytest.mark.parametrize(("letters", "show_key", "right_order"), [
    ("acbd", False, ""), ("acbd", True, "abcd"), ("abcd", True, ""), ("", True, "abcd"), ("ab(cd)", True, "abcd"),
    ("abc", True, "abcd"),
])
def test_review_tells_the_right_order_only_when_it_may_and_must(letters, show_key, right_order):
    item, response = make_item(), place(letters)
    details = grade_item(item, response, get_graders()).details
    view = get_kind("ordering").review(item, response, details, show_key=show_key)
    assert "".join(each.id for each in view["right_order"]) == right_order
    assert sorted(each.id for each in view["items"] if each.is_right) == sorted(details["right"])


def get_places(page):
    """[(label, selected place)] in the order of the page."""
    return [(label, "".join(text for _value, text, selected in options if selected))
            for label, _name, options in get_selects(page)]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "suffix"), [("es", ""), ("en", " (en)")])
def test_pages_of_an_attempt(client, language, suffix):
    visit = Visit(client, make_question(kind="ordering", value=make_value()), language=language)
    ends = [f"-{stable_id('step', number)}" for number in range(4)]
    shown = [label for label, _place in get_places(visit.look())]
    assert sorted(shown) == sorted(f"{step}{suffix}" for step in STEPS)
    assert shown != [f"{step}{suffix}" for step in STEPS]
    assert "data-problem" not in visit.look()

    page = visit.post(dict(zip(ends, ["2", "", "2", "1"], strict=True)))
    assert visit.get_response() == {stable_id("step", 0): 2, stable_id("step", 2): 2, stable_id("step", 3): 1}
    assert get_places(page)[0] == (f"Despedir{suffix}", "1")
    assert sorted(get_places(page)[1:]) == [(f"Anotar{suffix}", ""), (f"Derivar{suffix}", "2"),
                                            (f"Escuchar{suffix}", "2")]
    assert "data-problem" in page

    visit.post({ends[0]: "7"})
    assert len(visit.get_response()) == 3

    result = visit.post(dict(zip(ends, "1243", strict=True)), action="submit")
    assert visit.get_score() == Fraction(1, 2)
    assert (result.count("mark--good"), result.count("mark--bad")) == (2, 2)


@pytest.mark.django_db
def test_page_of_an_attempt_that_was_not_touched_stays_without_an_answer(client):
    visit = Visit(client, make_question(kind="ordering", value=make_value()), attempts_allowed=1)
    result = visit.post(dict.fromkeys((f"-{stable_id('step', number)}" for number in range(4)), ""), action="submit")
    assert not visit.attempt.answers.exclude(response=None).exists()
    assert visit.get_score() == 0
    assert re.findall(r"<li lang=.es.>(\w+)</li>", result) == STEPS
