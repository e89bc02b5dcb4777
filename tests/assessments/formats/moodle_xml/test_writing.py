from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assessments.formats import model, moodle_xml
from assessments.formats.model import (
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
    Ordering,
    Pair,
    Question,
    ShortText,
    Text,
    TrueFalse,
    Unit,
)
from assessments.formats.weights import get_scoring
from tests.assessments.formats.questions import questions

ALL, HALF, NONE = Decimal(100), Decimal(50), Decimal(0)
SINGLE = Choice((Option(Text("a = b", "plain"), ALL, Text("Sí.", "html")), Option(Text("<i>c</i>", "html"))), "none")


def make_question(kind="true_false", parts=None, **values):
    """As it is read back: what Moodle always says is said."""
    extras = replace(values.pop("extras", Extras()), penalty=Decimal("0.3333333"))
    if kind in ("single_choice", "multiple_choice", "matching"):
        extras = replace(extras, shuffled=True)
    if kind in ("single_choice", "multiple_choice"):
        extras = replace(extras, numbered="abc")
    return Question(kind, values.pop("stem", Text("¿Qué?", "html")), parts or TrueFalse(True),
                    name=values.pop("name", "Una"), extras=extras, **values)


def forget_lines(several):
    return [replace(question, line=0, warnings=()) for question in several]


def test_file_is_as_moodle_writes_it():
    question = make_question("single_choice", SINGLE, category=("Compras", "Ley 1/2"), id="7", tags=("ley",),
                             extras=Extras(right=Text("Bien", "html")), points=Decimal("1.50"))
    assert moodle_xml.write([question]).text == """\
<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category">
    <category>
      <text>$course$/top/Compras/Ley 1//2</text>
    </category>
    <info format="html">
      <text></text>
    </info>
    <idnumber></idnumber>
  </question>
  <question type="multichoice">
    <name>
      <text>Una</text>
    </name>
    <questiontext format="html">
      <text>¿Qué?</text>
    </questiontext>
    <generalfeedback format="html">
      <text></text>
    </generalfeedback>
    <defaultgrade>1.5</defaultgrade>
    <penalty>0.3333333</penalty>
    <hidden>0</hidden>
    <idnumber>7</idnumber>
    <single>true</single>
    <answer fraction="100" format="plain_text">
      <text>a = b</text>
      <feedback format="html">
        <text>Sí.</text>
      </feedback>
    </answer>
    <answer fraction="0" format="html">
      <text><![CDATA[<i>c</i>]]></text>
      <feedback format="html">
        <text></text>
      </feedback>
    </answer>
    <correctfeedback format="html">
      <text>Bien</text>
    </correctfeedback>
    <partiallycorrectfeedback format="html">
      <text></text>
    </partiallycorrectfeedback>
    <incorrectfeedback format="html">
      <text></text>
    </incorrectfeedback>
    <answernumbering>abc</answernumbering>
    <shuffleanswers>true</shuffleanswers>
    <tags>
      <tag><text>ley</text></tag>
    </tags>
  </question>
</quiz>
"""


PNG = Image("b/foto a & \"b\".png", "png", b"\x89PNG\r\n\x1a\n12")
GAPS = GapFill(Text("Uno [[1]]\ny [[2]], [[3]].", "html"), (
    Gap((Answer("5*3 {~#}=\\ &amp; <", ALL, Text("a } # ~ & <b>", "html")), Answer("=x*", HALF, match="wildcard"),
         Answer("%", NONE)), case=True, accents=True, weight=Decimal(2)),
    Gap(options=(Option(Text("<b>a</b>", "html"), ALL), Option(Text("b", "html"), Decimal("-33.33333"),
                                                                Text("no", "html")))),
    Gap(numbers=(Number(Decimal("-3.5"), Decimal("0.1")), Number(Decimal(4), NONE, HALF, Text("casi", "html"))))))


@pytest.mark.parametrize("question", [
    make_question("single_choice", SINGLE),
    make_question("multiple_choice", Choice(tuple(Option(Text(each, "html"), percent) for each, percent in zip(
        "abc", [HALF, HALF, -ALL], strict=True)), "balanced")),
    make_question("multiple_choice", Choice((Option(Text("a", "html"), ALL), Option(Text("b", "html"))),
                                            "all_or_nothing")),
    make_question(parts=TrueFalse(False, Text("a\n\nb", "markdown"), Text("<p>", "html")), feedback=Text("f", "plain")),
    make_question("matching", Matching((Pair(Text("a", "html"), "<1>"), Pair(Text("b", "html"), "2")), ("x",))),
    make_question("ordering", Ordering((Text("uno", "html"), Text("dos", "html")), "adjacent")),
    make_question("numeric", Numeric((Number(Decimal("3.14"), Decimal("0.01"), ALL, Text("Sí", "html")), Number(
        Decimal(-3), NONE, NONE)), Text("No", "html"), (Unit(("m", "metros")), Unit(("cm",), Decimal("0.01")), Unit(
            ("ft",), Decimal("0.3"))), True, Decimal("12.5"))),
    make_question("short_text", ShortText((Answer("5*3"), Answer("a*", HALF, match="wildcard")), True, True)),
    make_question("short_text", ShortText((Answer("a"),), False, False)),
    make_question("long_text", LongText(10, 20, Text("guía", "html"), Text("Señor:", "html"))),
    make_question("long_text", LongText(), stem=Text("]]> <![CDATA[ & &amp; ñ", "moodle"), tags=("a & b",), id="<1>"),
    make_question("gap_fill", GAPS, stem=EMPTY, points=Decimal(4)),
    make_question("gap_fill", GAPS, stem=Text("Completa.", "html"), points=Decimal(1)),
    make_question("gap_fill", GapFill(Text('a <img src="@@PLUGINFILE@@/x.png">[[1]]', "html", (replace(
        PNG, name="x.png"),)), (Gap((Answer("a"),), accents=False),)),
                  stem=Text("Completa.", "html", (PNG,)), category=("top",)),
    make_question(stem=Text("x", "html", (PNG, replace(PNG, name="c.png"))), extras=Extras(
        Text("a", "html"), Text("b", "plain"), Text("c", "html"), (
            Hint(Text("d", "html", (PNG,)), True, True), Hint(Text("e", "html"))), hidden=True)),
])
def test_what_is_written_is_read_back(question):
    written = moodle_xml.write([question])
    assert written.refused == ()
    read = moodle_xml.read(written.text)
    assert read.refused == ()
    assert forget_lines(read.questions) == [question]


def test_category_is_written_where_it_changes():
    paths = [(), ("Compras", "Ley 1/2"), ("Compras", "Ley 1/2"), ("top",), ("$course$", "/a/"), ("a\n",), ()]
    text = moodle_xml.write([make_question(category=path) for path in paths]).text
    assert text.count('type="category"') == 5
    assert [question.category for question in moodle_xml.read(text).questions] == [
        (), ("Compras", "Ley 1/2"), ("Compras", "Ley 1/2"), ("top",), ("$course$", "/a/"), ("a",), ()]


@pytest.mark.parametrize(("kind", "parts", "reason"), [
    ("true_false", TrueFalse(True, penalty="half"), "scoring"),
    ("single_choice", replace(SINGLE, scoring="half"), "scoring"),
    ("short_text", ShortText((Answer("a", match="contains"),)), "contains"),
    ("short_text", ShortText((Answer("a\\*", match="wildcard"),)), "wildcard"),
    ("short_text", ShortText((Answer(""),)), "no_text"),
    ("matching", Matching((Pair(Text("a"), "b"),)), "too_few_pairs"),
    ("numeric", Numeric((Number(Decimal(1), Decimal(-1)),)), "tolerance"),
    ("ordering", Ordering((Text("a"),)), "too_few_items"),
    ("gap_fill", GapFill(Text("[[2]]"), (Gap((Answer("a"),)),)), "gaps"),
    ("gap_fill", GapFill(Text("[[1]] {1:SA:=x}"), (Gap((Answer("a"),)),)), "braces"),
    ("gap_fill", GapFill(Text("[[1]]", "plain"), (Gap((Answer("a"),)),)), "formats"),
    ("gap_fill", GapFill(Text("[[1]]", "html"), (Gap((Answer("a"),), weight=Decimal("0.5")),)), "points"),
    ("gap_fill", GapFill(Text("[[1]]", "html"), (Gap(options=(Option(Text("a"), HALF), Option(Text("b")))),)),
     "no_right_answer"),
    ("gap_fill", GapFill(Text("[[1]]", "html"), (Gap((Answer("a", feedback=Text("a", "markdown")),)),)), "formats"),
    ("gap_fill", GapFill(Text("[[1]]", "html"), (Gap((Answer("a", feedback=Text("a", "html", (PNG,))),)),)), "images"),
    ("gap_fill", GapFill(Text("[[1]] ]]", "html"), (Gap((Answer("a"),)),)), "brackets"),
    ("matrix", None, "kind"),
])
def test_what_moodle_cannot_say_is_refused(kind, parts, reason):
    refused, = moodle_xml.write([make_question(kind, parts, stem=Text("¿Qué?", "html"))]).refused
    assert (refused.name, refused.type, refused.reason) == ("Una", kind, reason)


def test_what_is_left_out_is_named():
    written = moodle_xml.write([
        make_question("short_text", ShortText((Answer("a"),), accents=False)),
        make_question("matching", Matching((Pair(Text("a"), "b", Text("f")), Pair(Text("c"), "d")))),
        make_question("gap_fill", GapFill(Text("[[1]]", "html"), (Gap((Answer("a"),), feedback=Text("x")),)),
                      points=Decimal(3)),
        make_question("numeric", Numeric((Number(Decimal(1)),), units=(Unit(("m",)),), unit_loss=HALF))])
    assert [each.reason for each in written.changed] == [
        "accents", "pair_feedback", "points", "unit_loss"]


def test_name_is_made_of_the_text_without_tags():
    assert "<text>¿Qué es «a»?</text>" in moodle_xml.write(
        [make_question(name="", stem=Text("<p>¿Qué es&nbsp;<b>«a»?</b></p>", "html"))]).text


@settings(max_examples=100)
@given(questions)
def test_what_is_written_is_read_and_written_the_same(several):
    written = moodle_xml.write(several)
    read = moodle_xml.read(written.text)
    assert read.refused == ()
    assert [question.kind for question in read.questions] == [
        question.kind for question in several if not moodle_xml.write([question]).refused]
    assert moodle_xml.write(read.questions).text == written.text


# Questions as they are read: with texts that are not empty and have no white space around them.
PIECES = st.sampled_from([*"~#}{=\\&%*<>\"'`", "&amp;", "]]>", "<![CDATA[", "@@PLUGINFILE@@/", "ñ", "a b", "{1:SA:",
                          "\n"])
words = st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(lambda text: text == text.strip())
plain_words = words.filter(lambda text: "\n" not in text and "\\" not in text and "*" not in text)
texts = st.builds(Text, words, st.sampled_from(model.FORMATS))
html = st.builds(Text, words, st.just("html"))
feedback = st.one_of(st.just(EMPTY), texts)
percents = st.sampled_from([ALL, HALF, Decimal("33.33333"), NONE])
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10**9, max_value=10**9)


def with_right(answers, right):
    return st.tuples(st.lists(answers, max_size=3), right).map(lambda both: (*both[0], both[1]))


def make_answers(feedbacks):
    def build(percent):
        return st.builds(Answer, plain_words, percent, feedbacks, st.just("exact"))
    return with_right(build(percents), build(st.just(ALL)))


def make_numbers(feedbacks):
    def build(percent):
        return st.builds(Number, numbers, numbers.map(abs), percent, feedbacks)
    return with_right(build(percents), build(st.just(ALL)))


@st.composite
def choices(draw, single):
    earned = st.one_of(percents, st.decimals(-100, 100, places=5))
    options = draw(with_right(st.builds(Option, texts, earned, feedback), st.builds(Option, texts, st.just(ALL),
                                                                                    feedback)))
    assume(len(options) > 1)
    return Choice(options, get_scoring([option.percent for option in options], single=single))


@st.composite
def gap_fills(draw):
    html_feedback = st.one_of(st.just(EMPTY), html)
    options = with_right(st.builds(Option, html, percents, html_feedback), st.builds(Option, html, st.just(ALL)))
    gaps = draw(st.lists(st.one_of(
        st.builds(Gap, make_answers(html_feedback), st.booleans(), st.just(True)),
        st.builds(lambda found: Gap(numbers=found), make_numbers(html_feedback)),
        st.builds(lambda found: Gap(options=found), options.filter(lambda found: len(found) > 1))),
        min_size=1, max_size=4))
    safe = words.filter(lambda text: "{1:SA:" not in text and "]]" not in text)
    text = draw(safe) + " ".join(f"[[{place + 1}]]" for place in range(len(gaps))) + draw(safe)
    return GapFill(Text(text, draw(st.sampled_from(model.FORMATS))), tuple(gaps))


STRICT = {
    "single_choice": choices(True), "multiple_choice": choices(False),
    "true_false": st.builds(TrueFalse, st.booleans(), feedback, feedback),
    "matching": st.builds(Matching, st.lists(st.builds(Pair, texts, plain_words), min_size=2, max_size=3).map(tuple),
                          st.lists(plain_words, max_size=2).map(tuple)),
    "ordering": st.builds(Ordering, st.lists(texts, min_size=2, max_size=4).map(tuple),
                          st.sampled_from(["positions", "adjacent", "exact"])),
    "short_text": st.builds(ShortText, make_answers(feedback), st.booleans(), st.booleans()),
    "numeric": st.builds(Numeric, make_numbers(feedback), feedback),
    "long_text": st.builds(LongText, st.integers(0, 300), st.integers(0, 300), feedback, feedback),
    "gap_fill": gap_fills(),
}


@pytest.mark.parametrize("kind", STRICT)
def test_every_question_is_read_back_as_it_was(kind):
    @settings(max_examples=25)
    @given(STRICT[kind], texts, feedback)
    def check(parts, stem, whole):
        points = Decimal(len(parts.gaps)) if kind == "gap_fill" else Decimal(2)
        stem = EMPTY if kind == "gap_fill" else stem
        question = make_question(kind, parts, stem=stem, feedback=whole, points=points)
        written = moodle_xml.write([question])
        assert written.refused == ()
        assert forget_lines(moodle_xml.read(written.text).questions) == [question]

    check()
