import codecs
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.formats.decoding import FileUnreadable, decode, drop_nonsense, normalise, read_file

TEXT = "¿Qué año? «Ñandú» — 5 €\nsí\n"


@pytest.mark.parametrize("data", [
    TEXT.encode(), codecs.BOM_UTF8 + TEXT.encode(), codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT.encode("cp1252"),
    TEXT.encode("utf-16-le"), TEXT.encode("utf-16-be")],
    ids=["utf-8", "utf-8 with BOM", "utf-16-le with BOM", "utf-16-be with BOM", "windows-1252", "utf-16-le",
    "utf-16-be"])
def test_text_is_read_in_every_encoding(data):
    assert decode(data) == TEXT


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_newlines_of_every_kind_are_line_feeds(end):
    assert decode(f"uno{end}dos{end}".encode()) == "uno\ndos\n"


@pytest.mark.parametrize(("data", "reason"), [
    (b"PK\x03\x04\x14\x00", "not_text"),
    (bytes(range(256)) * 20, "not_text"), ("año".encode("utf-16-le") + b"\0" * 40, "not_text"),
    (codecs.BOM_UTF32_LE + "x".encode("utf-32-le"), "not_text"),
    (b"uno\ndos\x07", "not_text"),
    (codecs.BOM_UTF16_LE + b"a\x00b", "encoding"),
    (codecs.BOM_UTF8 + b"a\xff", "encoding"),
    (b"indefinido \x81", "encoding"),
    ("año, niño, mañana ".encode() + b"\xf1", "encoding"),
])
def test_nonsense_is_refused_as_a_whole(data, reason):
    with pytest.raises(FileUnreadable) as refused:
        decode(data)
    assert refused.value.reason == reason
    assert refused.value.sentence


def test_sentence_of_damage_names_the_line():
    with pytest.raises(FileUnreadable, match="line 2"):
        decode("año\nniño y piñón ".encode() + b"\xf1\n")


def test_large_file_is_refused_and_one_at_the_limit_is_not():
    assert decode(b"12345", most_bytes=5) == "12345"
    with pytest.raises(FileUnreadable) as refused:
        decode(b"123456", most_bytes=5)
    assert refused.value.reason == "too_large"


def test_file_is_read_no_further_than_its_limit():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            assert size >= 0
            self.given += size
            return b"x" * size

    file = Endless()
    with pytest.raises(FileUnreadable) as refused:
        read_file(file, most_bytes=1000)
    assert (refused.value.reason, file.given) == ("too_large", 1001)
    assert read_file(io.BytesIO(TEXT.encode())) == TEXT


def test_stray_control_characters_are_left_out():
    text = "¿Cuál es el plazo? {=diez días ~cinco días}\n\n" * 20
    assert decode(f"{text}\x1a".encode()) == text


def test_halves_of_surrogate_pairs_are_refused():
    with pytest.raises(FileUnreadable):
        normalise("\ud83d")


def test_what_no_xml_may_have_leaves_no_text():
    assert drop_nonsense("a\ufffeb\uffff") == "ab"


def test_a_million_carriage_returns_are_read_at_once():
    begin = time.process_time()
    assert normalise("\r" * 1_000_000 + "x") == "\n" * 1_000_000 + "x"
    assert time.process_time() - begin < 2


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_unreadable(data):
    try:
        text = decode(data)
    except FileUnreadable as error:
        assert error.reason in {"encoding", "not_text"}
    else:
        assert normalise(text) == text
        assert "\r" not in text


@given(st.text(st.characters(), max_size=50))
def test_text_without_nonsense_is_readable(text):
    kept = drop_nonsense(text)
    assert drop_nonsense(kept) == kept
    assert normalise(f"\n{kept}") == f"\n{kept}"
