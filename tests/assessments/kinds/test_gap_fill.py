from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from assessments.grading import AnswerRefused
from assessments.kinds import get_kind
from assessments.kinds.gap_fill import Gap, grading
from assessments.kinds.gap_fill.markers import split_text
from assessments.models import Question
from assessments.presenting import make_question as present_question
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_category, make_question, make_user, stable_id

KIND = get_kind("gap_fill")
TEXT = localized("La capital de Chile es [[1]] y la de México es [[2]].",
                 "The capital of Mexico is [[2]] and that of Chile is [[1]].")
CHILE, MEXICO = stable_id("gap", 0), stable_id("gap", 1)


def make_gaps(*gaps):
    """``gaps``: (Spanish answers, English answers, {rules})."""
    return [{"type": "item", "id": stable_id("gap", number),
             "value": {"accepted": {"es": spanish, "en": english}, "feedback": localized(f"Razón {number}"), **rules}}
            for number, (spanish, english, rules) in enumerate(gaps)]


def make_value(text=TEXT, gaps=(("Santiago\nSantiago de Chile", "", {}),
                                ("Ciudad de México", "Mexico City", {"case": True, "accents": True}))):
    return {"stem": localized("Complete."), "feedback": localized("Recuerde"), "text": text, "gaps": make_gaps(*gaps)}


def make_item(**fields):
    return freeze(make_body("gap_fill", make_value(**fields)))


@pytest.mark.parametrize(("written", "right"), [
    ({CHILE: "santiago", MEXICO: "Ciudad de México"}, {CHILE, MEXICO}),
    ({CHILE: "SANTIAGO  DE CHILE", MEXICO: "Mexico City"}, {CHILE, MEXICO}),
    ({CHILE: "Santiago", MEXICO: "ciudad de méxico"}, {CHILE}),
    ({CHILE: "Lima", MEXICO: "Ciudad de Mexico"}, set()),
    ({MEXICO: "Mexico City"}, {MEXICO}),
    ({CHILE: "Ciudad de México", MEXICO: "Santiago"}, set()),
    ({}, set()),
])
def test_grade_gives_each_gap_the_same_part(written, right):
    item = make_item()
    credit = grading.grade(item, grading.check(item, written))
    assert credit.fraction == Fraction(len(right), 2)
    assert set(credit.details["right"]) == right


def test_grade_of_three_gaps_is_exact():
    item = make_item(text={"es": "[[1]] [[2]] [[3]]", "en": ""}, gaps=[("a", "", {}), ("b", "", {}), ("c", "", {})])
    assert grading.grade(item, {CHILE: "a"}).fraction == Fraction(1, 3)


@pytest.mark.parametrize(("response", "reason"), [
    ("Santiago", "shape"), (["Santiago"], "shape"), ({CHILE: 3}, "shape"), ({CHILE: ["a"]}, "shape"),
    ({CHILE: "a\0"}, "shape"), ({"other": "a"}, "unknown_option"), ({CHILE: "a" * 201}, "too_long"),
])
def test_check_refuses_by_name(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grading.check(make_item(), response)
    assert refusal.value.reason == reason


def test_check_keeps_what_was_written_in_the_order_of_the_gaps():
    kept = grading.check(make_item(), {MEXICO: " DF ", CHILE: "  "})
    assert kept == {MEXICO: "DF"}
    assert list(grading.check(make_item(), {MEXICO: "b", CHILE: "a"})) == [CHILE, MEXICO]


@pytest.mark.django_db
def test_freeze_keeps_the_gaps_with_their_key_and_rules():
    item = make_question(kind="gap_fill", value=make_value()).version.content
    assert item["text"] == TEXT
    assert item["gaps"] == [
        {"id": CHILE, "accepted": {"es": ["Santiago", "Santiago de Chile"], "en": []}, "case": False, "accents": False,
         "feedback": localized("Razón 0")},
        {"id": MEXICO, "accepted": {"es": ["Ciudad de México"], "en": ["Mexico City"]}, "case": True, "accents": True,
         "feedback": localized("Razón 1")}]
    assert KIND.get_texts(item) == [
        TEXT, {"es": "Santiago / Santiago de Chile", "en": ""}, localized("Razón 0"),
        {"es": "Ciudad de México", "en": "Mexico City"}, localized("Razón 1")]


@pytest.mark.parametrize(("spanish", "english", "message"), [
    ("Una [[1]].", "", "[[2]] does not stand in the text."),
    ("[[1]] [[2]]", "[[2]]", "[[1]] does not stand in the text."),
    ("[[1]] [[2]] [[3]]", "", "[[3]] has no gap in the list."),
    ("[[0]] [[1]] [[2]]", "", "[[0]] has no gap in the list."),
    ("[[1]] [[2]] [[1]]", "", "[[1]] stands more than once."),
    ("[[1]] [[2]]", "[[1]] [[2]] [[two]]", "Double brackets"),
    ("[[1]] [[2]", "", "Double brackets"),
    ("Sin huecos.", "", "[[1]] does not stand in the text."),
])
def test_clean_refuses_markers_that_are_not_the_gaps(spanish, english, message):
    with override("en"):
        assert message in get_errors(make_body("gap_fill", make_value(text={"es": spanish, "en": english})))


def test_clean_names_the_field_of_each_error():
    gaps = [("Santiago", "", {}), ("\u200b", "x" * 201, {}), ("x" * 201, "", {})]
    body = make_body("gap_fill", make_value(text={"es": "[[1]] [[2]] [[3]]", "en": "[[1]]"}, gaps=gaps))
    with override("en"), pytest.raises(ValidationError) as refusal:
        clean(body)
    errors = refusal.value.block_errors[0].block_errors
    assert list(errors["text"].block_errors) == ["en"]
    with override("en"):
        messages = {index: str(error.block_errors["accepted"].message)
                    for index, error in errors["gaps"].block_errors.items()}
    assert messages == {
        1: "Write at least one answer.", 2: "Nobody can write an answer that is longer than 200 characters."}


def test_clean_accepts_another_order_in_another_language_and_no_translation():
    for text in (TEXT, {"es": "[[ 1 ]] y [[2]]", "en": ""}):
        body = make_body("gap_fill", make_value(text=text))
        assert freeze(clean(body)) == freeze(body)


@pytest.mark.parametrize(("text", "pieces"), [
    ("a [[2]] b [[1]].", ["a ", 2, " b ", 1, "."]), ("[[1]][[1]][[7]]", ["", 1, "", "", "", " ", 2]),
    ("", ["", " ", 1, " ", 2]),
])
def test_split_text_shows_each_gap_once_whatever_the_text(text, pieces):
    assert split_text(text, 2) == pieces


def test_read_takes_the_field_of_each_gap():
    post = QueryDict(f"q3-{CHILE}=Lima&q3-{CHILE}=Santiago&q3-other=x&q3=y")
    assert KIND.read(post, "q3", make_item()) == {CHILE: "Santiago", MEXICO: ""}


def test_present_numbers_the_gaps_as_they_are_read_and_tells_nothing_of_the_key():
    item = make_item()
    with override("en"):
        view = KIND.present(item, {CHILE: "Lima"})
        html = render_to_string(KIND.question_template, {"question": present_question(3, item, {}, view)})
    assert view["pieces"] == ["The capital of Mexico is ", Gap(MEXICO, 1, ""), " and that of Chile is ",
                              Gap(CHILE, 2, "Lima"), "."]
    assert html.index('aria-label="Gap 1 of 2"') < html.index('value="Lima"') < html.index('aria-label="Gap 2 of 2"')
    assert f'name="q3-{MEXICO}"' in html
    assert "Santiago" not in html
    assert "[[" not in html


def review(item, written, *, show_key, language="es"):
    with override(language):
        return KIND.review(item, written, grading.grade(item, written).details, show_key=show_key)["gaps"]


def test_review_shows_each_gap_and_the_first_answer_only_when_asked():
    item, written = make_item(), {CHILE: "Lima", MEXICO: "Mexico City"}
    assert review(item, written, show_key=True) == [
        Gap(CHILE, 1, "Lima", feedback="Razón 0", key="Santiago"),
        Gap(MEXICO, 2, "Mexico City", right=True, feedback="Razón 1")]
    assert [gap.key for gap in review(item, written, show_key=False)] == ["", ""]
    assert [(gap.feedback, gap.key) for gap in review(item, {}, show_key=False)] == [("", ""), ("", "")]
    assert [gap.key for gap in review(item, {}, show_key=True, language="en")] == ["Mexico City", "Santiago"]


def test_tally_counts_the_same_answer_as_one():
    assert KIND.tally(make_item(), {CHILE: " LIMA", MEXICO: "DF"}) == [f"{CHILE}: lima", f"{MEXICO}: DF"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "mexico", "label", "shown"), [
    ("es", "Ciudad de México", 'lang="es"', "Lima"), ("en", "Mexico City", 'aria-label="Gap 2 of 2"', "Lima"),
])
def test_attempt_is_answered_and_reviewed_without_a_script(client, language, mexico, label, shown):
    visit = Visit(client, make_question(kind="gap_fill", value=make_value()), language=language, attempts_allowed=1)
    page = visit.look()
    assert label in page
    assert "Santiago" not in page
    assert 'value="Lima"' in visit.post({f"-{CHILE}": "Lima"})
    page = visit.post({f"-{CHILE}": "Lima", f"-{MEXICO}": mexico}, action="submit")
    assert visit.get_response() == {CHILE: "Lima", MEXICO: mexico}
    assert visit.get_score() == Fraction(1, 2)
    assert shown in page
    assert "Santiago" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("english", "saved"), [("", True), ("[[1]]", True), ("Nothing is missing here.", False)])
def test_form_of_the_bank_saves_or_says_what_is_missing(client, english, saved):
    client.force_login(make_user(is_superuser=True))
    gap = {"accepted-es": "Santiago", "accepted-en": "", "feedback-es": "", "feedback-en": "", "others-count": "0",
           "weight": "1", "when_right-es": "", "when_right-en": ""}
    value = {"stem-es": "Complete", "stem-en": "", "text-es": "La capital es [[1]].", "text-en": english,
             "gaps-count": "1", "gaps-0-deleted": "", "gaps-0-order": "0", "gaps-0-id": CHILE,
             **{f"gaps-0-value-{name}": text for name, text in gap.items()},
             "feedback-es": "", "feedback-en": "", "points": "1"}
    response = client.post(reverse("wagtailsnippets_assessments_question:add"), {
        "code": "capital", "state": "draft", "category": make_category().pk, "body-count": "1", "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "gap_fill", "body-0-id": "", **{f"body-0-value-{name}": text for name, text in value.items()}})
    assert response.status_code == (302 if saved else 200)
    assert [question.version.content["gaps"][0]["id"] for question in Question.objects.all()] == [CHILE] * saved


# --- Gaps with other answers, lists, numbers and weights -------------------------------------------------------------

ONE = {"es": "Capital: [[1]]", "en": ""}


def make_other(number, spanish, english="", credit=0, **fields):
    return {"type": "item", "id": stable_id("other", number),
            "value": {"accepted": {"es": spanish, "en": english}, "credit": credit,
                      "feedback": localized(f"Sobre {spanish}"), **fields}}


OTHERS = [make_other(0, "Valparaíso", "Valparaiso City", "33.33333"), make_other(1, "Lima", "Lima City")]


def make_one(spanish="Santiago", english="Santiago City", **rules):
    return make_item(text=ONE, gaps=[(spanish, english, {"others": OTHERS, **rules})])


@pytest.mark.parametrize(("written", "earned", "other"), [
    ("santiago", 1, None), ("valparaiso", Fraction(1, 3), 0), ("Lima", 0, 1), ("Quito", 0, None)])
def test_other_answers_earn_their_credit_and_have_their_feedback(written, earned, other):
    item = make_one()
    credit = grading.grade(item, {CHILE: written})
    assert credit.fraction == earned
    assert credit.details.get("others", {}) == ({} if other is None else {CHILE: stable_id("other", other)})
    with override("es"):
        gap, = KIND.review(item, {CHILE: written}, credit.details, show_key=False)["gaps"]
    assert gap.feedback == ("Razón 0" if other is None else f"Sobre {OTHERS[other]['value']['accepted']['es']}")
    assert (gap.right, gap.partly) == (earned == 1, 0 < earned < 1)


@pytest.mark.parametrize(("language", "offered"), [
    ("es", ["Lima", "Santiago", "Valparaíso"]), ("en", ["Lima City", "Santiago City", "Valparaiso City"])])
def test_list_offers_every_answer_in_one_language_by_the_alphabet(language, offered):
    item = make_one(is_list=True)
    with override(language):
        view = KIND.present(item, {CHILE: offered[1]})
        shown = render_to_string(KIND.question_template, {
            "question": present_question(0, {**item, "options": []}, {CHILE: offered[1]}, view)})
    gap, = (piece for piece in view["pieces"] if isinstance(piece, Gap))
    assert list(gap.choices) == offered
    assert f'<option value="{offered[1]}" selected>' in shown
    assert "<input" not in shown


@pytest.mark.parametrize(("written", "earned"), [
    ("3,14", 1), ("3.1", Fraction(1, 2)), ("3", 0), ("pi", 0), ("3.14 km", 0), ("3.145", 1)])
def test_numbers_in_gaps_have_a_tolerance(written, earned):
    near = make_other(0, "3.14", credit=50, tolerance="0.05")
    item = make_item(text=ONE, gaps=[("3.14", "", {"tolerance": "0.005", "others": [near]})])
    assert grading.grade(item, {CHILE: written}).fraction == earned


def test_right_answer_has_its_own_feedback():
    item = make_one(when_right=localized("¡Bien!", "Well done!"))
    with override("en"):
        said = [KIND.review(item, {CHILE: written}, grading.grade(item, {CHILE: written}).details,
                            show_key=False)["gaps"][0].feedback for written in ("Santiago", "Quito")]
    assert said == ["Well done!", "Razón 0 (en)"]
    assert localized("¡Bien!", "Well done!") in KIND.get_texts(item)


def test_gaps_have_weights():
    item = make_item(gaps=[("a", "", {"weight": 2}), ("b", "", {})])
    assert [gap.get("weight") for gap in item["gaps"]] == ["2", None]
    assert grading.grade(item, {CHILE: "a"}).fraction == Fraction(2, 3)
    assert grading.grade(item, {MEXICO: "b"}).fraction == Fraction(1, 3)


@pytest.mark.parametrize(("rules", "message"), [
    ({"is_list": True, "others": []}, "A list needs other answers"),
    ({"is_list": True, "others": [make_other(0, "Santiago")]}, "is offered twice"),
    ({"tolerance": "1", "others": []}, "is not a number"),
    ({"others": [make_other(0, "")]}, "This field is required"),
    ({"others": [make_other(0, "tres", tolerance="1")]}, "is not a number"),
])
def test_clean_refuses_gaps_that_cannot_be_answered(rules, message, settings):
    settings.LANGUAGE_CODE = "es"
    with override("en"):
        assert message in get_errors(make_body("gap_fill", make_value(
            text=ONE, gaps=[("Santiago", "", {"others": OTHERS, **rules})])))


def test_clean_accepts_gaps_of_every_sort_and_changes_nothing():
    body = make_body("gap_fill", make_value(gaps=[
        ("Santiago", "", {"others": OTHERS, "is_list": True, "weight": 2}), ("3.5", "", {"tolerance": "0"})]))
    assert freeze(clean(body)) == freeze(body)
