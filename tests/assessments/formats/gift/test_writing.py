from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from assessments.formats import gift
from assessments.formats.model import (
    Answer,
    Choice,
    Extras,
    GapFill,
    Image,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    Question,
    ShortText,
    Text,
    TrueFalse,
    Unit,
)
from tests.assessments.formats.questions import questions

ALL, HALF = Decimal(100), Decimal(50)
SINGLE = Choice((Option(Text("a = b"), ALL, Text("Sí.")), Option(Text("%5% c", "html"))), "none")


def make_question(kind="true_false", parts=None, **values):
    return Question(kind, values.pop("stem", Text("¿Qué?")), parts or TrueFalse(True), **values)


@pytest.mark.parametrize(("question", "text"), [
    (make_question(), "¿Qué?{TRUE}\n"),
    (make_question(parts=TrueFalse(False, Text("mal"), Text("bien"))), "¿Qué?{FALSE#mal#bien}\n"),
    (make_question(parts=TrueFalse(True, Text("bien")), feedback=Text("Fin")), "¿Qué?{TRUE##bien\n\t####Fin\n}\n"),
    (make_question("single_choice", SINGLE, name="Una: dos", id="7]", tags=("ley", "")),
     "// [id:7\\]] [tag:ley]\n::Una\\: dos::¿Qué?{\n\t=a \\= b#Sí.\n\t~[html]%5% c\n}\n"),
    (make_question("multiple_choice", Choice((Option(Text("%a"), HALF), Option(Text("b"), HALF), Option(Text("%c"))),
                                             "weights")),
     "¿Qué?{\n\t~%50%%a\n\t~%50%b\n\t~%0%%c\n}\n"),
    (make_question("short_text", ShortText((Answer("5*3"), Answer("%*", HALF, match="wildcard"), Answer("%x")))),
     "¿Qué?{\n\t=5\\\\*3\n\t=%50%%*\n\t=%100%%x\n}\n"),
    (make_question("numeric", Numeric((Number(Decimal("1E+2"), Decimal(5), HALF, tolerance_kind="percent"),
                                       Number(Decimal("-0.50"))), Text("No."))),
     "¿Qué?{#\n\t=%50%100:5\n\t=-0.5:0\n\t~#No.\n}\n"),
    (make_question("matching", Matching((Pair(Text("a"), "1"), Pair(Text("b"), "2 -> 3")), ("x",))),
     "¿Qué?{\n\t=a -> 1\n\t=b -> 2 -> 3\n\t= -> x\n}\n"),
    (make_question("ordering", Ordering((Text("//uno"), Text("dos")), "exact")),
     "¿Qué?{>2 ALL VERTICAL ALL_OR_NOTHING SHOW none\n\t[moodle]//uno\n\tdos\n}\n"),
    (make_question("long_text", LongText(), stem=Text("// uno\n\ndos", "plain")), "[plain]// uno\\n\\ndos{}\n"),
    (make_question(stem=Text("//uno")), "[moodle]//uno{TRUE}\n"),
    (make_question(stem=Text("[html]uno")), "[moodle][html]uno{TRUE}\n"),
    (make_question(stem=Text("$CATEGORY: x")), "$CATEGORY\\: x{TRUE}\n"),
])
def test_question_is_written_and_read_back(question, text):
    written = gift.write([question])
    assert (written.text, written.refused, written.changed) == (text, (), ())
    read, = gift.read(text).questions
    assert (read.kind, read.stem, read.name, read.feedback) == (
        question.kind, question.stem, question.name, question.feedback)
    assert gift.write([read]).text == text


def test_parts_are_read_back_as_they_were():
    single = make_question("single_choice", SINGLE)
    assert gift.read(gift.write([single]).text).questions[0].parts == SINGLE


def test_category_is_written_where_it_changes():
    paths = [(), ("Compras", "Ley 1/2"), ("Compras", "Ley 1/2"), ("top",), ("$course$", "/a/"), ("a\\n",), ()]
    text = gift.write([make_question(category=path) for path in paths]).text
    assert text.count("$CATEGORY") == 5
    assert "$CATEGORY: Compras/Ley 1//2\n\n" in text
    assert [question.category for question in gift.read(text).questions] == paths


def test_text_with_images_is_refused():
    image = Image("a.png", "png", b"x")
    written = gift.write([make_question(stem=Text("x", images=(image,))),
                          make_question(feedback=Text("x", images=(image,)))])
    assert [refused.reason for refused in written.refused] == ["images", "images"]


def test_hints_and_guides_are_left_out_by_name():
    written = gift.write([make_question(extras=Extras(wrong=Text("No."))),
                          make_question("long_text", LongText(guide=Text("Pauta")))])
    assert [(each.type, each.reason) for each in written.changed] == [("true_false", "hints"), ("long_text", "guide")]


@pytest.mark.parametrize(("kind", "parts", "reason"), [
    ("gap_fill", GapFill(Text("[[1]]"), ()), "kind"),
    ("true_false", TrueFalse(True, penalty="half"), "scoring"),
    ("single_choice", replace(SINGLE, scoring="half"), "scoring"),
    ("multiple_choice", Choice((Option(Text("a"), ALL), Option(Text("b"))), "all_or_nothing"), "scoring"),
    ("short_text", ShortText((Answer("a"),), case=True), "case"),
    ("short_text", ShortText((Answer("a", match="contains"),)), "contains"),
    ("short_text", ShortText((Answer("a->b"),)), "arrow"),
    ("short_text", ShortText((Answer("a\\*", match="wildcard"),)), "wildcard"),
    ("short_text", ShortText((Answer(""),)), "no_text"),
    ("short_text", ShortText((Answer("a", HALF),)), "no_right_answer"),
    ("matching", Matching((Pair(Text("a->"), "b"), Pair(Text("c"), "d"))), "arrow"),
    ("matching", Matching((Pair(Text("a"), "b"),)), "too_few_pairs"),
    ("numeric", Numeric((Number(Decimal(1)),), units=(Unit(("km",)),)), "units"),
    ("numeric", Numeric((Number(Decimal(1), Decimal(-1)),)), "tolerance"),
    ("ordering", Ordering((Text("a"),)), "too_few_items"),
])
def test_what_the_format_cannot_say_is_refused(kind, parts, reason):
    written = gift.write([make_question(kind, parts, line=3, name="Una"), make_question()])
    assert written.text == "¿Qué?{TRUE}\n"
    refused, = written.refused
    assert (refused.line, refused.name, refused.type, refused.reason) == (3, "Una", kind, reason)


def test_what_is_left_out_is_named():
    written = gift.write([
        make_question(points=Decimal(2)), make_question("long_text", LongText(10, 20)),
        make_question("matching", Matching((Pair(Text("a"), "b", Text("f")), Pair(Text("c"), "d")))),
        make_question("multiple_choice", Choice((Option(Text("a"), ALL), Option(Text("b"))), "right_only"))])
    assert [(each.type, each.reason) for each in written.changed] == [
        ("true_false", "points"), ("long_text", "word_limits"), ("matching", "pair_feedback"),
        ("multiple_choice", "right_only")]


@settings(max_examples=300)
@given(questions)
def test_what_is_written_is_read_and_written_the_same(several):
    written = gift.write(several)
    read = gift.read(written.text)
    assert read.refused == ()
    assert [question.kind for question in read.questions] == [
        question.kind for question in several if gift.write([question]).text]
    assert gift.write(read.questions).text == written.text
