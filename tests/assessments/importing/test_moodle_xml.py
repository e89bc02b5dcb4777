"""Moodle XML end to end."""

import pytest

from assessments.formats.decoding import FileUnreadable
from assessments.importing.categories import find_category, in_category
from assessments.importing.exporting import export_questions
from assessments.importing.saving import import_questions
from assessments.importing.sources import read
from assessments.models import Question

pytestmark = pytest.mark.django_db

XML = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>$course$/top/Compras</text></category></question>
<question type="description"><name><text>Nota</text></name><questiontext format="html"><text>Lea.</text></questiontext>
</question>
<question type="multichoice">
  <name><text>Umbral</text></name>
  <questiontext format="html"><text><![CDATA[<p>¿Qué <b>NO</b> corresponde?</p><ul><li>uno</li><li>dos</li></ul>
    <script>alert(1)</script>]]></text></questiontext>
  <generalfeedback format="html"><text><![CDATA[<p>Vea x<sup>2</sup></p>]]></text></generalfeedback>
  <defaultgrade>2.0000000</defaultgrade><penalty>0.3333333</penalty><hidden>0</hidden><idnumber>u-1</idnumber>
  <single>true</single><shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>
  <answer fraction="100" format="html"><text>Esto</text><feedback format="html"><text>Bien</text></feedback></answer>
  <answer fraction="50" format="html"><text>Eso</text><feedback format="html"><text></text></feedback></answer>
  <answer fraction="-25" format="html"><text>Aquello</text><feedback format="html"><text>No</text></feedback></answer>
  <hint format="html"><text>Piense</text></hint>
  <tags><tag><text>compras</text></tag></tags>
</question>
<question type="shortanswer"><name><text>Capital</text></name>
  <questiontext format="html"><text>Capital de Francia</text></questiontext><usecase>0</usecase>
  <answer fraction="100"><text>París</text></answer><answer fraction="100"><text>paris</text></answer>
  <answer fraction="33.33333"><text>Lut*</text></answer></question>
<question type="numerical"><name><text>Suma</text></name>
  <questiontext format="html"><text>2 + 2</text></questiontext>
  <answer fraction="100"><text>4</text><tolerance>0.1</tolerance></answer></question>
<question type="cloze"><name><text>Huecos</text></name>
  <questiontext format="html"><text>La capital es {1:SHORTANSWER:=Santiago#Sí} y no {1:SA:=Lima}.</text></questiontext>
</question>
<question type="essay"><name><text>Ensayo</text></name>
  <questiontext format="html"><text>Explique</text></questiontext>
  <graderinfo format="html"><text>Mire esto</text></graderinfo></question>
<question type="truefalse"><name><text>VF</text></name>
  <questiontext format="html"><text>Sí</text></questiontext>
  <answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question>
<question type="matching"><name><text>Pares</text></name>
  <questiontext format="html"><text>Una</text></questiontext>
  <subquestion format="html"><text>uno</text><answer><text>one</text></answer></subquestion>
  <subquestion format="html"><text>dos</text><answer><text>two</text></answer></subquestion></question>
<question type="calculated"><name><text>Calculada</text></name>
  <questiontext format="html"><text>{a} + {b}</text></questiontext></question>
</quiz>
"""


def put(data, **options):
    format, found = read(data if isinstance(data, bytes) else data.encode())
    return import_questions(format=format, questions=found, language="es", **options)


def get(name):
    return Question.objects.get(origin__record__Question__name=name)


def test_every_type_is_imported_and_unknown_ones_are_named():
    outcome = put(XML)
    assert outcome.by_type == {"single_choice": 1, "short_text": 1, "numeric": 1, "gap_fill": 1, "long_text": 1,
                               "true_false": 1, "matching": 1}
    assert [(each.line, each.name, each.type, each.reason) for each in outcome.refused] == [
        (39, "Calculada", "calculated", "type")]
    assert in_category(find_category(("Compras",))).count() == 7


def test_html_becomes_text_and_weights_stay():
    put(XML)
    question = get("Umbral")
    content = question.version.content
    assert content["stem"]["es"] == "¿Qué NO corresponde?\n\n• uno\n• dos"
    assert content["feedback"]["es"] == "Vea x²"
    assert (content["points"], content["penalty"]) == ("2", "weights")
    assert [(option["text"]["es"], option["percent"], option["feedback"]["es"]) for option in content["options"]] == [
        ("Esto", "100", "Bien"), ("Eso", "50", ""), ("Aquello", "-25", "No")]
    assert [tag.name for tag in question.tags.all()] == ["compras"]


def test_short_answers_keep_what_counts():
    put(XML)
    answers = get("Capital").version.content["answers"]
    assert [(row["accepted"]["es"], row["match"], row["credit"]) for row in answers] == [
        (["París"], "exact", 100), (["paris"], "exact", 100), (["Lut*"], "wildcard", "33.33333")]


def test_gaps_take_the_name_for_what_is_asked():
    put(XML)
    content = get("Huecos").version.content
    assert (content["stem"]["es"], content["text"]["es"]) == ("Huecos", "La capital es [[1]] y no [[2]].")
    assert [gap["accepted"]["es"] for gap in content["gaps"]] == [["Santiago"], ["Lima"]]


@pytest.mark.parametrize("format", ["moodle-xml", "gift"])
def test_export_import_export_is_identical(format):
    put(XML, base=("A",))
    first = export_questions(in_category(find_category(("A",))), format=format, language="es", base=("A",))
    put(first.data, base=("B",))
    second = export_questions(in_category(find_category(("B",))), format=format, language="es", base=("B",))
    assert second.data == first.data
    assert put(first.data, base=("B",)).actions.keys() == {"same"}


def test_what_the_bank_has_no_place_for_leaves_again_with_the_question():
    put(XML)
    data = export_questions(Question.objects.all(), format="moodle-xml", language="es").data.decode()
    for piece in ("Piense", "<penalty>0.3333333</penalty>", "u-1", "Mire esto", "answernumbering>abc"):
        assert piece in data
    assert "<script>" not in data


def test_an_entity_bomb_is_refused():
    bomb = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'
    with pytest.raises(FileUnreadable):
        put(bomb)
    assert not Question.objects.exists()


def test_points_without_end_refuse_their_question_alone():
    question = """<question type="truefalse"><questiontext format="html"><text>¿{}?</text></questiontext>
<defaultgrade>{}</defaultgrade><answer fraction="100"><text>true</text></answer>
<answer fraction="0"><text>false</text></answer></question>"""
    outcome = put(f"<quiz>{question.format('Una', '1' * 30)}{question.format('Otra', 2)}</quiz>")
    assert [each.reason for each in outcome.refused] == ["refused_by_form"]
    assert Question.objects.get().version.content["stem"]["es"] == "¿Otra?"
