from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from assessments.formats import aiken
from assessments.formats.decoding import FileUnreadable
from assessments.formats.model import Choice, Option, Question, Text
from tests.assessments.formats.questions import files, questions

FILE = """¿Quién autoriza la compra?
A) La jefatura del servicio
B) El proveedor
ANSWER: A

El plazo se cuenta en:
A. días corridos
B. días hábiles
C.meses
ANSWER: C
"""


def make_question(stem="¿Cuál?", options=("uno", "dos"), right=1, **values):
    options = tuple(Option(Text(text, "plain"), Decimal(100 if place == right else 0))
                    for place, text in enumerate(options))
    return Question("single_choice", Text(stem, "plain"), Choice(options, "none"), **values)


def get_refused(text):
    return [(refused.line, refused.name, refused.type, refused.reason) for refused in aiken.read(text).refused]


def test_questions_are_read_with_their_options_and_lines():
    result = aiken.read(FILE)
    assert result.refused == ()
    assert result.questions == (
        make_question("¿Quién autoriza la compra?", ("La jefatura del servicio", "El proveedor"), 0, line=1),
        make_question("El plazo se cuenta en:", ("días corridos", "días hábiles", "meses"), 2, line=6))


def test_text_of_several_lines_is_one():
    result = aiken.read("  Según la ley,\n¿quién firma?\n\n A) Uno\n\nB) Dos\nANSWER:B")
    assert [(question.stem.text, question.line) for question in result.questions] == [
        ("Según la ley,\n¿quién firma?", 1)]


def test_html_is_plain_text():
    question, = aiken.read("¿Qué es <b>?\nA) 1 & 2\nB) x\nANSWER: A").questions
    assert question.stem == Text("¿Qué es <b>?", "plain")
    assert question.parts.options[0].text == Text("1 & 2", "plain")


@pytest.mark.parametrize(("text", "options", "reasons"), [
    ("A) x\nB) y\nC)\nANSWER: B", "xy", ["empty_options"]), ("A) x\nB) y\nB) z\nD) w\nANSWER: D", "xyzw", ["letters"]),
    ("A) x  \nB.\ty\nANSWER:   B. porque sí  ", "xy", [])])
def test_what_moodle_reads_is_read(text, options, reasons):
    question, = aiken.read(f"Una\r\n{text}\n").questions
    assert "".join(option.text.text for option in question.parts.options) == options
    assert [warning.reason for warning in question.warnings] == reasons


def test_questions_without_empty_lines_between_are_read():
    several = aiken.read(FILE.replace("\n\n", "\n"))
    assert (len(several.questions), several.refused) == (2, ())


def test_a_file_with_everything_wrong_gives_the_two_good_questions():
    result = aiken.read(
        "Con muy pocas opciones\nA) Una sola\nANSWER: A\n\nA) Sin pregunta\n\nANSWER: Sin pregunta\n\nBuena\nA) Sí\n"
        "B) No\nANSWER: A\n\nSin terminar\nA) Sí\nB) No\n\nOtra buena\n"
        "A)No, y sin espacio\nB)Sí, y sin espacio\nANSWER: B")
    assert [question.stem.text for question in result.questions] == ["Buena", "Otra buena"]
    assert [refused.reason for refused in result.refused] == ["too_few_options", "no_text", "incomplete"]


@pytest.mark.parametrize(("text", "line", "name", "reason"), [
    ("Una\nA) x\nANSWER: A", 1, "Una", "too_few_options"),
    ("Una\nA) x\nB) y\nANSWER: C", 1, "Una", "no_right_answer"),
    ("Una\nA) x\nB) y\nANSWER:", 1, "Una", "no_right_answer"),
    ("Una\nA) x\nB) y\nANSWER: A, B", 1, "Una", "several_right"),
    ("Una\nA) x\nC) y\nANSWER: C", 1, "Una", "letters"), ("Una\nA) x\nA) y\nANSWER: A", 1, "Una", "letters"),
    ("Una\nA) x\nB)\nANSWER: A", 1, "Una", "too_few_options"), ("Una\nA)\nB) x\nC) y\nANSWER: A", 1, "Una", "no_text"),
    ("Una\nA) x\nB) y\nAnswer: A", 1, "Una", "answer_word"), ("Una\nA) x\nB) y\nANSWER : A", 1, "Una", "answer_word"),
    ("Una\na) x\nb) y\nANSWER: A", 1, "Una", "too_few_options"),
    ("Una\nA) x\nB) y\nANSWER: 1", 1, "Una", "no_right_answer"),
    ("\n\nUna\nA) x\nB) y\n", 3, "Una", "incomplete"),
    ("A) x\nB) y\nANSWER: A", 1, "A) x", "no_text"),
])
def test_bad_question_is_refused_and_the_next_one_read(text, line, name, reason):
    result = aiken.read(f"{text}\n\n{FILE}")
    assert [(each.line, each.name, each.type, each.reason) for each in result.refused] == [
        (line, name, "multichoice", reason)]
    assert len(result.questions) == 2


def test_heading_and_question_without_answer_are_refused_each():
    assert get_refused(f"Capítulo 1\n\nUna\nA) x\nB) y\nOtra\nA) x\nB) y\nANSWER: A\n\n{FILE}") == [
        (1, "Capítulo 1", "multichoice", "incomplete"), (3, "Una", "multichoice", "incomplete")]


def test_question_is_written_and_what_is_left_out_is_named():
    written = aiken.write([make_question("Uno\ndos", name="N", points=Decimal(2), feedback=Text("f"))])
    assert written.text == "Uno dos\nA) uno\nB) dos\nANSWER: B\n"
    assert [each.reason for each in written.changed] == ["points", "feedback", "labels", "lines"]


@pytest.mark.parametrize(("question", "reason"), [
    (Question("long_text", Text("x"), None), "kind"),
    (make_question("A) ¿es esto una opción?"), "ambiguous"),
    (make_question("ANSWER: A"), "ambiguous"),
    (make_question(options=("", "dos")), "no_text"),
    (make_question(options=[str(number) for number in range(27)]), "options"),
    (replace(make_question(), stem=Text("<p>x</p>", "html")), "format"),
    (replace(make_question(), parts=replace(make_question().parts, scoring="half")), "scoring"),
])
def test_what_the_format_has_no_place_for_is_not_written(question, reason):
    written = aiken.write([question, make_question()])
    assert [each.reason for each in written.refused] == [reason]
    assert written.text == "¿Cuál?\nA) uno\nB) dos\nANSWER: B\n"


def test_option_that_earns_a_part_is_named_as_what_is_refused():
    choice = make_question().parts
    first, *rest = choice.options
    partly = replace(choice, options=(replace(first, percent=Decimal(50)), *rest), scoring="weights")
    [refused] = aiken.write([replace(make_question(), parts=partly)]).refused
    assert refused.sentence == "The format cannot say that an option earns a part of the points."


@given(questions)
def test_what_is_written_is_read_and_written_the_same(several):
    written = aiken.write(several)
    read = aiken.read(written.text)
    assert read.refused == ()
    assert len(read.questions) == len(several) - len(written.refused)
    assert aiken.write(read.questions).text == written.text


@given(files)
def test_any_text_is_read_or_unreadable(text):
    try:
        result = aiken.read(text)
    except FileUnreadable:
        return
    assert {question.kind for question in result.questions} <= {"single_choice"}
    assert all(refused.line and refused.name and refused.sentence for refused in result.refused)


def test_too_many_questions_are_refused():
    assert len(aiken.read(FILE, most=2).questions) == 2
    with pytest.raises(FileUnreadable) as refused:
        aiken.read(FILE, most=1)
    assert refused.value.reason == "too_many_questions"


def test_text_of_very_many_lines_is_refused():
    assert {reason for _line, _name, _type, reason in get_refused("ab\n" * 30_000)} == {"too_long", "incomplete"}
