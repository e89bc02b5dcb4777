from fractions import Fraction

import pytest
from django.utils.translation import override

from assessments.grading import AnswerRefused
from assessments.kinds import get_kind
from assessments.kinds.short_text import grading
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

KIND = get_kind("short_text")


def make_value(*rows, **fields):
    """The raw value of the block; ``rows``: (Spanish answers, English answers, match, credit)."""
    answers = [{"type": "item", "id": stable_id("row", number),
                "value": {"accepted": {"es": spanish, "en": english}, "match": match, "credit": credit,
                          "feedback": localized(f"Respuesta {number}", f"Answer {number}")}}
               for number, (spanish, english, match, credit) in enumerate(rows)]
    return {"stem": localized("¿Quién dirige el municipio?"), "feedback": localized("Recuerde"), "answers": answers,
            **fields}


ROWS = [("*no*alcalde*", "", "wildcard", 0), ("alcalde\nalcaldesa", "mayor", "exact", 100),
        ("alcalde", "mayor", "contains", 50)]


def make_item(*rows, **fields):
    return freeze(make_body("short_text", make_value(*(rows or ROWS), **fields)))


@pytest.mark.parametrize(("written", "row", "earned"), [
    ("Alcaldesa", 1, Fraction(1)), ("MAYOR", 1, Fraction(1)), ("el alcalde", 2, Fraction(1, 2)),
    ("no es el alcalde", 0, Fraction(0)), ("alcaldes", None, Fraction(0)), ("el juez", None, Fraction(0)),
    ("", None, Fraction(0)),
])
def test_grade_takes_the_first_row_that_fits(written, row, earned):
    item = make_item()
    credit = grading.grade(item, grading.check(item, written))
    assert credit.fraction == earned
    assert credit.details == {"answer": row if row is None else item["answers"][row]["id"], "earned": str(earned)}


@pytest.mark.parametrize(("response", "reason"), [
    (3, "shape"), (["a"], "shape"), ({"a": "b"}, "shape"), (True, "shape"), ("a\0b", "shape"), ("\ud800", "shape"),
    ("a" * 501, "too_long"),
])
def test_check_refuses_by_name(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grading.check(make_item(), response)
    assert refusal.value.reason == reason


def test_check_keeps_what_was_written():
    assert grading.check(make_item(), "  El  ALCALDE ") == "El  ALCALDE"
    assert grading.check(make_item(), "ñ" * 500) == "ñ" * 500
    assert grading.check(make_item(), None) == ""


@pytest.mark.django_db
def test_freeze_keeps_every_answer_in_every_language():
    question = make_question(kind="short_text", value=make_value(ROWS[1], accents=True))
    item = question.version.content
    assert item["answers"] == [{
        "id": stable_id("row", 0), "accepted": {"es": ["alcalde", "alcaldesa"], "en": ["mayor"]}, "match": "exact",
        "credit": 100, "feedback": localized("Respuesta 0", "Answer 0")}]
    assert (item["case"], item["accents"], item["points"]) == (False, True, "1")
    assert KIND.get_texts(item) == [{"es": "alcalde / alcaldesa", "en": "mayor"}, localized("Respuesta 0", "Answer 0")]


@pytest.mark.parametrize(("rows", "message"), [
    ([("casi", "", "exact", 50)], "At least one answer must earn 100%."),
    ([("\u200b", "", "exact", 100)], "Write at least one answer."),
    ([("a" * 501, "", "exact", 100)], "longer than 500 characters"),
    ([("alcalde", "", "contains", 50), ("el alcalde", "", "exact", 100)], "An earlier answer always counts"),
    ([("*", "", "wildcard", 0), ("alcal*", "", "wildcard", 100)], "An earlier answer always counts"),
])
def test_clean_refuses_what_nobody_can_earn(rows, message, settings):
    settings.LANGUAGE_CODE = "en"
    with override("en"):
        assert message in get_errors(make_body("short_text", make_value(*rows)))


def test_clean_accepts_rows_that_can_be_reached_and_changes_nothing():
    body = make_body("short_text", make_value(*ROWS, ("alcal*", "", "wildcard", 25)))
    assert freeze(clean(body)) == freeze(body)


def review(item, written, *, show_key, language="es"):
    with override(language):
        return KIND.review(item, written, grading.grade(item, written).details, show_key=show_key)["line"]


def test_review_shows_the_key_only_when_asked_and_the_feedback_of_what_was_written():
    item = make_item()
    line = review(item, "el alcalde", show_key=False)
    assert (line.written, line.earned, line.feedback, line.keys) == ("el alcalde", Fraction(1, 2), "Respuesta 2", ())
    assert review(item, "juez", show_key=True).keys == ("alcalde",)
    assert review(item, "juez", show_key=True, language="en").keys == ("mayor",)
    assert review(item, "alcaldesa", show_key=True).keys == ()
    assert review(item, "alcalde", show_key=False, language="en").feedback == "Answer 1"
    assert review(make_item(("*alcal*", "", "wildcard", 100)), "", show_key=True).keys == ("…alcal…",)


def test_present_tells_nothing_of_the_key():
    assert KIND.present(make_item(), "juez") == {"written": "juez", "longest": 500, "help": ""}


def test_tally_counts_the_same_answer_as_one():
    assert KIND.tally(make_item(), "El Alcaldé ") == KIND.tally(make_item(), "el alcalde") == ["el alcalde"]
    assert KIND.tally(make_item(), "") == []


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "right", "key", "mark"), [
    ("es", "Alcaldesa", "alcalde", "Respuesta 0"), ("en", "Mayor", "mayor", "Answer 0"),
])
def test_attempt_is_answered_and_reviewed_without_a_script(client, language, right, key, mark):
    question = make_question(kind="short_text", value=make_value(ROWS[1]))
    visit = Visit(client, question, language=language, attempts_allowed=1)
    assert f">{key}<" not in visit.look()
    page = visit.post({"": '<b>"juez"'})
    assert 'value="&lt;b&gt;&quot;juez&quot;"' in page
    assert visit.get_response() == '<b>"juez"'
    visit.post({"": f" {right} "})
    assert mark in visit.post({"": right}, action="submit")
    assert visit.get_score() == 1


@pytest.mark.django_db
def test_result_of_a_wrong_answer_shows_the_key_when_no_attempt_is_left(client):
    question = make_question(kind="short_text", value=make_value(ROWS[1]))
    visit = Visit(client, question, attempts_allowed=1)
    page = visit.post({"": "juez"}, action="submit")
    assert ">juez<" in page
    assert ">alcalde<" in page
    assert visit.get_score() == 0


def test_credit_with_decimals_is_the_fraction_that_it_stands_for():
    item = make_item(("alcalde", "", "exact", 100), ("edil", "", "exact", "66.66667"), ("jefe", "", "exact", "12.5"))
    assert [row["credit"] for row in item["answers"]] == [100, "66.66667", "12.5"]
    assert [grading.grade(item, written).fraction for written in ("alcalde", "edil", "jefe")] == [
        1, Fraction(2, 3), Fraction(1, 8)]
