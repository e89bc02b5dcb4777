import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from certificates import wording
from tests.factories import make_snapshot


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


@pytest.mark.parametrize(("hours", "kind", "words"), [
    ("24.50", "chronological", "24.5 chronological hours (60 minutes each)"),
    ("40.00", "pedagogical", "40 pedagogical hours (45 minutes each)"),
    ("1.00", "chronological", "1 chronological hour (60 minutes)"),
    ("0.00", "pedagogical", ""),
    ("0.50", "pedagogical", "0.5 pedagogical hours (45 minutes each)"),
])
def test_hours_say_how_long_one_is(hours, kind, words):
    assert wording.hours(make_snapshot(hours=Decimal(hours), hours_kind=kind)) == words


def test_result_with_and_without_a_grade():
    assert wording.result(make_snapshot()) == "90%, grade 6.3"
    assert wording.result(make_snapshot(percentage=Decimal("86.6667"), grade=None, grade_rule="")) == "86.67%"
    assert wording.result(make_snapshot(percentage=None, grade=None, grade_rule="")) == ""


def test_grade_rule_explains_the_scale():
    assert wording.grade_rule(make_snapshot()) == "Grades from 1.0 to 7.0; 4.0 is reached at 60%."
    assert wording.grade_rule(make_snapshot(grade_rule="mexico-80")) == "Grades from 0 to 10; 8 is reached at 80%."
    assert wording.grade_rule(make_snapshot(grade_rule="mexico-62.5")) == (
        "Grades from 0 to 10; 6.25 is reached at 62.5%.")
    assert wording.grade_rule(make_snapshot(grade=None, grade_rule="")) == ""


def test_period_of_one_day_is_that_day():
    day = dt.date(2026, 11, 22)
    assert wording.period(make_snapshot(started_on=day)) == "22 November 2026"
    assert wording.period(make_snapshot()) == "From 3 October 2026 to 22 November 2026"


def test_person_in_words():
    snapshot = make_snapshot()
    assert wording.identity(snapshot) == "RUT (Chile): ••••5678-5"
    assert wording.staff_type(snapshot) == "Planta (Chile)"
    assert wording.workplace(snapshot) == "Municipalidad de Las Acacias · Santiago"


def test_what_was_not_stated_is_not_said():
    snapshot = make_snapshot(identity_kind="", identity_masked="", staff_type="not_stated", commune="")
    assert wording.identity(snapshot) == ""
    assert wording.staff_type(snapshot) == ""
    assert wording.workplace(snapshot) == "Municipalidad de Las Acacias"


def test_numbers_and_days_are_those_of_the_language():
    with override("es"):
        assert "24,5" in wording.hours(make_snapshot())
        assert "6,3" in wording.result(make_snapshot())
        assert wording.day(dt.date(2026, 11, 22)) == "22 de noviembre de 2026"
