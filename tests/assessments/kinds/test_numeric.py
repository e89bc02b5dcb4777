import time
from fractions import Fraction

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import AnswerRefused
from assessments.kinds import get_kind
from assessments.kinds.numeric import grading
from assessments.kinds.numeric.numbers import read_number
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.factories import localized, make_question, stable_id

KIND = get_kind("numeric")
LENGTHS = [("km\nkilómetros", "1"), ("m", "0.001")]


def make_value(*rows, units=(), **fields):
    """The raw value of the block. ``rows``: (value, tolerance, its kind, credit); ``units``: (names, factor)."""
    rows = rows or [("1234.5", "0", "absolute", 100)]
    answers = [{"type": "item", "id": stable_id("row", number),
                "value": {"value": value, "tolerance": tolerance, "tolerance_kind": kind, "credit": credit,
                          "feedback": localized(f"Razón {number}", f"Reason {number}")}}
               for number, (value, tolerance, kind, credit) in enumerate(rows)]
    units = [{"type": "item", "id": stable_id("unit", number), "value": {"names": names, "factor": factor}}
             for number, (names, factor) in enumerate(units)]
    return {"stem": localized("¿Cuánto?"), "feedback": localized("Recuerde"), "answers": answers, "units": units,
            "otherwise": localized("Otro número", "Another number"), **fields}


def make_item(*rows, **fields):
    return freeze(make_body("numeric", make_value(*rows, **fields)))


def grade(item, written):
    return grading.grade(item, grading.check(item, written))


# --- Numbers as people write them ------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "values"), [
    ("1.234,5", ["1234.5"]), ("1,234.5", ["1234.5"]), ("1234.5", ["1234.5"]), ("1234,5", ["1234.5"]),
    ("1 234,5", ["1234.5"]), ("1\u202f234\u00a0567", ["1234567"]), ("1'234,567.8", ["1234567.8"]),
    ("1.234.567", ["1234567"]), ("1,234,567.25", ["1234567.25"]), ("1.234.567,25", ["1234567.25"]),
    ("−3", ["-3"]), ("- 3", ["-3"]), ("–3,5", ["-3.5"]), ("+3", ["3"]), (" 3 ", ["3"]), ("3.", ["3"]),
    (",5", ["0.5"]), (".5", ["0.5"]), ("0", ["0"]), ("007", ["7"]),
    ("2e3", ["2000"]), ("2,5E-3", ["0.0025"]), ("1e100", ["1" + "0" * 100]), ("３", ["3"]), ("٣", ["3"]),
    ("1.234", ["1234", "1.234"]), ("1,234", ["1234", "1.234"]), ("-1.234", ["-1234", "-1.234"]),
    ("0.500", ["0.5"]), ("1.2345", ["1.2345"]), ("12345.678", ["12345.678"]), ("12.34", ["12.34"]),
])
def test_read_number_gives_what_the_digits_may_mean(text, values):
    assert read_number(text) == (tuple(map(Fraction, values)), "", "")


@pytest.mark.parametrize("text", [
    "", "tres", "nan", "inf", "-Infinity", "1e999999999", "1e-999999999", "1e101", "1.2.3", "1,2,3", "3 4", "--",
    "1.23.456,7", ".", "IV", "½", "1e" + "9" * 58,
])
def test_read_number_is_none_for_what_is_no_number(text):
    assert read_number(text) is None


@pytest.mark.parametrize(("text", "value", "before", "after"), [
    ("3 km", 3, "", "km"), ("3km", 3, "", "km"), ("$ 1.500,0", 1500, "$", ""), ("25%", 25, "", "%"),
    ("5 m²", 5, "", "m²"), ("10²", 10, "", "²"), ("3e", 3, "", "e"), ("2e3 km", 2000, "", "km"),
    ("1 234 km", 1234, "", "km"), ("3/4", 3, "", "/4"),
])
def test_read_number_gives_what_stands_around_it(text, value, before, after):
    assert read_number(text) == ((value,), before, after)


@given(st.integers(-10**15, 10**15), st.sampled_from([("", "."), ("", ","), (".", ","), (",", "."), (" ", ",")]))
def test_read_number_reads_what_was_written_with_any_marks(hundredths, marks):
    group, decimal = marks
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{'−' * (hundredths < 0)}{whole:,}".replace(",", group) + f"{decimal}{rest:02}"
    assert read_number(text).values == (Fraction(hundredths, 100),)


@given(st.text(max_size=60) | st.text(alphabet="0123456789.,' eE+-", max_size=60))
def test_read_number_reads_anything_quickly(text):
    started = time.process_time()
    read_number(text)
    assert time.process_time() - started < 0.5


# --- Grading ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("row", "written", "right"), [
    (("1234", "0", "absolute", 100), "1.234", True), (("1234", "0", "absolute", 100), "1,234", True),
    (("1.234", "0", "absolute", 100), "1.234", True), (("1.234", "0", "absolute", 100), "1,2341", False),
    (("1234.5", "0", "absolute", 100), "1.234,5", True), (("1234.5", "0", "absolute", 100), "1.234", False),
    (("10", "0.5", "absolute", 100), "10,5", True), (("10", "0.5", "absolute", 100), "9.5", True),
    (("10", "0.5", "absolute", 100), "10.50001", False), (("0.1", "0.2", "absolute", 100), "0,3", True),
    (("-200", "5", "percent", 100), "−210", True), (("-200", "5", "percent", 100), "-189.9", False),
    (("0", "50", "percent", 100), "0,0", True), (("-3", "0", "absolute", 100), "3", False),
])
def test_grade_decides_the_tolerance_exactly(row, written, right):
    credit = grade(make_item(row), written)
    assert credit.fraction == Fraction(right)
    assert credit.details == {"readable": True, "answer": stable_id("row", 0) if right else None, "unit": "",
                              "earned": "1" if right else "0"}


@pytest.mark.parametrize(("written", "row", "earned"), [
    ("100", 1, 1), ("102", 0, Fraction(1, 2)), ("1000", 2, 0), ("7", None, 0),
])
def test_grade_takes_the_row_that_earns_most(written, row, earned):
    item = make_item(("100", "5", "percent", 50), ("100", "1", "absolute", 100), ("1000", "0", "absolute", 0))
    credit = grade(item, written)
    assert (credit.fraction, credit.details["answer"]) == (earned, row if row is None else stable_id("row", row))


@pytest.mark.parametrize(("needed", "written", "earned", "unit"), [
    (True, "3 km", 1, ""), (True, "3KM", 1, ""), (True, "3 kilometros", 1, ""), (True, "3.000 m", 1, ""),
    (True, "3", Fraction(3, 5), "missing"), (False, "3", 1, ""),
    (False, "3 kg", Fraction(3, 5), "wrong"), (False, "3 m", Fraction(3, 5), "wrong"),
    (True, "km 3", 1, ""), (True, "unos 3 km", 0, ""), (True, "3 o 4 km", 0, ""), (True, "3/1", 0, ""),
    (True, "5 km", 0, ""), (True, "5", 0, ""),
])
def test_grade_takes_off_what_the_unit_costs(needed, written, earned, unit):
    item = make_item(("3", "0", "absolute", 100), units=LENGTHS, unit_needed=needed, unit_loss=40)
    credit = grade(item, written)
    assert (credit.fraction, credit.details["unit"]) == (earned, unit)


def test_units_that_differ_by_their_capitals_are_told_apart():
    item = make_item(("2", "0", "absolute", 100), units=[("g", "1"), ("mg", "0.001"), ("Mg", "1000000")], unit_loss=100)
    assert grade(item, "2000 mg").fraction == 1
    assert grade(item, "2000 Mg").fraction == 0
    assert grade(item, "2000 MG").fraction == 0
    assert grade(item, "2 G").fraction == 1


@pytest.mark.parametrize("written", ["tres", "NaN", "inf", "1e999999999", "3 km", "3 o 4", "1.2.3"])
def test_what_is_no_number_is_kept_earns_nothing_and_is_told(written):
    item = make_item(("3", "0", "absolute", 100))
    assert grading.check(item, written) == written
    credit = grade(item, written)
    assert (credit.fraction, credit.details["readable"]) == (0, False)
    with override("en"):
        line = KIND.review(item, written, credit.details, show_key=False)["line"]
    assert (line.written, line.note, line.keys) == (written, "This could not be read as a number.", ())


@pytest.mark.parametrize(("response", "reason"), [
    (3, "shape"), (3.5, "shape"), (float("nan"), "shape"), (10**400, "shape"), (["3"], "shape"), (False, "shape"),
    ("3\0", "shape"), ("3" * 61, "too_long"),
])
def test_check_refuses_by_name(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        grading.check(make_item(), response)
    assert refusal.value.reason == reason


# --- Writing ---------------------------------------------------------------------------------------------------------

@pytest.mark.django_db
def test_freeze_keeps_numbers_as_exact_texts():
    value = make_value(("1234.50", "0.10", "percent", 100), units=LENGTHS, unit_needed=True)
    item = make_question(kind="numeric", value=value).version.content
    assert item["answers"] == [{"id": stable_id("row", 0), "value": "1234.5", "tolerance": "0.1", "credit": 100,
                                "tolerance_kind": "percent", "feedback": localized("Razón 0", "Reason 0")}]
    assert item["units"] == [{"names": ["km", "kilómetros"], "factor": "1"}, {"names": ["m"], "factor": "0.001"}]
    assert (item["unit_needed"], item["unit_loss"]) == (True, 50)
    assert KIND.get_texts(item) == [localized("Razón 0", "Reason 0"), localized("Otro número", "Another number")]


@pytest.mark.parametrize(("fields", "message"), [
    ({"units": [("m", "0.001")]}, "one unit must have the factor 1"),
    ({"units": [("km", "1"), ("m", "0")]}, "The factor must be more than 0."),
    ({"units": [("\u200b", "1")]}, "Write at least one way."),
    ({"units": [("km", "1"), ("m\nkm", "0.001")]}, "stands for another unit already"),
    ({"units": [("5", "1")]}, "cannot be told from a number"),
    ({"units": [("000 pesos", "1")]}, "cannot be told from a number"),
    ({"unit_needed": True}, "Give the units that may be written"),
])
def test_clean_refuses_units_that_nobody_could_write(fields, message):
    with override("en"):
        assert message in get_errors(make_body("numeric", make_value(**fields)))


def test_clean_refuses_points_that_nobody_can_earn():
    with override("en"):
        assert "At least one answer must earn 100%." in get_errors(
            make_body("numeric", make_value(("3", "0", "absolute", 99))))


def test_clean_accepts_a_key_and_changes_nothing():
    body = make_body("numeric", make_value(("3", "0.5", "absolute", 100), ("4", "1", "percent", 30),
                                           units=[*LENGTHS, ("m²\n$", "2")], unit_needed=True))
    assert freeze(clean(body)) == freeze(body)


# --- Pages -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("language", "row", "units", "key"), [
    ("es", ("1234.5", "0", "absolute", 100), (), "1234,5"), ("en", ("1234.5", "0", "absolute", 100), (), "1234.5"),
    ("en", ("200", "5", "percent", 100), LENGTHS, "200 km (from 190 to 210)"),
    ("en", ("-0.5", "0.25", "absolute", 100), LENGTHS, "-0.5 km (from -0.75 to -0.25)"),
])
def test_review_shows_the_key_in_the_active_language(language, row, units, key):
    item = make_item(row, units=units)
    with override(language):
        details = grade(item, "7").details
        assert KIND.review(item, "7", details, show_key=True)["line"].keys == (key,)
        assert KIND.review(item, "7", details, show_key=False)["line"].keys == ()


def test_review_says_what_the_unit_cost():
    item = make_item(("3", "0", "absolute", 100), units=LENGTHS, unit_needed=True)
    with override("en"):
        lines = [KIND.review(item, text, grade(item, text).details, show_key=False)["line"]
                 for text in ("3", "3 kg", "3 km", "")]
    assert [(line.note, line.earned, line.feedback) for line in lines] == [
        ("The unit is missing.", Fraction(1, 2), "Reason 0"), ("The unit is not right.", Fraction(1, 2), "Reason 0"),
        ("", Fraction(1), "Reason 0"), ("", Fraction(0), "")]


def test_present_says_how_to_write_and_nothing_of_the_key():
    with override("en"):
        views = [KIND.present(make_item(units=units, unit_needed=needed), "5")
                 for units, needed in (((), False), (LENGTHS, False), (LENGTHS, True))]
    assert [view.pop("help") for view in views] == [
        "Write the number alone, without a unit.", "You may write the unit after the number.",
        "Write the number and then its unit."]
    assert views == [{"written": "5", "longest": 60}] * 3


def test_tally_counts_the_same_answer_as_one():
    assert KIND.tally(make_item(), " 3 KM") == KIND.tally(make_item(), "3 km") == ["3 km"]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "key"), [("es", "1234,5"), ("en", "1234.5")])
def test_attempt_is_answered_and_reviewed_without_a_script(client, language, key):
    visit = Visit(client, make_question(kind="numeric", value=make_value()), language=language, attempts_allowed=1)
    assert "1234" not in visit.look()
    assert 'value="mil"' in visit.post({"": "mil"})
    page = visit.post({"": "1e999999999"}, action="submit")
    assert "1e999999999" in page
    assert f">{key}<" in page
    assert visit.get_score() == 0


@pytest.mark.django_db
def test_attempt_in_the_other_notation_is_right(client):
    visit = Visit(client, make_question(kind="numeric", value=make_value()), language="en")
    visit.post({"": "1.234,5"}, action="submit")
    assert visit.get_response() == "1.234,5"
    assert visit.get_score() == 1


def test_every_other_number_has_its_feedback_and_a_credit_has_decimals():
    item = make_item(("3", "0", "absolute", 100), ("4", "0", "absolute", "33.33333"))
    assert [row["credit"] for row in item["answers"]] == [100, "33.33333"]
    assert grade(item, "4").fraction == Fraction(1, 3)
    with override("es"):
        said = [KIND.review(item, written, grade(item, written).details, show_key=False)["line"].feedback
                for written in ("3", "7", "")]
    assert said == ["Razón 0", "Otro número", ""]


def test_items_without_feedback_to_other_numbers_are_shown():
    item = make_item(("3", "0", "absolute", 100))
    del item["otherwise"]
    assert KIND.review(item, "7", grade(item, "7").details, show_key=True)["line"].feedback == ""
    assert KIND.get_texts(item) == [item["answers"][0]["feedback"]]
