import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats import xlsx
from assessments.formats.decoding import FileUnreadable
from assessments.formats.model import (
    ALL,
    Answer,
    Choice,
    Gap,
    GapFill,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    ShortText,
    Text,
    TrueFalse,
    Unit,
)
from tests.assessments.formats.xlsx.books import make_book

NONE, HALF = Decimal(0), Decimal(50)


def text(written):
    return Text(written, "plain")


def read_one(**row):
    result = xlsx.read(make_book(row))
    assert result.refused == ()
    question, = result.questions
    return question


def get_refused(*rows, **fields):
    return [(refused.line, refused.reason) for refused in xlsx.read(make_book(*rows, **fields)).refused]


def test_single_choice_is_read_in_both_languages():
    question = read_one(**{
        "Tipo": "Una sola respuesta", "Código": "c1", "Pregunta (español)": "¿Quién?", "Pregunta (inglés)": "Who?",
        "Respuesta 1 (español)": "Ana", "Respuesta 1 (inglés)": "Anne", "Respuesta 2 (español)": "Luis",
        "Correcta 1": "X", "Retroalimentación 2 (español)": "No.", "Puntos": 2.5, "Dificultad": "difícil",
        "Etiquetas": "ley\nplazos", "Categoría": "Compras/Ley 1//2"})
    assert (question.kind, question.id, question.points, question.difficulty, question.tags, question.category) == (
        "single_choice", "c1", Decimal("2.5"), "hard", ("ley", "plazos"), ("Compras", "Ley 1/2"))
    assert (question.language, question.stem, question.line) == ("es", text("¿Quién?"), 2)
    assert question.parts == Choice((Option(text("Ana"), ALL), Option(text("Luis"), NONE, text("No."))), "none")
    english, = question.translations
    assert (english.language, english.stem) == ("en", text("Who?"))
    assert english.parts == Choice((Option(text("Anne"), ALL), Option(Text(), NONE)), "none")


def test_english_headings_keys_and_words_are_read_in_any_order():
    question = read_one(**{"right2": "yes", "Answer 2 (English)": "b", "text1_en": "a", "Question (English)": "Which?",
                           "TYPE": "single_choice", "Scoring": "penalty of a half"})
    assert (question.language, question.translations) == ("en", ())
    assert question.parts == Choice((Option(text("a"), Decimal(-50)), Option(text("b"), ALL)), "half")


@pytest.mark.parametrize(("kind", "marks", "scoring", "percents", "found"), [
    ("varias respuestas", ["x", "x", None], None, [HALF, HALF, Decimal(-100)], "balanced"),
    ("varias respuestas", ["x", "x", None], "solo aciertos", [HALF, HALF, NONE], "right_only"),
    ("varias respuestas", ["x", "x", None], "todo o nada", [HALF, HALF, NONE], "all_or_nothing"),
    ("varias respuestas", [60, "40", "-25%"], "porcentajes", [Decimal(60), Decimal(40), Decimal(-25)], "weights"),
    ("varias respuestas", [60, 40, None], None, [Decimal(60), Decimal(40), NONE], "weights"),
    ("varias respuestas", [60, 40, -5], "porcentajes, y puede restar", [Decimal(60), Decimal(40), Decimal(-5)],
     "weights_negative"),
    ("una sola respuesta", [100, "33,33333", None], None, [ALL, Decimal("33.33333"), NONE], "weights"),
    ("una sola respuesta", [100, 0, 0], None, [ALL, NONE, NONE], "none"),
    ("una sola respuesta", [True, False, None], None, [ALL, NONE, NONE], "none"),
    ("una sola respuesta", [None, "sí", "no"], "penalización del azar", [Decimal(-50), ALL, Decimal(-50)], "chance"),
])
def test_options_have_percentages_or_marks(kind, marks, scoring, percents, found):
    row = {"Tipo": kind, "stem_es": "¿Cuál?", "Puntuación": scoring}
    for number, mark in enumerate(marks, 1):
        row |= {f"text{number}_es": f"opción {number}", f"right{number}": mark}
    parts = read_one(**row).parts
    assert ([option.percent for option in parts.options], parts.scoring) == (percents, found)


def test_numbers_of_a_spreadsheet_are_exact():
    def style(sheet):
        sheet["D2"].number_format = "0%"

    row = {"kind": "número", "stem_es": "¿Cuánto?", "text1_es": 0.1, "compare1": 0.05, "text2_es": "1,5",
           "compare2": 0.25, "right2": "33.33333", "unit_loss": "50%", "units": "km | kilómetros = 1\nm = 0,001",
           "unit_needed": "sí", "otherwise_es": "No."}
    row["text3_es"], row["right3"] = 4.35, 0
    question, = xlsx.read(make_book(row, change=style)).questions
    assert question.parts == Numeric((
        Number(Decimal("0.1"), Decimal(5), tolerance_kind="percent"),
        Number(Decimal("1.5"), Decimal("0.25"), Decimal("33.33333")),
        Number(Decimal("4.35"), NONE, NONE)), text("No."),
        (Unit(("km", "kilómetros")), Unit(("m",), Decimal("0.001"))), True, HALF)


@pytest.mark.parametrize(("row", "parts"), [
    ({"kind": "verdadero o falso", "right2": "x", "feedback1_es": "Mal.", "scoring": "penalización de la mitad"},
     TrueFalse(False, text("Mal."), penalty="half")),
    ({"kind": "true_false", "text1_es": "Falso", "text2_es": True, "right1": "x"}, TrueFalse(False)),
    ({"kind": "emparejar", "text1_es": 1, "match1_es": "uno", "text2_es": 2, "match2_es": "dos", "match3_es": "tres",
      "feedback2_es": "Sí"}, Matching((Pair(text("1"), "uno"), Pair(text("2"), "dos", text("Sí"))), ("tres",))),
    ({"kind": "ordenar", "text1_es": "a", "text3_es": "b", "scoring": "orden exacto"},
     Ordering((text("a"), text("b")), "exact")),
    ({"kind": "texto con espacios", "gaps_es": "Un [[1]] y [[2]].", "text1_es": "uno\n1 ", "text2_es": "dos",
      "compare2": "mayúsculas\ntildes", "feedback1_es": "F"},
     GapFill(text("Un [[1]] y [[2]]."), (Gap((Answer("uno"), Answer("1")), feedback=text("F")),
                                         Gap((Answer("dos"),), True, True)))),
    ({"kind": "texto breve", "text1_es": "alcalde\nalcaldesa", "text2_es": "jefe*", "right2": 12.5,
      "compare2": "con *", "accents": "no", "case": "sí"},
     ShortText((Answer("alcalde\nalcaldesa"), Answer("jefe*", Decimal("12.5"), match="wildcard")), True, False)),
    ({"kind": "texto largo", "minimum": 10, "maximum": "200", "guide_es": "[html]<b>x</b>"},
     LongText(10, 200, Text("<b>x</b>", "html"))),
])
def test_kinds_have_their_parts(row, parts):
    assert read_one(stem_es="¿Qué?", **row).parts == parts


GOOD = {"kind": "texto largo", "stem_es": "Buena"}


@pytest.mark.parametrize(("row", "reason"), [
    ({"kind": "crucigrama"}, "kind"), ({"kind": None}, "kind"), ({"stem_es": None, "name": "Una"}, "no_text"),
    ({"stem_en": None, "feedback_en": "x"}, "translation"), ({"points": "muchos"}, "not_a_number"),
    ({"points": 1000}, "points"), ({"difficulty": "imposible"}, "word"), ({"minimum": 1.5}, "not_a_number"),
    ({"minimum": 9, "maximum": 3}, "word_limits"), ({"stem_es": "=1+1"}, "formula"),
    ({"name": date(2026, 3, 1)}, "date"),
    ({"kind": "una sola respuesta", "text1_es": "a", "text2_es": "b"}, "no_right_answer"),
    ({"kind": "una sola respuesta", "text1_es": "a", "right1": "x"}, "too_few_options"),
    ({"kind": "una sola respuesta", "text1_es": "a", "right1": "x", "right2": 5}, "no_text"),
    ({"kind": "una sola respuesta", "text1_es": "a", "right1": "x", "text2_es": "b", "right2": "x"}, "several_right"),
    ({"kind": "una sola respuesta", "text1_es": "a", "right1": 100, "text2_es": "b",
      "scoring": "sin penalización"}, "weights"),
    ({"kind": "una sola respuesta", "text1_es": "a", "right1": "quizás", "text2_es": "b"}, "not_a_number"),
    ({"kind": "varias respuestas", "text1_es": "a", "right1": 40, "text2_es": "b", "right2": 50}, "weights_sum"),
    ({"kind": "verdadero o falso"}, "no_right_answer"),
    ({"kind": "verdadero o falso", "text1_es": "quizás", "right1": "x"}, "statement"),
    ({"kind": "emparejar", "text1_es": "a", "match1_es": "b"}, "too_few_pairs"),
    ({"kind": "emparejar", "text1_es": "a"}, "pair"), ({"kind": "ordenar", "text1_es": "a"}, "too_few_items"),
    ({"kind": "texto con espacios", "gaps_es": "[[1]]"}, "no_gaps"),
    ({"kind": "texto con espacios", "gaps_es": "nada", "text1_es": "a"}, "gap"),
    ({"kind": "número", "text1_es": "tres"}, "not_a_number"), ({"kind": "número"}, "no_answers"),
    ({"kind": "número", "text1_es": 3, "right1": 50}, "no_right_answer"),
    ({"kind": "número", "text1_es": 3, "compare1": -1}, "tolerance"),
    ({"kind": "texto breve", "text1_es": "a", "right1": 101}, "weight"),
])
def test_row_that_is_no_good_is_refused_with_its_number_and_the_others_read(row, reason):
    result = xlsx.read(make_book(GOOD, GOOD | row, GOOD))
    assert [question.line for question in result.questions] == [2, 4]
    refused, = result.refused
    assert (refused.line, refused.reason) == (3, reason)
    assert refused.sentence.endswith(".")


def test_merged_cells_are_refused_and_empty_rows_left_out():
    def merge(sheet):
        sheet.merge_cells("B3:B4")

    rows = [GOOD, GOOD, GOOD, {}, {}, GOOD]
    result = xlsx.read(make_book(*rows, change=merge))
    assert [question.line for question in result.questions] == [2, 7]
    assert [(refused.line, refused.reason) for refused in result.refused] == [(3, "merged"), (4, "merged")]


def test_headings_may_stand_below_a_title():
    def move(sheet):
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Mis preguntas"

    assert [question.line for question in xlsx.read(make_book(GOOD, change=move)).questions] == [4]


@pytest.mark.parametrize(("row", "message"), [
    ({"Pregunta": "x"}, "no headings"), (GOOD | {"Notas mías": "x"}, "“Notas mías” is unknown"),
    (GOOD | {"Type": "x"}, "two columns"), ({}, "no headings")])
def test_sheet_without_its_headings_is_unreadable(row, message):
    with pytest.raises(FileUnreadable, match=message) as refused:
        xlsx.read(make_book(row))
    assert refused.value.reason == "headings"


def test_sheet_of_questions_is_found_by_its_name():
    def add(sheet):
        sheet.parent.create_sheet("Notas", 0)["A1"] = "Nada"

    assert len(xlsx.read(make_book(GOOD, change=add)).questions) == 1
    assert len(xlsx.read(make_book(GOOD, sheet="Hoja1")).questions) == 1


def test_too_many_rows_are_refused():
    with pytest.raises(FileUnreadable) as refused:
        xlsx.read(make_book(GOOD, GOOD, GOOD), most=2)
    assert refused.value.reason == "too_many_questions"


CELLS = st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=255),
max_size=8) | st.floats() | st.sampled_from(
    ["x", "100", "50%", "=1", "[[1]]", "true", 1, 50, True, date(2026, 1, 1), "una sola respuesta", "número", "#N/A"])
HEADINGS = ["kind", "stem_es", "stem_en", "scoring", "points", "text1_es", "text1_en", "right1", "match1_es",
"compare1",
            "text2_es", "right2", "match2_es", "gaps_es", "feedback1_en", "units", "unit_loss", "case", "minimum"]


@given(st.lists(st.dictionaries(st.sampled_from(HEADINGS), CELLS), min_size=1, max_size=4), st.data())
def test_any_cells_are_read_or_refused_by_row(rows, data):
    kinds = st.sampled_from(["single_choice", "multiple_choice", "true_false", "matching", "ordering", "gap_fill",
                             "numeric", "short_text", "long_text"])
    rows = [{"kind": data.draw(kinds), "stem_es": "¿Qué?"} | row for row in rows]
    result = xlsx.read(make_book(*rows))
    assert len(result.questions) + len(result.refused) <= len(rows)
    assert all(refused.line > 1 and refused.sentence for refused in result.refused)
    assert xlsx.write(result.questions).refused == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_unreadable(data):
    with pytest.raises(FileUnreadable):
        xlsx.read(io.BytesIO(data))
