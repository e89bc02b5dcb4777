from decimal import Decimal

import pytest

from assessments.formats import moodle_xml
from assessments.formats.model import (
    EMPTY,
    Answer,
    Choice,
    Gap,
    Hint,
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

ALL, HALF, NONE = Decimal(100), Decimal(50), Decimal(0)


def make_file(*questions):
    return '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>"


def make_question(kind, inner="", text="¿Qué?", style="html"):
    return (f'<question type="{kind}"><name><text>Una</text></name><questiontext format="{style}"><text>'
            f"<![CDATA[{text}]]></text></questiontext>{inner}</question>")


def make_answer(text, percent, feedback="", more=""):
    return (f'<answer fraction="{percent}" format="html"><text><![CDATA[{text}]]></text>'
            f'<feedback format="html"><text>{feedback}</text></feedback>{more}</answer>')


def read_one(kind, inner="", **values):
    result = moodle_xml.read(make_file(make_question(kind, inner, **values)))
    assert result.refused == ()
    question, = result.questions
    return question


def get_reason(kind, inner="", **values):
    result = moodle_xml.read(make_file(make_question(kind, inner, **values)))
    assert result.questions == ()
    refused, = result.refused
    assert (refused.type, refused.name, refused.line) == (kind, "Una", 3)
    return refused.reason


def html(text):
    return Text(text, "html") if text else EMPTY


def test_single_choice_keeps_everything_that_moodle_exports():
    question = read_one("multichoice", """
    <generalfeedback format="html"><text>Artículo 5.</text></generalfeedback>
    <defaultgrade>2.5000000</defaultgrade><penalty>0.3333333</penalty><hidden>1</hidden><idnumber>L-7</idnumber>
    <single>true</single><shuffleanswers>false</shuffleanswers><answernumbering>ABCD</answernumbering>
    <correctfeedback format="html"><text>Bien.</text></correctfeedback>
    <partiallycorrectfeedback format="html"><text>Casi.</text></partiallycorrectfeedback>
    <incorrectfeedback format="html"><text>Mal.</text></incorrectfeedback><shownumcorrect/>
    <answer fraction="100" format="html"><text>La jefatura</text>
      <feedback format="html"><text>Sí</text></feedback></answer>
    <answer fraction="0" format="plain_text"><text>a &lt; b</text>
      <feedback format="html"><text></text></feedback></answer>
    <hint format="html"><text>Piensa.</text><shownumcorrect/></hint>
    <hint format="html"><text>Otra vez.</text><clearwrong/></hint>
    <coursetags><tag><text>2026</text></tag></coursetags>
    <tags><tag><text>ley  19</text></tag><tag><text>2026</text></tag></tags>
    """)
    assert (question.kind, question.name, question.stem) == ("single_choice", "Una", html("¿Qué?"))
    assert question.parts == Choice((Option(html("La jefatura"), ALL, html("Sí")), Option(Text("a < b", "plain"))),
                                    "none")
    assert (question.id, question.tags, question.points) == ("L-7", ("ley 19", "2026"), Decimal("2.5"))
    assert question.feedback == html("Artículo 5.")
    extras = question.extras
    assert (extras.right, extras.partly, extras.wrong) == (html("Bien."), html("Casi."), html("Mal."))
    assert extras.hints == (Hint(html("Piensa."), counts=True), Hint(html("Otra vez."), clears=True))
    assert (extras.penalty, extras.shuffled, extras.numbered, extras.hidden) == (
        Decimal("0.3333333"), False, "ABCD", True)
    assert question.warnings == ()


def test_multiple_choice_keeps_its_weights_exactly():
    question = read_one("multichoice", "<single>false</single>" + "".join(
        make_answer(text, percent) for text, percent in [("a", "33.33333"), ("b", "33.33333"), ("c", "33.33333"),
                                                         ("d", "-100"), ("", "0")]))
    assert question.kind == "multiple_choice"
    assert [str(option.percent) for option in question.parts.options] == ["33.33333"] * 3 + ["-100"]


def test_all_or_nothing_plugin_is_read():
    question = read_one("multichoiceset", make_answer("a", 100) + make_answer("b", 100) + make_answer("c", 0))
    assert (question.kind, question.parts.scoring) == ("multiple_choice", "all_or_nothing")


@pytest.mark.parametrize(("answers", "parts"), [
    ([("true", 100, "Sí"), ("false", 0, "No")], TrueFalse(True, html("Sí"), html("No"))),
    ([("false", 100, "Sí"), ("true", 0, "No")], TrueFalse(False, html("No"), html("Sí"))),
    ([("Verdadero", 0, "No"), ("Falso", 100, "")], TrueFalse(False, html("No"), EMPTY)),
])
def test_true_false_is_known_by_its_words_or_else_by_its_order(answers, parts):
    assert read_one("truefalse", "".join(make_answer(*each) for each in answers)).parts == parts


def test_short_text_has_case_wildcards_and_credits():
    question = read_one("shortanswer", "<usecase>1</usecase>" + make_answer("Santiago", 100, "Sí") + make_answer(
        "San*", "33.33333") + make_answer(r"5\*3", 50) + make_answer("*", 0, "No"))
    assert question.parts == ShortText((
        Answer("Santiago", ALL, html("Sí")), Answer("San*", Decimal("33.33333"), match="wildcard"), Answer("5*3", HALF),
        Answer("*", NONE, html("No"), "wildcard")), case=True, accents=True)


def test_number_has_tolerance_units_and_feedback_to_all_others():
    question = read_one("numerical", make_answer("3.14", 100, "Sí", "<tolerance>0.005</tolerance>") + make_answer(
        "3,1", 50, "", "<tolerance>0</tolerance>") + make_answer("*", 0, "No") + """
        <units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>
        <unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit>
        <unit><multiplier>1.0</multiplier><unit_name>metros</unit_name></unit></units>
        <unitgradingtype>1</unitgradingtype><unitpenalty>0.1000000</unitpenalty><showunits>0</showunits>""")
    assert question.parts == Numeric(
        (Number(Decimal("3.14"), Decimal("0.005"), ALL, html("Sí")), Number(Decimal("3.1"), NONE, HALF)), html("No"),
        (Unit(("m", "metros")), Unit(("cm",), Decimal("0.01"))), True, Decimal(10))


def test_matching_has_pairs_and_extras():
    def make_pair(prompt, match):
        return (f'<subquestion format="html"><text>{prompt}</text><answer><text>{match}</text></answer></subquestion>')

    question = read_one("matching", make_pair("Chile", "Santiago") + make_pair("Perú", "Lima") + make_pair("", "Quito"))
    assert question.parts == Matching((Pair(html("Chile"), "Santiago"), Pair(html("Perú"), "Lima")), ("Quito",))


def test_essay_has_limits_guide_and_template():
    question = read_one("essay", """<responseformat>editor</responseformat><minwordlimit>50</minwordlimit>
        <maxwordlimit>200</maxwordlimit><attachments>2</attachments>
        <graderinfo format="html"><text>Mira la ley.</text></graderinfo>
        <responsetemplate format="html"><text>Señor:</text></responsetemplate>""")
    assert question.parts == LongText(50, 200, html("Mira la ley."), html("Señor:"))
    assert [warning.reason for warning in question.warnings] == ["attachments"]


def test_ordering_is_in_the_order_of_the_file():
    question = read_one("ordering", """<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>
        <selectcount>0</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype><showgrading>SHOW</showgrading>"""
                        + make_answer("uno", "1.0000000") + make_answer("dos", "2.0000000"))
    assert question.parts == Ordering((html("uno"), html("dos")), "exact")


def test_cloze_has_gaps_of_three_types():
    question = read_one("cloze", text="La capital es {1:SHORTANSWER:=Santiago#Sí~%50%Stgo~*#No &#125; \\}}, se firma "
                                      "{2:MULTICHOICE_VS:hoy~%-50%ayer~=ma&ntilde;ana &lt;b&gt;} y cuesta "
                                      "{:NM:=3,5:0.1#Bien~%50%4}.")
    assert question.parts.text == html("La capital es [[1]], se firma [[2]] y cuesta [[3]].")
    assert (question.kind, question.points, question.stem) == ("gap_fill", Decimal(4), EMPTY)
    assert question.parts.gaps == (
        Gap((Answer("Santiago", ALL, html("Sí")), Answer("Stgo", HALF),
             Answer("*", NONE, html("No } }"), "wildcard")), accents=True),
        Gap(options=(Option(html("hoy")), Option(html("ayer"), -HALF), Option(html("mañana <b>"), ALL)),
            weight=Decimal(2)),
        Gap(numbers=(Number(Decimal("3.5"), Decimal("0.1"), ALL, html("Bien")), Number(Decimal(4), NONE, HALF))))


@pytest.mark.parametrize("kind", ["gapselect", "ddwtos"])
def test_missing_words_are_gaps_with_the_choices_of_their_group(kind):
    tag = {"gapselect": "selectoption", "ddwtos": "dragbox"}[kind]
    choices = "".join(f"<{tag}><text>{text}</text><group>{group}</group></{tag}>" for text, group in [
        ("gato", 1), ("mesa", 2), ("perro", 1), ("silla", 2)])
    question = read_one(kind, choices, text="El [[3]] está en la [[2]]; el [[3]] no.")
    assert question.parts.text == html("El [[1]] está en la [[2]]; el [[3]] no.")
    assert [[(option.text.text, int(option.percent)) for option in gap.options] for gap in question.parts.gaps] == [
        [("gato", 0), ("perro", 100)], [("mesa", 100), ("silla", 0)], [("gato", 0), ("perro", 100)]]


def test_categories_are_paths_and_descriptions_are_counted():
    category = ('<question type="category"><category><text>$course$/top/Compras/Ley 1//2</text></category>'
                '<info format="html"><text>Sobre la ley</text></info><idnumber></idnumber></question>')
    essay = make_question("essay")
    result = moodle_xml.read(make_file(essay, category, essay, make_question("description"), essay))
    assert [question.category for question in result.questions] == [(), ("Compras", "Ley 1/2"), ("Compras", "Ley 1/2")]
    assert result.descriptions == 1
    assert [question.line for question in result.questions] == [3, 5, 7]


@pytest.mark.parametrize("kind", ["calculated", "calculatedsimple", "calculatedmulti", "ddimageortext", "ddmarker",
                                  "random", "randomsamatch", "coderunner", "stack", "gapfill", "ddmatch"])
def test_other_types_are_refused_by_name(kind):
    result = moodle_xml.read(make_file(make_question(kind), make_question("essay")))
    refused, = result.refused
    assert (refused.line, refused.name, refused.type, refused.reason) == (3, "Una", kind, "type")
    assert kind in refused.sentence
    assert len(result.questions) == 1


TWO_RIGHT = make_answer("a", 100) + make_answer("b", 0)


@pytest.mark.parametrize(("kind", "inner", "reason"), [
    ("multichoice", make_answer("a", "100"), "too_few_options"),
    ("multichoice", make_answer("a", "x") + TWO_RIGHT, "weight"),
    ("multichoice", make_answer("a", "101") + TWO_RIGHT, "weight"),
    ("multichoice", make_answer("a", 0) + make_answer("b", 0), "no_right_answer"),
    ("multichoice", "<answer fraction='100'><text><b>a</b></text></answer>" + TWO_RIGHT, "markup"),
    ("multichoiceset", make_answer("a", 0) + make_answer("b", 0), "no_right_answer"),
    ("multichoice", TWO_RIGHT * 60, "too_many_options"),
    ("multichoice", "<defaultgrade>mucho</defaultgrade>" + TWO_RIGHT, "points"),
    ("multichoice", "<defaultgrade>-1</defaultgrade>" + TWO_RIGHT, "points"),
    ("truefalse", "", "no_answers"),
    ("shortanswer", "", "no_answers"),
    ("shortanswer", make_answer("a", 50), "no_right_answer"),
    ("shortanswer", make_answer("a\\**", 100), "wildcard"),
    ("numerical", make_answer("tres", 100), "not_a_number"),
    ("numerical", make_answer("*", 100), "any_number"),
    ("numerical", make_answer("3", 100)
     + "<units><unit><multiplier>2</multiplier><unit_name>m</unit_name></unit></units>", "units"),
    ("matching", "", "too_few_pairs"),
    ("matching", '<subquestion><text>a</text><answer><text></text></answer></subquestion>', "empty_match"),
    ("ordering", make_answer("a", 1), "too_few_items"),
    ("ordering", "<gradingtype>LONGEST_ORDERED_SUBSET</gradingtype>" + TWO_RIGHT, "scoring"),
    ("ordering", "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>" + TWO_RIGHT * 2, "subset"),
    ("essay", "<responseformat>noinline</responseformat>", "attachments"),
    ("gapselect", "", "no_gaps"),
])
def test_what_cannot_be_kept_is_refused_with_its_line(kind, inner, reason):
    assert get_reason(kind, inner) == reason


@pytest.mark.parametrize(("text", "reason"), [
    ("Nada", "no_gaps"), ("{1:XYZ:=a}", "no_gaps"), ("{1:SA:=a", "no_gaps"), ("{1:MR:=a~=b~c}", "multiresponse"),
    ("{1:SA:%50%a}", "no_right_answer"), ("{1:NM:=tres}", "not_a_number"), ("{1:MC:=a}", "too_few_options"),
    ("[[x]] {1:SA:=a}", "brackets"), ("{0:SA:=a}", "points"), ("{1:SA:=a}" * 31, "too_many_gaps"),
])
def test_cloze_that_cannot_be_kept_is_refused(text, reason):
    assert get_reason("cloze", text=text) == reason


def test_question_without_text_or_type_is_refused():
    result = moodle_xml.read(make_file("<question><name><text>x</text></name></question>", make_question(
        "essay", text=""), '<question type="essay"/>'))
    assert [refused.reason for refused in result.refused] == ["type", "no_text", "no_text"]


@pytest.mark.parametrize(("style", "expected"), [
    ("html", "html"), ("moodle_auto_format", "moodle"), ("plain_text", "plain"), ("markdown", "markdown"),
    ("wiki_like", "plain"), ("other", "html")])
def test_format_of_a_text(style, expected):
    assert read_one("essay", style=style).stem.format == expected


def test_texts_without_a_format_have_that_of_the_question():
    question = read_one("multichoice", """
        <answer fraction="100"><text>a</text><feedback><text>Sí</text></feedback></answer>
        <answer fraction="0" format="html"><text>b</text></answer>""", style="markdown")
    assert [option.text.format for option in question.parts.options] == ["markdown", "html"]
    assert question.parts.options[0].feedback.format == "markdown"


def test_texts_keep_entities_cdata_and_lines():
    source = make_file('<question type="essay"><name><text>a &amp; b</text></name><questiontext><text>&lt;p&gt;&#191;Q'
                       'ué?&lt;/p&gt;\r\n<![CDATA[<b>x</b> ]]]]><![CDATA[> &nbsp;]]></text></questiontext></question>')
    question, = moodle_xml.read(source).questions
    assert (question.name, question.stem.text) == ("a & b", "<p>¿Qué?</p>\n<b>x</b> ]]> &nbsp;")


def test_scripts_are_told():
    question = read_one("essay", text="<p onclick='x()'>a</p>")
    assert [warning.reason for warning in question.warnings] == ["script"]
    assert question.stem.text == "<p onclick='x()'>a</p>"
