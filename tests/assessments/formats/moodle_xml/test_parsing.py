"""Files that are damaged, in other encodings, or made to harm."""

import io
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.formats import moodle_xml
from assessments.formats.decoding import FileUnreadable

ROOT = Path(__file__).parents[4]
QUESTION = ('<question type="essay"><name><text>Año</text></name><questiontext><text>¿Qué?</text></questiontext>'
            "</question>")
FILE = f"<quiz>\n{QUESTION}\n</quiz>"
MEGABYTE = 1_000_000


def get_reason(source, **values):
    with pytest.raises(FileUnreadable) as caught:
        moodle_xml.read(source, **values)
    return caught.value.reason


def declare(encoding):
    return f'<?xml version="1.0" encoding="{encoding}"?>\n'


@pytest.mark.parametrize("source", [
    FILE, FILE.encode(), FILE.encode("utf-8-sig"), "\ufeff" + FILE, FILE.encode("utf-16"), FILE.encode("cp1252"),
    (declare("UTF-8") + FILE).encode(), (declare("utf-16") + FILE).encode("utf-16"),
    (declare("ISO-8859-1") + FILE).encode("latin-1"), (declare("windows-1252") + FILE).encode("cp1252"),
    (declare("UTF-8") + FILE).encode("cp1252"), (declare("utf-16") + FILE).encode(), declare("ISO-8859-1") + FILE,
    ("\n  \n" + declare("UTF-8") + FILE).encode(), io.BytesIO(FILE.encode()), FILE.replace("\n", "\r\n").encode(),
    b"\xff\xfe" + (declare("utf-16") + FILE).encode("utf-16-le"),
    b"\xfe\xff" + (declare("utf-16") + FILE).encode("utf-16-be"),
])
def test_encodings_are_read(source):
    question, = moodle_xml.read(source).questions
    assert (question.name, question.stem.text) == ("Año", "¿Qué?")


def test_lines_are_those_of_the_file():
    assert moodle_xml.read(("\n\n" + declare("UTF-8") + FILE).encode()).questions[0].line == 5


@pytest.mark.parametrize(("source", "reason"), [
    ("", "not_xml"), ("Hola", "not_xml"), ("<quiz>", "not_xml"), ("<quiz/><quiz/>", "not_xml"),
    ("<html></html>", "not_moodle"), ("<quiz><question></quiz>", "not_xml"), ("<quiz>&nbsp;</quiz>", "not_xml"),
    ("<quiz>&#11;</quiz>", "not_xml"), (b"<quiz>\xff\xfe\xfa", "not_xml"),
    (declare("klingon") + "<quiz/>", None), (declare("klingon").encode() + b"<quiz/>", "encoding"),
    ("<quiz>ñññññ".encode() + b"\xf1</quiz>", "encoding"), (b"\xff\xfe<\0q\0u", "not_xml"),
    (FILE.encode("utf-16-le")[:-4], "not_xml"), (b"PK\x03\x04\0\0", "not_xml"),
    ("<!DOCTYPE quiz><quiz/>", "entities"),
    ('<!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "entities"),
    ('<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "entities"),
    ('<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "entities"),
    ('<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><quiz>&b;</quiz>', "entities"),
    ("<quiz>" + "<a>" * 100_000, "too_deep"), ("<quiz><question>" + "<a>" * 100_000, "too_deep"),
])
def test_what_is_no_file_of_questions_is_refused_whole(source, reason):
    if reason is None:
        assert moodle_xml.read(source).questions == ()
    else:
        assert get_reason(source) == reason


def test_file_that_breaks_off_is_refused_whole_with_the_line():
    with pytest.raises(FileUnreadable) as caught:
        moodle_xml.read(f"<quiz>\n{QUESTION}\n{QUESTION}\n{QUESTION[:60]}")
    assert caught.value.reason == "not_xml"
    assert "line 4" in caught.value.sentence


def test_limits_are_kept():
    assert get_reason(FILE, most_bytes=20) == "too_large"
    assert get_reason("<quiz>" + QUESTION * 4 + "</quiz>", most=3) == "too_many_questions"
    assert len(moodle_xml.read("<quiz>" + QUESTION * 3 + "</quiz>", most=3).questions) == 3


def test_question_that_is_too_large_is_refused_and_the_next_one_is_read():
    large = QUESTION.replace("</question>", "<answer/>" * 6000 + "</question>")
    result = moodle_xml.read(f"<quiz>{large}{QUESTION}{large}</quiz>")
    assert [(refused.name, refused.reason) for refused in result.refused] == [("Año", "too_long")] * 2
    assert len(result.questions) == 1


def test_what_is_not_in_a_question_is_passed_over():
    assert len(moodle_xml.read(f"<quiz><!-- a --><info><question/></info>x{QUESTION}<?a?></quiz>").questions) == 1


HOSTILE = {
    "500 MB": ("write(b'<quiz>'); [write(b' ' * 1_000_000) for _each in range(500)]", "too_large"),
    "a million questions": (
        "write(b'<quiz>'); [write(b'<question type=\"essay\"/>\\n' * 1000) for _each in range(1000)]",
        "too_many_questions"),
    "an attribute without end": ("write(b'<quiz a=\"'); [write(b'a' * 1_000_000) for _each in range(90)]", "not_xml"),
    "a comment without end": ("write(b'<quiz><!--'); [write(b'a' * 1_000_000) for _each in range(90)]", "not_xml"),
    "an image of 90 MB": ("write(b'<quiz><question type=\"essay\"><questiontext><text>a</text><file name=\"a.png\">');"
                          "[write(b'A' * 1_000_000) for _each in range(90)];"
                          "write(b'</file></questiontext></question></quiz>')", "too_long"),
    "millions of tags": ("write(b'<quiz><question>'); [write(b'<a/>' * 100_000) for _each in range(20)];"
                         "write(b'</question></quiz>')", "too_long"),
}
SCRIPT = """
import resource, sys, tempfile, time
from assessments.formats import moodle_xml
from assessments.formats.decoding import FileUnreadable
with tempfile.TemporaryFile() as file:
    write = file.write
    {make}
    file.seek(0)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    try:
        reason = moodle_xml.read(file).refused[0].reason
    except FileUnreadable as error:
        reason = error.reason
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(reason, int(used / 1000), round(time.process_time() - start, 1))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_takes_little_time_and_memory(name):
    make, expected = HOSTILE[name]
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(make=make)], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    reason, megabytes, seconds = done.stdout.split()
    assert reason == expected
    assert int(megabytes) < 150
    assert float(seconds) < 10


def test_time_grows_with_the_size():
    start = time.process_time()
    moodle_xml.read("<quiz>" + QUESTION * 2000 + "</quiz>")
    assert time.process_time() - start < 5


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["<quiz>", "</quiz>", '<question type="cloze">', "</question>", "<text>", "</text>",
                                 "<questiontext>", "</questiontext>", "{1:SA:", "=a", "~", "%50%", "#", "<answer/>",
                                 "}", "<![CDATA[", "]]>", "&amp;", "ñ", "\n", QUESTION]), max_size=25).map("".join))
def test_any_file_is_read_or_refused(source):
    try:
        moodle_xml.read(source)
    except FileUnreadable as error:
        assert error.reason
