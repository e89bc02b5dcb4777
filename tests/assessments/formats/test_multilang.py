import time
from decimal import Decimal

import pytest

from assessments.formats import moodle_xml
from assessments.formats.model import EMPTY, Pair, Question, Text, TrueFalse
from assessments.formats.multilang import choose, divide, localise

SPANS = '<p>Uno <span lang="es" class="multilang">hola</span>\n<span class="multilang" lang="en">hello</span>!</p>'
TAGS = "Uno {mlang es_mx,es}hola{mlang}{mlang en}hello{mlang}{mlang other}salut{mlang}!"


@pytest.mark.parametrize(("text", "language", "expected"), [
    (SPANS, "es", "<p>Uno hola!</p>"), (SPANS, "en", "<p>Uno hello!</p>"), (SPANS, "fr", "<p>Uno !</p>"),
    (TAGS, "es", "Uno hola!"), (TAGS, "en", "Uno hello!"), (TAGS, "fr", "Uno salut!"),
    ('El <span lang="en" class="multilang">feedback</span> va', "es",
     'El <span lang="en" class="multilang">feedback</span> va'),
    ('<span lang="es">a</span><span lang="en">b</span>', "es", '<span lang="es">a</span><span lang="en">b</span>'),
    ("{mlang es}a", "en", "{mlang es}a"), ("{mlang}a", "en", "{mlang}a"), ("{mlang es}a{mlang}", "en", ""),
])
def test_text_is_chosen_as_the_filters_of_moodle_choose_it(text, language, expected):
    assert choose(text, language) == expected


def test_question_in_two_languages_has_a_translation():
    question = divide(Question("true_false", Text(SPANS, "html"), TrueFalse(True, Text("{mlang en}Yes{mlang}")),
                               name=TAGS, points=Decimal(2)))
    assert (question.language, question.name, question.stem) == ("es", "Uno hola!", Text("<p>Uno hola!</p>", "html"))
    assert question.parts.when_true == EMPTY
    english, = question.translations
    assert (english.language, english.name, english.points) == ("en", "Uno hello!", Decimal(2))
    assert english.parts.when_true == Text("Yes")


def test_question_in_one_language_is_left_alone():
    question = Question("true_false", Text("multilang"), TrueFalse(True))
    assert divide(question) is question
    assert localise(Pair(Text("a"), "{mlang es}b{mlang}"), "es") == Pair(Text("a"), "b")


def test_file_of_moodle_in_two_languages_is_read_in_both():
    question, = moodle_xml.read(f"""<quiz><question type="truefalse"><name><text>Una</text></name>
        <questiontext format="html"><text><![CDATA[{SPANS}]]></text></questiontext>
        <answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
        </question></quiz>""").questions
    assert (question.stem.text, question.translations[0].stem.text) == ("<p>Uno hola!</p>", "<p>Uno hello!</p>")
    assert [change.reason for change in moodle_xml.write([question]).changed] == ["translations"]


@pytest.mark.parametrize("text", ["{mlang es}" * 100_000, '<span class="multilang" lang="es">' * 50_000,
                                  "{mlang " * 100_000, "<span class" * 100_000])
def test_hostile_text_takes_little_time(text):
    start = time.process_time()
    choose(f"{text} multilang", "es")
    assert time.process_time() - start < 3
