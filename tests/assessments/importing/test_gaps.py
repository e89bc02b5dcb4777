from dataclasses import replace
from decimal import Decimal

import pytest

from assessments.formats import moodle_xml
from assessments.formats.model import ALL, Answer, Gap, GapFill, Number, Option, Question, QuestionRefused, Text
from assessments.importing.records import make_record
from assessments.importing.values import make_value
from assessments.kinds import get_kind
from assessments.question_field import QuestionBlock, freeze

HALF = Decimal(50)


def plain(text):
    return Text(text)


def go_and_come(gap):
    """(frozen gap, Gap that comes back, reasons of remarks)"""
    question = Question("gap_fill", plain("Complete."), GapFill(plain("La capital es [[1]]."), (gap,)))
    value, remarks = make_value(question, "es")
    content = freeze(QuestionBlock().to_python([{"type": "gap_fill", "id": "a", "value": value}]))
    return content["gaps"][0], make_record(content, "es").parts.gaps[0], [remark.reason for remark in remarks]


@pytest.mark.parametrize("gap", [
    Gap((Answer("Santiago"), Answer("Santiago de Chile"), Answer("Valparaíso", HALF, plain("Casi."))), accents=False),
    Gap((Answer("Santiago", ALL, plain("¡Bien!")), Answer("Lima", Decimal(0), plain("Es Perú."))), True, True),
    Gap(options=(Option(plain("Santiago"), ALL, plain("¡Bien!")), Option(plain("Valparaíso"), Decimal("33.33333")),
                 Option(plain("Lima"), feedback=plain("Es Perú.")))),
    Gap(numbers=(Number(Decimal("3.14"), Decimal("0.01")), Number(Decimal(3), Decimal("0.5"), HALF, plain("Casi.")))),
    Gap((Answer("a"),), accents=False, weight=Decimal(2)),
])
def test_gap_comes_back_as_it_went(gap):
    _frozen, back, reasons = go_and_come(gap)
    assert (replace(back, accents=gap.accents), reasons) == (gap, [])


def test_right_answers_with_other_feedback_or_tolerance_are_other_answers():
    frozen, _back, _reasons = go_and_come(Gap((Answer("a", ALL, plain("A")), Answer("b", ALL, plain("B")))))
    assert [other["accepted"]["es"] for other in frozen["others"]] == [["b"]]
    frozen, back, _reasons = go_and_come(Gap(numbers=(Number(ALL, HALF, tolerance_kind="percent"), Number(HALF))))
    assert (frozen["tolerance"], frozen["others"][0]["tolerance"]) == ("50", "0")
    assert back.numbers == (Number(ALL, HALF), Number(HALF))


@pytest.mark.parametrize(("gap", "reason"), [
    (Gap((Answer("a*", match="wildcard"),)), "gap_credit"), (Gap((Answer("a", HALF),)), "no_right_answer"),
    (Gap((Answer("a"), Answer("b", Decimal(-5)))), "weight"),
    (Gap(options=(Option(plain("a"), ALL),)), "refused_by_form"),
])
def test_gap_that_cannot_be_kept_is_refused(gap, reason):
    with pytest.raises(QuestionRefused) as refused:
        go_and_come(gap)
    assert refused.value.reason == reason


def test_feedback_to_everything_else_is_left_out_with_a_remark():
    frozen, _back, reasons = go_and_come(Gap((Answer("a"), Answer("*", Decimal(0), plain("No."), "wildcard"))))
    assert (reasons, "others" in frozen) == (["gap_feedback"], False)


def test_cloze_of_moodle_is_kept():
    result = moodle_xml.read(b"""<quiz><question type="cloze"><name><text>C</text></name><questiontext format="html">
        <text><![CDATA[<p>{1:MULTICHOICE:=Santiago#Si~%50%Valparaiso~Lima#No} mide {2:NUMERICAL:=3.5:0.5~%50%4:1} y
        {1:SHORTANSWER:=rio~%25%mar}.</p>]]></text></questiontext></question></quiz>""")
    question, = result.questions
    value, _remarks = make_value(question, "es")
    item = freeze(QuestionBlock().to_python([{"type": "gap_fill", "id": "a", "value": value}]))
    response = dict(zip([gap["id"] for gap in item["gaps"]], ["Valparaiso", "3,9", "mar"], strict=True))
    assert get_kind("gap_fill").grading.grade(item, response).fraction == (
        Decimal("0.5") * 1 + 2 * 1 + Decimal("0.25") * 1) / 4
