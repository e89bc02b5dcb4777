import io
import time
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import Phase, given, settings

from assessments.formats import xlsx
from assessments.formats.model import (
    ALL,
    EMPTY,
    Answer,
    Choice,
    Extras,
    Gap,
    GapFill,
    Hint,
    Image,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Pair,
    Question,
    ShortText,
    Text,
    TrueFalse,
    Unit,
)
from assessments.formats.xlsx.explanation import EXPLANATION, get_examples
from tests.assessments.formats.questions import PARTS, questions
from tests.assessments.formats.xlsx.books import read_data

TEXT = Text("¿Qué?", "plain")
HALF = Decimal(50)


def make_question(kind="long_text", parts=None, **fields):
    return Question(kind, fields.pop("stem", TEXT), parts or LongText(), language="es", **fields)


def as_read(question):
    return replace(question, line=0, warnings=(), translations=tuple(map(as_read, question.translations)))


def translate(value):
    """The same record with other texts."""
    if isinstance(value, Text):
        return replace(value, text=f"{value.text} (en)") if value.text else value
    if isinstance(value, tuple):
        return tuple(map(translate, value))
    if isinstance(value, (Matching, Pair, Choice, Option, TrueFalse, Gap, GapFill, Numeric, Number, ShortText,
    LongText)):
        return replace(value, **{name: translate(getattr(value, name)) for name in value.__slots__})
    if isinstance(value, Answer):
        return replace(value, text=f"{value.text} en", feedback=translate(value.feedback))
    return value


@pytest.mark.parametrize("language", ["es", "en"])
def test_examples_of_every_kind_are_read_as_they_were_written(language):
    examples = get_examples(language)
    assert {example.kind for example in examples} == set(PARTS)
    written = xlsx.write(examples, language=language)
    assert (written.refused, written.changed) == ((), ())
    read = read_data(written.text)
    assert read.refused == ()
    assert [as_read(question) for question in read.questions] == examples
    assert xlsx.write(read.questions, language=language).text == written.text


def test_both_languages_of_every_kind_are_read_as_they_were_written():
    several = [replace(example, translations=(translate_question(example),)) for example in get_examples("es")]
    written = xlsx.write(several)
    assert written.refused == ()
    read = read_data(written.text).questions
    assert [as_read(question) for question in read] == several
    assert xlsx.write(read).text == written.text
    assert [as_read(question) for question in read_data(xlsx.write(read, language="en").text).questions] == several


def translate_question(question):
    return replace(question, language="en", stem=translate(question.stem), feedback=translate(question.feedback),
                   parts=translate(question.parts))


def test_template_explains_itself_in_both_languages_and_offers_its_words():
    data = xlsx.write().text
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Preguntas", "Cómo se llena", "Ejemplos", "Listas"]
    assert book["Listas"].sheet_state == "hidden"
    said = [[cell.value for cell in row] for row in book["Cómo se llena"].iter_rows()]
    assert len(said) == len(EXPLANATION)
    assert all(pairs["es"][0] in row and pairs["en"][0] in row for pairs, row in zip(EXPLANATION, said, strict=True))
    assert book["Ejemplos"].max_row == 1 + len(get_examples("es"))
    headings = [cell.value for cell in book["Preguntas"][1]]
    assert headings[:2] == ["Código", "Tipo"]
    offered = {str(each.sqref).partition(":")[0]: each.formula1
               for each in book["Preguntas"].data_validations.dataValidation}
    assert offered["B2"] == "'Listas'!$A$1:$A$9"
    assert [book["Listas"][f"A{row}"].value for row in (1, 9)] == ["una sola respuesta", "texto largo"]
    assert read_data(data).questions == read_data(data).refused == ()
    assert xlsx.write(language="en").text != data == xlsx.write().text


def test_bytes_do_not_depend_on_the_time(monkeypatch):
    before = xlsx.write(get_examples("es")).text
    monkeypatch.setattr(time, "time", lambda: 1e9)
    monkeypatch.setattr(time, "localtime", lambda *_args: time.gmtime(10**9))
    assert xlsx.write(get_examples("es")).text == before


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@x", "[html] no", "007", "1e5", "TRUE",
"'x",
                                  "1/2", "_x000D_", "a\nb", "<&>\"", "😀"])
def test_text_stays_what_it_is(text):
    question = make_question("single_choice", Choice((Option(Text(text, "plain"), ALL), Option(TEXT)), "none"),
                             stem=Text(text, "plain"))
    written = xlsx.write([question])
    assert [as_read(read) for read in read_data(written.text).questions] == [question]
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(written.text))["Preguntas"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize(("question", "reason"), [
    (make_question(stem=EMPTY), "no_text"), (make_question(stem=Text("x" * 40_000)), "too_long"),
    (make_question(stem=Text("x", images=(Image("a.png", "png", b""),))), "images"),
    (replace(make_question(), language="fr"), "language"),
    (replace(make_question(), translations=(make_question(),)), "language"),
    (replace(make_question(), translations=(replace(make_question(stem=EMPTY), language="en"),)), "no_text"),
    (make_question("single_choice", Choice((Option(TEXT), Option(TEXT)), "none")), "no_right_answer"),
    (make_question("single_choice", Choice((Option(TEXT, ALL), Option(TEXT, ALL)), "none")), "several_right"),
    (make_question("single_choice", Choice((Option(TEXT, ALL),) * 31, "weights")), "too_many_options"),
    (make_question("multiple_choice", Choice((Option(TEXT, HALF), Option(TEXT)), "weights")), "weights_sum"),
    (make_question("matching", Matching((Pair(TEXT, "a"), Pair(TEXT, "")))), "no_text"),
    (make_question("gap_fill", GapFill(Text("x"), (Gap((Answer("a"),)),))), "gap"),
    (make_question("gap_fill", GapFill(Text("[[1]]"), (Gap((Answer("a", HALF),)),))), "gap"),
    (make_question("gap_fill", GapFill(Text("[[1]]"), (Gap(numbers=(Number(ALL),)),))), "gap"),
    (make_question("numeric", Numeric((Number(ALL, percent=HALF),))), "no_right_answer"),
    (make_question("numeric", Numeric((Number(ALL),), units=(Unit(("a|b",)),))), "units"),
    (make_question("short_text", ShortText((Answer("a", Decimal(-5)), Answer("b")))), "weight"),
])
def test_what_has_no_place_in_a_row_is_refused(question, reason):
    written = xlsx.write([replace(question, line=7), make_question()])
    assert [(refused.line, refused.reason) for refused in written.refused] == [(7, reason)]
    assert len(read_data(written.text).questions) == 1


def test_what_is_left_out_is_named():
    extras = Extras(right=Text("Bien."), hints=(Hint(Text("Pista")),))
    assert [change.reason for change in xlsx.write([make_question(extras=extras)]).changed] == ["hints"]


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(questions)
def test_what_is_written_is_read_and_written_the_same(several):
    written = xlsx.write(several)
    read = read_data(written.text)
    assert read.refused == ()
    assert len(read.questions) == len(several) - len(written.refused)
    again = xlsx.write(read.questions)
    assert (again.text, again.refused) == (written.text, ())
    assert read_data(again.text) == read


def test_many_questions_are_written_and_read_quickly():
    several = get_examples("es") * 200
    start = time.process_time()
    assert len(read_data(xlsx.write(several).text).questions) == len(several)
    assert time.process_time() - start < 20
