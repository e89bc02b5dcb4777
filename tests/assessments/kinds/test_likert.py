import random

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from assessments.grading import AnswerRefused, grade, grade_item
from assessments.kinds import get_graders, get_kind
from assessments.kinds.likert.grading import get_mean
from assessments.kinds.likert.scales import PRESETS, get_labels
from assessments.presenting import make_question as present_question
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

KIND = get_kind("likert")
LABELS = [{"es": f"Punto {point}", "en": f"Point {point}"} for point in range(1, 6)]


def make_item(statements="abcd", *, reverse="", subscales=(), labels=LABELS):
    """An item with a statement for each letter; ``subscales``: words of the letters of their statements."""
    return {"kind": "likert", "points": "0", "stem": localized("¿Qué piensa?"), "feedback": localized("", ""),
            "labels": labels, "subscales": [{"id": each, "name": localized(each.upper())} for each in subscales],
            "options": [{"id": each, "text": localized(f"Frase {each}"), "reverse": each in reverse,
                         "subscale": next((subscale for subscale in subscales if each in subscale), None)}
                        for each in statements]}


def make_value(*statements, scale="agreement", labels=(), subscales=()):
    """The raw value of a block. ``statements``: (text, sub-scale, is it reverse)."""
    return {
        "stem": localized("¿Qué piensa?"), "feedback": localized("", ""), "scale": scale,
        "labels": [make_row("label", number, localized(text)) for number, text in enumerate(labels)],
        "subscales": [make_row("subscale", number, localized(text)) for number, text in enumerate(subscales)],
        "statements": [
            make_row("statement", number, {"text": localized(text), "subscale": subscale, "reverse": reverse})
            for number, (text, subscale, reverse) in enumerate(statements)]}


def make_row(what, number, value):
    return {"type": "item", "id": stable_id(what, number), "value": value}


def get_details(item, response):
    return grade_item(item, response, get_graders()).details


# --- Grading ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("response", "reverse", "mean"), [
    ({"a": 1, "b": 2, "c": 3, "d": 4}, "", "2.50"),
    ({"a": 5, "b": 5, "c": 5, "d": 5}, "", "5.00"),
    ({"a": 5, "b": 5, "c": 5, "d": 5}, "cd", "3.00"),
    ({"a": 1, "b": 2, "c": 3, "d": 4}, "abcd", "3.50"),
    ({"a": 3, "b": 4, "c": 4}, "", "3.67"),
    ({"a": 4, "b": 3, "c": 3}, "", "3.33"),
    ({"a": 4, "b": 4}, "", None),
    ({}, "", None),
])
def test_mean_recodes_reverse_statements_and_needs_two_thirds(response, reverse, mean):
    assert get_details(make_item(reverse=reverse), response)["mean"] == mean


@pytest.mark.parametrize(("points", "statements", "mean"), [
    ([4, 4], 3, "4.00"), ([4], 2, None), ([1, 2, 1, 1, 1, 1, 1, 1], 8, "1.13"), ([2, 3], 2, "2.50"),
])
def test_get_mean_rounds_half_up_at_two_decimals(points, statements, mean):
    assert get_mean(points, statements) == mean


def test_details_have_each_subscale_with_how_many_of_its_statements_were_answered():
    item = make_item("abcdef", reverse="b", subscales=["abc", "de"])
    assert get_details(item, {"a": 5, "b": 1, "c": 4, "d": 2, "f": 1}) == {
        "subscales": {"abc": {"mean": "4.67", "answered": 3, "items": 3},
                      "de": {"mean": None, "answered": 1, "items": 2}},
        "mean": "3.40"}


def test_earns_no_points_and_stops_nobody():
    result = grade([make_item()], {0: {"a": 5}}, get_graders())
    assert (result.score, result.maximum, result.items[0].answered, result.reaches(100)) == (0, 0, True, True)


@pytest.mark.parametrize(("response", "reason"), [
    ([], "shape"), ("a", "shape"), ({"a": "3"}, "shape"), ({"a": 3.0}, "shape"), ({"a": True}, "shape"),
    ({"a": [3]}, "shape"), ({"a": float("nan")}, "shape"), ({"a": 0}, "unknown_option"), ({"a": 6}, "unknown_option"),
    ({"a": 10 ** 400}, "unknown_option"), ({"z": 3}, "unknown_option"),
])
def test_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grade_item(make_item(), response, get_graders())
    assert refusal.value.reason == reason


# --- Writing ----------------------------------------------------------------------------------------------------------

STATEMENTS = ("Respeto", "1", False), ("Evito", "respeto", True), ("Pregunto", "Interest", False)


def test_freeze_keeps_labels_and_subscales_and_gives_no_points():
    value = make_value(*STATEMENTS, ("Aparte", "", False), scale="own", labels=["No", "A veces", "Sí"],
                       subscales=["Respeto", "Interés"])
    value["subscales"][1]["value"] = {"es": "Interés", "en": "Interest"}
    one, two = stable_id("subscale", 0), stable_id("subscale", 1)
    assert freeze(clean(make_body("likert", value | {"points": "3"}))) == {
        "kind": "likert", "stem": localized("¿Qué piensa?"), "feedback": localized("", ""), "points": "0",
        "labels": [localized("No"), localized("A veces"), localized("Sí")],
        "subscales": [{"id": one, "name": localized("Respeto")},
                      {"id": two, "name": {"es": "Interés", "en": "Interest"}}],
        "options": [{"id": stable_id("statement", number), "text": localized(text), "reverse": reverse,
                     "subscale": subscale}
                    for number, (text, reverse, subscale) in enumerate(
                        [("Respeto", False, one), ("Evito", True, one), ("Pregunto", False, two),
                         ("Aparte", False, None)])]}


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_have_distinct_labels_in_every_language(preset):
    labels = get_labels(preset)
    assert 3 <= len(labels) <= 7
    for language in ("es", "en"):
        assert len({label[language] for label in labels}) == len(labels)
    with override("es"):
        item = freeze(make_body("likert", make_value(*STATEMENTS[:2], scale=preset, subscales=["Respeto"])))
    assert item["labels"] == labels


def test_presets_are_frozen_from_the_lowest_point_to_the_highest():
    assert [label["en"] for label in get_labels("agreement")] == [
        "Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]


PLAIN = ("Uno", "", False), ("Dos", "", False)


@pytest.mark.parametrize(("statements", "fields", "field", "message"), [
    (PLAIN, {"scale": "own", "labels": ["No", "Sí"]}, "labels", "Write 3 to 7 labels"),
    (PLAIN, {"scale": "own", "labels": "12345678"}, "labels", "7"),
    (PLAIN, {"labels": ["No", "Sí", "Más"]}, "labels", "The chosen scale has its own labels"),
    (PLAIN, {"subscales": ["Sola"]}, "subscales", "Each sub-scale needs at least one statement."),
    ([*PLAIN, ("Tres", "9", False)], {}, "statements", "There is no sub-scale with this number or name."),
    (PLAIN[:1], {}, "statements", "2"),
    (PLAIN * 21, {}, "statements", "40"),
])
def test_clean_refuses_on_the_field(statements, fields, field, message, settings):
    settings.LANGUAGE_CODE = "en"
    errors = get_errors(make_body("likert", make_value(*statements, **fields)))
    assert message in errors
    assert f"'{field}'" in errors


def test_get_texts_has_statements_labels_and_subscales():
    texts = KIND.get_texts(make_item("ab", subscales=["ab"]))
    assert texts == [localized("Frase a"), localized("Frase b"), *LABELS, localized("AB")]


# --- Pages ------------------------------------------------------------------------------------------------------------

def test_arrange_keeps_the_order_of_the_instrument():
    assert KIND.arrange(make_item("dbca"), random.Random(3)) == list("dbca")


@pytest.mark.parametrize(("posted", "response"), [
    ("q0-a=3&q0-c=5", {"a": 3, "c": 5}), ("q0-a=&q0-z=1", {}), ("q0-a=x", {"a": "x"}), ("q0-a=6", {"a": "6"}), ("", {}),
])
def test_read(posted, response):
    assert KIND.read(QueryDict(posted), "q0", make_item()) == response


def show_review(response, *, show_key, language, item):
    details = get_details(item, response)
    with override(language):
        view = KIND.review(item, response, details, show_key=show_key)
        return render_to_string("likert/review.html", {"question": present_question(0, item, response, view)})


@pytest.mark.parametrize(("language", "label", "mean"), [("es", "Punto 4", "3,25"), ("en", "Point 4", "3.25")])
def test_review_tells_answers_and_means_in_words_and_a_bar(language, label, mean):
    item = make_item("abcde", reverse="a", subscales=["abcd"])
    page = show_review({"a": 2, "b": 4, "c": 3, "d": 2}, show_key=True, language=language, item=item)
    assert f"{label}</span> (4)" in page
    assert mean in page
    assert 'width="56.2%"' in page
    with override(language):
        assert gettext("There are no right or wrong answers here. This is what you answered.") in page
        reverse = gettext("A reverse statement: its points were turned round for the mean.")
        assert page.count(gettext("Not answered")) == 1
    assert page.count(reverse) == 1
    assert reverse not in show_review({"a": 2}, show_key=False, language=language, item=item)


def test_review_says_why_there_is_no_mean():
    page = show_review({"a": 2}, show_key=True, language="en", item=make_item("abc"))
    assert "No mean: 1 of 3 statements was answered, and two thirds are needed." in page
    assert "<svg class=\"means__bar\"" not in page


def test_tally_names_statement_and_point():
    assert KIND.tally(make_item(), {"a": 3, "b": 1}) == ["a:3", "b:1"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["es", "en"])
def test_an_attempt_without_a_script(client, language):
    question = make_question(kind="likert", value=make_value(*STATEMENTS[:2], subscales=["Respeto"]))
    visit = Visit(client, question, language=language)
    one, two = (stable_id("statement", number) for number in range(2))
    assert f'aria-labelledby="q0-{one} q0-{one}-1"' in visit.look()
    visit.post({f"-{one}": "4", f"-{two}": "2"})
    assert visit.get_response() == {one: 4, two: 2}
    assert f'name="q0-{one}" value="4" aria-labelledby="q0-{one} q0-{one}-4" checked' in visit.look()
    page = visit.post({f"-{one}": "5", f"-{two}": "2"}, action="submit")
    assert ("4,50" if language == "es" else "4.50") in page
    assert (visit.get_score(), visit.attempt.maximum, visit.attempt.passed) == (0, 0, True)


@pytest.mark.django_db
def test_a_point_outside_the_scale_is_refused_and_what_was_saved_stays(client):
    visit = Visit(client, make_question(kind="likert", value=make_value(*PLAIN)))
    one = stable_id("statement", 0)
    visit.post({f"-{one}": "4"})
    visit.post({f"-{one}": "9"})
    assert visit.get_response() == {one: 4}
