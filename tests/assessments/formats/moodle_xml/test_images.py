import base64

import pytest

from assessments.formats import images, moodle_xml
from assessments.formats.model import Image, Text

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def make_essay(text, files, more=""):
    return (f'<quiz><question type="essay"><questiontext format="html"><text><![CDATA[{text}]]></text>{files}'
            f"</questiontext>{more}</question></quiz>")


def make_file(name, data, path="/", encoding="base64"):
    data = data if isinstance(data, str) else base64.encodebytes(data).decode()
    return f'<file name="{name}" path="{path}" encoding="{encoding}">{data}</file>'


@pytest.mark.parametrize(("data", "expected"), [
    (PNG, "png"), (JPEG, "jpeg"), (b"GIF89a..", "gif"), (b"GIF87a..", "gif"), (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None), (b"%PDF-1.7", None), (b"RIFF\0\0\0\0WAVE", None)])
def test_type_of_an_image_is_told_by_its_bytes(data, expected):
    assert images.get_type(data) == expected


def test_image_belongs_to_the_text_in_which_it_stands():
    text = '<img src="@@PLUGINFILE@@/foto%20a.png"><img src="@@PLUGINFILE@@/b/c.exe">'
    question, = moodle_xml.read(make_essay(
        text, make_file("foto a.png", PNG) + make_file("c.exe", JPEG, "/b/") + make_file("foto a.png", JPEG),
        f'<generalfeedback><text>x</text>{make_file("foto a.png", JPEG)}</generalfeedback>')).questions
    assert question.stem == Text(text, "html", (Image("foto a.png", "png", PNG), Image("b/c.exe", "jpeg", JPEG)))
    assert question.feedback.images == (Image("foto a.png", "jpeg", JPEG),)
    assert question.warnings == ()


@pytest.mark.parametrize(("text", "files", "reason", "named"), [
    ("a", make_file("a.pdf", b"%PDF-1.7"), "file_left_out", "a.pdf"),
    ('<img src="@@PLUGINFILE@@/a.svg">', make_file("a.svg", b"<svg/>"), "file_left_out", "a.svg"),
    ('<img src="@@PLUGINFILE@@/lej%C3%ADa.png">', "", "file_missing", "lejía.png")])
def test_other_files_are_left_out_and_named(text, files, reason, named):
    question, = moodle_xml.read(make_essay(text, files)).questions
    warning, = question.warnings
    assert warning.reason == reason
    assert named in warning.sentence
    assert question.stem.images == ()


@pytest.mark.parametrize(("files", "reason"), [
    (make_file("a.png", "iVBORw0KGgo"), "image"), (make_file("a.png", "á"), "image"),
    (make_file("a.png", "iVBO*Rw0KGgo="), "image"), (make_file("a.png", PNG, encoding="gzip"), "image"),
    (make_file("a.png", "A" * (images.MOST_BYTES * 4 // 3 + 8)), "image_too_large")])
def test_question_with_a_damaged_image_is_refused(files, reason):
    refused, = moodle_xml.read(make_essay("a", files)).refused
    assert refused.reason == reason
    assert "a.png" in refused.sentence


def test_image_of_moodle_1_stands_at_the_end_of_the_text():
    question, = moodle_xml.read(make_essay(
        "a", "", f"<image>b/c.png</image><image_base64>{base64.encodebytes(PNG).decode()}</image_base64>")).questions
    assert question.stem == Text('a <img src="@@PLUGINFILE@@/b_c.png" alt="" />', "html",
                                 (Image("b_c.png", "png", PNG),))
