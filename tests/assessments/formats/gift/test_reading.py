import time
from decimal import Decimal

import pytest
from hypothesis import given

from assessments.formats import gift
from assessments.formats.decoding import FileUnreadable, decode
from assessments.formats.model import (
    EMPTY,
    Answer,
    Choice,
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
)
from tests.assessments.formats.questions import files

ALL, HALF = Decimal(100), Decimal(50)


def read_one(text):
    result = gift.read(text)
    assert result.refused == ()
    question, = result.questions
    return question


def get_reason(text):
    result = gift.read(text)
    assert result.questions == ()
    refused, = result.refused
    return refused.reason


def test_single_choice_keeps_feedback_and_general_feedback():
    question = read_one("::Firma:: ¿Quién firma? {\n =La jefatura # Así es. \n ~El proveedor#No.\n ####Artículo 5.\n}")
    assert (question.kind, question.name, question.stem) == ("single_choice", "Firma", Text("¿Quién firma?"))
    assert question.feedback == Text("Artículo 5.")
    assert question.parts == Choice((Option(Text("La jefatura"), ALL, Text("Así es.")),
                                     Option(Text("El proveedor"), Decimal(0), Text("No."))), "none")


def test_multiple_choice_keeps_its_weights():
    question = read_one("¿Cuáles? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d#No.}")
    assert (question.kind, question.parts.scoring) == ("multiple_choice", "balanced")
    assert [str(option.percent) for option in question.parts.options] == ["33.33333"] * 3 + ["-100"]


def test_multiple_choice_without_penalty_is_read_with_a_warning():
    question = read_one("¿Cuáles? {~%50%a ~%50%b ~c}")
    assert question.parts.scoring == "weights"
    assert [warning.reason for warning in question.warnings] == ["all_chosen"]


@pytest.mark.parametrize(("written", "kind", "percents"), [
    ("~wrong ~%50%half =full", "single_choice", [0, 50, 100]), ("=a =b ~c", "single_choice", [100, 100, 0]),
    ("~%60%a ~%40%b ~%-25%c", "multiple_choice", [60, 40, -25]),
    ("~%100%a ~%100%b ~c", "multiple_choice", [100, 100, 0]),
    ("=a ~%-33.33333%b ~%12.5%c", "single_choice", [100, Decimal("-33.33333"), Decimal("12.5")])])
def test_every_weight_is_kept(written, kind, percents):
    question = read_one(f"¿Cuál? {{{written}}}")
    assert (question.kind, question.parts.scoring) == (kind, "weights")
    assert [option.percent for option in question.parts.options] == percents
    assert gift.read(gift.write([question]).text).questions[0].parts == question.parts


def test_one_option_with_a_weight_and_no_equals_sign_may_be_chosen_with_others():
    assert read_one("¿Cuál? {~%100%a ~%-100%b}").kind == "multiple_choice"


def test_penalty_of_a_single_choice_is_kept():
    assert read_one("¿Cuál? {=a ~%-50%b ~%-50%c}").parts.scoring == "half"


@pytest.mark.parametrize(("written", "parts"), [
    ("T", TrueFalse(True)), ("TRUE", TrueFalse(True)), ("F", TrueFalse(False)), ("FALSE", TrueFalse(False)),
    ("TRUE#mal#bien", TrueFalse(True, Text("bien"), Text("mal"))),
    ("FALSE # mal # bien", TrueFalse(False, Text("mal"), Text("bien"))), ("F#mal", TrueFalse(False, Text("mal")))])
def test_true_false_gives_feedback_to_each_answer(written, parts):
    question = read_one(f"Afirmación.{{{written}}}")
    assert (question.kind, question.parts) == ("true_false", parts)


@pytest.mark.parametrize(("written", "answers"), [
    ("=Santiago =%50%santiago de chile#Casi.",
     (Answer("Santiago"), Answer("santiago de chile", HALF, Text("Casi.")))),
    ("azul", (Answer("azul"),)),
    ("true", (Answer("true"),)),
    ("=rojo* =%0%*#No.", (Answer("rojo*", match="wildcard"), Answer("*", Decimal(0), Text("No."), "wildcard"))),
    (r"=5 \* 3", (Answer("5 * 3"),)),
    ("=[html]x", (Answer("x"),)),
])
def test_short_text_has_its_answers(written, answers):
    question = read_one(f"¿Qué? {{{written}}}")
    assert (question.kind, question.parts) == ("short_text", ShortText(answers))


@pytest.mark.parametrize(("written", "answers"), [
    ("#3", (Number(Decimal(3)),)), ("#3:2", (Number(Decimal(3), Decimal(2)),)),
    ("#1..5", (Number(Decimal(3), Decimal(2)),)), ("#-1.5..2", (Number(Decimal("0.25"), Decimal("1.75")),)),
    ("# 3.141 .. 3.142 ", (Number(Decimal("3.1415"), Decimal("0.0005")),)),
    (r"#1e3\:.5", (Number(Decimal(1000), Decimal("0.5")),)),
    ("#=%100%3:0#Sí =%50%3:2#Casi", (Number(Decimal(3), Decimal(0), ALL, Text("Sí")),
                                     Number(Decimal(3), Decimal(2), HALF, Text("Casi")))),
])
def test_numbers_have_tolerances_and_credits(written, answers):
    question = read_one(f"¿Cuánto? {{{written}}}")
    assert (question.kind, question.parts) == ("numeric", Numeric(answers))


@pytest.mark.parametrize("written", ["#3 ~#No.", "#=3 =%0%*#No.", "#=3#~#No."])
def test_other_numbers_have_their_feedback(written):
    parts = read_one(f"¿Cuánto? {{{written}}}").parts
    assert parts == Numeric((Number(Decimal(3)),), Text("No."))


def test_matching_has_pairs_and_extras():
    question = read_one("Una. {=[html]<b>Chile</b> -> Santiago =México->Ciudad de México = -> Lima ####Fin}")
    assert question.kind == "matching"
    assert question.parts == Matching((Pair(Text("<b>Chile</b>", "html"), "Santiago"),
                                       Pair(Text("México"), "Ciudad de México")), ("Lima",))
    assert question.feedback == Text("Fin")


@pytest.mark.parametrize(("words", "scoring"), [
    ("ALL VERTICAL ABSOLUTE_POSITION SHOW none", "positions"), ("ALL HORIZONTAL ALL_OR_NOTHING", "exact"),
    ("RANDOM V RELATIVE_NEXT_EXCLUDE_LAST HIDE 123", "adjacent"), ("", "adjacent")])
def test_ordering_has_its_items_and_scoring(words, scoring):
    question = read_one(f"Ordena. {{>3 {words}\n uno\n dos\\: 2 \n\ttres\n}}")
    assert (question.kind, question.parts) == (
        "ordering", Ordering((Text("uno"), Text("dos: 2"), Text("tres")), scoring))


@pytest.mark.parametrize("written", ["{}", "{ }", "{\n}", "{####Pauta}"])
def test_empty_braces_are_a_long_text(written):
    question = read_one(f"Explique. {written}")
    assert (question.kind, question.parts) == ("long_text", LongText())
    assert question.feedback.text == ("Pauta" if "#" in written else "")


def test_missing_word_leaves_a_line():
    assert read_one("La capital {=Santiago ~Lima} de Chile.").stem.text == "La capital _____ de Chile."
    assert read_one("¿Capital? {=Santiago} ").stem.text == "¿Capital?"


def test_escapes_are_characters_and_other_backslashes_stay():
    question = read_one(r"::a\:\:b:: \$\alpha\$ \{x\} es \#1\n\\n {=a\=b\~c#d\#e\:f ~\}}")
    assert question.name == "a::b"
    assert question.stem.text == "\\$\\alpha\\$ {x} es #1\n\\n"
    assert [(option.text.text, option.feedback.text) for option in question.parts.options] == [
        ("a=b~c", "d#e:f"), ("}", "")]


def test_formats_are_inherited_from_the_stem():
    question = read_one("[markdown]**¿Cuál?** {=a#[plain]b ~[html]<i>c</i>#d ####[moodle]e}")
    first, second = question.parts.options
    assert [question.stem.format, first.text.format, first.feedback.format, second.text.format, second.feedback.format,
            question.feedback.format] == ["markdown", "markdown", "plain", "html", "markdown", "moodle"]
    assert read_one("[otro]x {T}").stem == Text("[otro]x")


def test_categories_comments_ids_and_tags_are_read():
    result = gift.read("// question: 0  name: x\n$CATEGORY: $course$/top/Compras/Ley 1//2: uno\n\n\n"
                       "// nota [tag:ley]\n// [id:a\\]7] [tag:plazos] [tag:ley]\nUna {T}\n\nOtra {\n// {no}\nF}\n\n"
                       "$CATEGORY:Dos\n::Sin línea vacía::Tres {T}\n\n$CATEGORY: top\n\nCuatro {}")
    assert [(question.category, question.id, question.tags, question.line, question.title)
            for question in result.questions] == [
        (("Compras", "Ley 1/2: uno"), "a]7", ("ley", "plazos"), 7, "Una"),
        (("Compras", "Ley 1/2: uno"), "", (), 9, "Otra"),
        (("Dos",), "", (), 14, "Sin línea vacía"), ((), "", (), 18, "Cuatro")]


def test_descriptions_and_comments_are_no_questions():
    result = gift.read("::Nota:: Solo un texto.\n\n// {T}\n\n\n  \nUna {T}\n")
    assert (len(result.questions), result.refused, result.descriptions) == (1, (), 1)


@pytest.mark.parametrize(("text", "type_", "reason"), [
    ("La {=a ~b} y {=c ~d}.", "", "braces"), ("Una {=a} y {", "", "braces"), ("Una {=a} y {T}", "", "braces"),
    ("Halle $\\frac{1}{2}$ {=a ~b}", "", "braces"), ("Una {#1,500}", "numerical", "not_a_number"),
    ("{T}", "truefalse", "no_text"),
    ("Una {T", "", "braces"), ("Una T}", "", "braces"), ("Una } {T}", "", "braces"),
    ("Una {T}\nOtra {F}", "", "braces"), ("Una {=a {b} }", "", "braces"),
    ("Una {~a ~b}", "multichoice", "no_right_answer"), ("Una {~a}", "multichoice", "too_few_options"),
    ("Una {~%40%a ~%50%b}", "multichoice", "weights_sum"),
    ("Una {=a ~%--5%b}", "multichoice", "weight"), ("Una {=}", "shortanswer", "no_answers"),
    ("Una {=%50%a}", "shortanswer", "no_right_answer"), ("Una {=a =%-50%b}", "shortanswer", "weight"),
    (r"Una {=a*b\*}", "shortanswer", "wildcard"), ("Una {=a->b =c}", "match", "pair"),
    ("Una {=a->b}", "match", "too_few_pairs"), ("Una {=a-> =c->d}", "match", "empty_match"),
    ("Una {#}", "numerical", "no_answers"), ("Una {#3,5,1}", "numerical", "not_a_number"),
    ("Una {#uno}", "numerical", "not_a_number"), ("Una {#3:x}", "numerical", "not_a_number"),
    ("Una {#5..1}", "numerical", "tolerance"), ("Una {#*}", "numerical", "any_number"),
    ("Una {#" + "9" * 100 + "}", "numerical", "not_a_number"), ("Una {>2 ALL\nuno}", "ordering", "too_few_items"),
    ("Una {>2 RANDOM\na\nb\nc}", "ordering", "subset"), ("Una {>2 ALL V LONGEST_ORDERED_SUBSET\na\nb}", "ordering",
                                                        "scoring"),
    ("Una {" + "~a" * 200 + "}", "multichoice", "too_many_options"),
])
def test_what_cannot_be_kept_is_refused_with_line_name_type_and_reason(text, type_, reason):
    result = gift.read(f"Antes {{T}}\n\n{text}\n\nDespués {{T}}")
    assert [question.title for question in result.questions] == ["Antes", "Después"]
    refused, = result.refused
    assert (refused.line, refused.name[:2], refused.type, refused.reason) == (3, text.partition("{")[0][:2], type_,
    reason)
    assert refused.sentence.endswith(".")


@given(files)
def test_any_text_is_read_or_unreadable(text):
    try:
        result = gift.read(text)
    except FileUnreadable:
        return
    assert all(question.stem.text for question in result.questions)
    assert all(refused.line and refused.sentence for refused in result.refused)


def test_too_many_questions_are_refused_before_they_are_read():
    assert len(gift.read("a{T}\n\nb{T}", most=2).questions) == 2
    with pytest.raises(FileUnreadable) as refused:
        gift.read("a{T}\n\n" * 3_000_000, most=100_000)
    assert refused.value.reason == "too_many_questions"


@pytest.mark.parametrize("text", [
    "{" * 10**6, "{}" * 10**6, "\\" * 10**6, "x{" + "~a" * 10**6, "q{" + "#" * 10**6 + "}",
    "//" + "[id:" * 10**6 + "\nq{T}", "q{~%" + "9" * 10**6 + "%a=b}", "\n" + " " * 10**6 + "x",
    "$CATEGORY: " + "/" * 10**6, "q{>" + "A" * 10**6 + "a}"])
def test_hostile_text_takes_linear_time(text):
    start = time.process_time()
    gift.read(text)
    assert time.process_time() - start < 2


def test_line_of_a_million_characters_is_read():
    assert len(read_one("x" * 10**6 + " {T}").stem.text) == 10**6
    assert get_reason("x" * (2 * 10**6 + 1) + "{T}") == "too_long"


def test_text_that_is_empty_has_no_format_of_its_own():
    assert read_one("[html]Una {TRUE#[plain]}").parts.when_false == EMPTY


def test_braces_after_the_answers_that_hold_none_are_text():
    assert read_one("El conjunto {=vacío ~lleno} es {x} e {y, z}.").stem.text == "El conjunto _____ es {x} e {y, z}."


def test_name_is_the_text_of_a_question_that_has_no_other():
    question = read_one("::¿Cuánto es dos más dos?::{=cuatro =4}")
    assert (question.stem.text, question.name) == ("¿Cuánto es dos más dos?",) * 2
    assert [warning.reason for warning in question.warnings] == ["name_as_text"]


@pytest.mark.parametrize(("written", "answers"), [
    ("#3,5", [("3.5", "0")]), ("#3,14:0,01", [("3.14", "0.01")]), ("#1,25..1,75", [("1.5", "0.25")]),
    ("#=2,5 =%50%2,5:1", [("2.5", "0"), ("2.5", "1")])])
def test_decimals_after_a_comma_are_read_with_a_warning(written, answers):
    question = read_one(f"¿Cuánto? {{{written}}}")
    assert [(number.value, number.tolerance) for number in question.parts.answers] == [
        (Decimal(value), Decimal(tolerance)) for value, tolerance in answers]
    assert [warning.reason for warning in question.warnings] == ["decimal_comma"]


REAL = """\ufeff// question: 0  name: Switch category to $course$/top/Compras públicas
$CATEGORY: $course$/top/Compras públicas\r
\r
\r
// question: 12  name: Tumba
::Tumba::[html]<p>¿Quién está enterrado en <b>la tumba</b>?</p>{
\t~Grant#[html]<p>No.</p>
\t=nadie
\t####[html]<p>Fin</p>
}


::Actividades::Relacione.{
\t=[html]Foro asincrónico -> Foro
\t=[plain]Registros -> Base de datos
\t= -> Chat
}

// dos renglones, y el texto después de la llave
El estudiante elige {
   ~%25%Belén#Nació ahí.
   ~%50%Galilea#Sea más específico.
   =Nazaret#¡Sí!
   }.

Indique dos. {
     ~Nadie
     ~%50%Uno
     ~%50%Dos
     ~Otro }

¿Cuál vale 5? {
     ~ \\= 2 + 2
     = \\= 2 + 3 # \\# cinco \\{5\\}
     ~ \\= 2 + 4  }

¿Cuándo? {#
     =1822:0      # Bien.
     =%50%1822:2  # Cerca:
                  la mitad.
}

¿Cuánto vale pi? {#3.141..3.142}.

Un texto sin preguntas.

::Ensayo:: Explique.{}

La Tierra es plana.{F#Es redonda.#Bien.####Ver el mapa.}

Mejor animal {
\t=Rana#Bien
\t=%50%Gato#Casi
\t=%0%*#Mal
}
"""


def test_a_file_as_moodle_and_people_write_it():
    result = gift.read(REAL)
    assert (result.refused, result.descriptions) == ((), 1)
    assert [question.kind for question in result.questions] == [
        "single_choice", "matching", "single_choice", "multiple_choice", "single_choice", "numeric", "numeric",
        "long_text", "true_false", "short_text"]
    assert {question.category for question in result.questions} == {("Compras públicas",)}
    first, _matching, word, _two, special, year, *_others, flat, animal = result.questions
    assert first.feedback == Text("<p>Fin</p>", "html")
    assert word.stem.text == "El estudiante elige _____."
    assert special.parts.options[1] == Option(Text("= 2 + 3"), ALL, Text("# cinco {5}"))
    assert year.parts.answers[1] == Number(Decimal(1822), Decimal(2), HALF, Text("Cerca:\nla mitad."))
    assert (flat.parts, flat.feedback) == (TrueFalse(False, Text("Es redonda."), Text("Bien.")), Text("Ver el mapa."))
    assert [answer.percent for answer in animal.parts.answers] == [100, 50, 0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_the_same_in_every_encoding(encoding, end):
    text = REAL.removeprefix("\ufeff").replace("\r", "").replace("\n", end)
    assert gift.read(decode(text.encode(encoding))) == gift.read(REAL)
