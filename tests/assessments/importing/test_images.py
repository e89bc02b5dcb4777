"""Pictures that come with questions of Moodle."""

import base64
import io
import re
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import pytest
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from assessments.importing.categories import find_category, in_category
from assessments.importing.exporting import export_questions
from assessments.importing.undoing import undo_import
from assessments.models import Question, QuestionImport
from assessments.presenting import preview_question
from tests.assessments.importing.test_moodle_xml import put
from tests.factories import make_question, make_user

pytestmark = pytest.mark.django_db


def draw(colour, format="PNG"):
    data = io.BytesIO()
    Picture.new("RGB", (40, 30), colour).save(data, format)
    return data.getvalue()


def make_file(name, data):
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'


RED, BLUE = draw("red"), draw("blue")


def make_xml(stem_image=RED, option_image=BLUE):
    return f"""<?xml version="1.0" encoding="UTF-8"?><quiz>
<question type="multichoice"><name><text>Mapa</text></name>
<questiontext format="html"><text><![CDATA[<p>¿Qué muestra?</p>
<p><img src="@@PLUGINFILE@@/mapa%20uno.png" alt="Un mapa"></p>]]></text>
{make_file("mapa uno.png", stem_image)}</questiontext><single>true</single>
<answer fraction="100" format="html"><text><![CDATA[Esto <img src="@@PLUGINFILE@@/b.png" alt="">]]></text>
{make_file("b.png", option_image)}<feedback format="html"><text></text></feedback></answer>
<answer fraction="0" format="html"><text>Eso</text></answer></question></quiz>"""


def test_images_become_images_of_the_library_and_of_the_question():
    put(make_xml())
    content = Question.objects.get().version.content
    first, second = get_image_model().objects.order_by("pk")
    assert (first.title, first.width, second.width) == ("Un mapa", 40, 40)
    assert content["images"] == [{"image": first.pk, "alt": {"es": "Un mapa", "en": ""}},
                                 {"image": second.pk, "alt": {"es": "", "en": ""}}]
    assert content["stem"]["es"] == "¿Qué muestra?"
    assert content["options"][0]["text"]["es"] in ("Esto [Imagen 2]", "Esto [Image 2]")
    assert ReferenceIndex.get_references_to(first).count() == 1


@pytest.mark.parametrize(("name", "stem"), [
    ("page.html", "page"), ("..", "image"), ("<b>.PHP", "b"), ("plano uno.jpg", "plano-uno")])
def test_the_file_of_an_image_is_named_by_its_bytes(name, stem):
    put(make_xml().replace('name="b.png"', f"name={quoteattr(name)}").replace("/b.png", f"/{quote(name)}"))
    stored = get_image_model().objects.order_by("-pk").first().filename
    assert re.fullmatch(rf"{stem}(_[A-Za-z0-9]{{7}})?\.png", stored)


def test_an_image_is_kept_once():
    put(make_xml(option_image=draw("red")))
    put(make_xml(), base=("B",))
    assert get_image_model().objects.count() == 2
    assert put(make_xml(), base=("B",)).actions == {"same": 1}


def test_a_trial_makes_no_images():
    assert put(make_xml(), is_trial=True).actions == {"new": 1}
    assert not get_image_model().objects.exists()


def test_a_damaged_image_refuses_its_question():
    outcome = put(make_xml(stem_image=draw("red")[:60]))
    assert [each.reason for each in outcome.refused] == ["image_damaged"]


def test_export_import_export_is_identical():
    put(make_xml(), base=("A",))
    first = export_questions(in_category(find_category(("A",))), format="moodle-xml", language="es", base=("A",))
    put(first.data, base=("B",))
    second = export_questions(in_category(find_category(("B",))), format="moodle-xml", language="es", base=("B",))
    assert second.data == first.data


def test_images_of_a_question_made_here_leave_and_come_back():
    put(make_xml())
    image = get_image_model().objects.order_by("pk").first()
    question = make_question(kind="true_false", code="propia", value={
        "answer": "true", "penalty": "none", "when_true": {"es": "", "en": ""}, "when_false": {"es": "", "en": ""},
        "stem": {"es": "Si a < b\n¿qué es?", "en": ""}, "feedback": {"es": "", "en": ""}, "images": [
            {"type": "item", "id": "1", "value": {"image": image.pk, "alt": {"es": "Un «mapa»", "en": ""}}}]})
    own = Question.objects.filter(pk=question.pk)
    first = export_questions(own, format="moodle-xml", language="es")
    put(first.data, base=("B",))
    copy = Question.objects.get(origin__external_id="propia")
    assert copy.version.content | {"options": []} == question.version.content | {"options": []}
    second = export_questions(Question.objects.filter(pk=copy.pk), format="moodle-xml", language="es", base=("B",))
    assert second.data == first.data
    assert second.data.count(b"<file") == 1
    gift = export_questions(own, format="gift", language="es")
    assert [each.reason for each in gift.changed] == ["images"]
    assert b"PLUGINFILE" not in gift.data


def test_a_page_shows_the_images():
    put(make_xml())
    asked, _reviewed = preview_question(Question.objects.get().version.content)
    assert [(picture.number, picture.alt, picture.rendition.width) for picture in asked.pictures] == [
        (1, "Un mapa", 40), (2, "", 40)]


def test_undo_removes_the_images_that_nothing_shows():
    source = QuestionImport.objects.create(by=make_user(), name="a.xml", size=1, sha256="", language="es",
                                           started_at=timezone.now(), state="saved", report={})
    source.made = put(make_xml(), source=source).made
    source.save()
    undo_import(source=source, by=source.by, now=timezone.now())
    assert not get_image_model().objects.exists()
