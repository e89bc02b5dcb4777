import io
import struct
import zipfile

import pytest

from assessments import file_types
from assessments.file_types import FileNotRead, identify
from tests.assessments.marked_questions import PDF, make_docx, make_image, make_odt, make_zip


def get_reason(content):
    with pytest.raises(FileNotRead) as refused:
        identify(io.BytesIO(content))
    return refused.value.reason


@pytest.mark.parametrize(("content", "name", "content_type"), [
    (PDF, "pdf", "application/pdf"),
    (b"\n\n" + PDF, "pdf", "application/pdf"),
    (make_docx(), "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (make_odt(), "odt", "application/vnd.oasis.opendocument.text"),
    (make_image("JPEG"), "jpg", "image/jpeg"),
    (make_image("PNG"), "png", "image/png"),
])
def test_file_is_what_it_holds_and_can_be_read_from_its_start(content, name, content_type):
    file = io.BytesIO(content)
    found = identify(file)
    assert (found.name, found.content_type, file.tell()) == (name, content_type, 0)


@pytest.mark.parametrize("content", [
    b"", b"MZ\x90\x00", b"<html><script>alert(1)</script>", b"GIF89a", make_zip([("a.txt", b"a")]),
    make_zip([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<a/>")]),
    make_zip([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<a/>")]),
], ids=["empty", "program", "page", "gif", "zip", "spreadsheet", "workbook"])
def test_other_files_are_unknown(content):
    assert get_reason(content) == "unknown"


@pytest.mark.parametrize("content", [
    PDF[:20], make_docx()[:80], make_image("JPEG", (400, 300))[:2000], make_image("PNG")[:200],
    make_image("PNG").replace(b"IDAT", b"IDAX"), make_docx().replace(b"PK\x01\x02", b"PK\x09\x09"),
    b"\xff\xd8\xff\xe0 no image at all",
], ids=["pdf", "docx", "jpeg", "png", "png-part", "docx-directory", "jpeg-head"])
def test_damaged_files_are_refused(content):
    assert get_reason(content) == "damaged"


@pytest.mark.parametrize("content", [
    make_docx(("word/vbaProject.bin", b"x")), make_docx(("word/VBAPROJECT.BIN", b"x")),
    make_docx(("word/activeX/activeX1.xml", b"x")),
    make_docx(types=b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
    make_odt(("Basic/Standard/Module1.xml", b"x")), make_odt(("Scripts/python/a.py", b"x")),
])
def test_macros_are_refused(content):
    assert get_reason(content) == "macros"


def test_more_inside_than_can_be_opened_is_refused(monkeypatch):
    assert get_reason(make_docx(*((f"word/{number}.xml", b"") for number in range(file_types.MOST_ENTRIES)))) == (
        "too_much")
    monkeypatch.setattr(file_types, "MOST_UNPACKED", 1000)
    assert get_reason(make_docx(("word/media/a.bin", bytes(1001)))) == "too_much"


def test_list_of_entries_that_claims_to_be_short_is_still_measured():
    names = "n" * 60_000
    content = bytearray(make_docx(*((f"{names}{number}", b"") for number in range(9))))
    end = content.rfind(b"PK\x05\x06")
    content[end + 8:end + 12] = struct.pack("<HH", 2, 2)
    assert get_reason(bytes(content)) == "too_much"


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_document_packed_as_none_is_damaged(way):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", way) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>" * 50)
        archive.writestr("word/document.xml", b"<a/>")
    content = bytearray(file.getvalue())
    content[60:70] = bytes(10)
    assert get_reason(bytes(content)) == "damaged"


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3)])
@pytest.mark.parametrize(("image_format", "name"), [("JPEG", "jpg"), ("PNG", "png")])
def test_tiny_image_is_an_image(image_format, name, size):
    assert identify(io.BytesIO(make_image(image_format, size))).name == name


def test_image_of_too_many_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(file_types, "MOST_PIXELS", 64 * 48 - 1)
    assert get_reason(make_image("PNG")) == "too_much"
    assert get_reason(make_image("JPEG")) == "too_much"


def test_document_with_a_password_is_refused():
    content = bytearray(make_odt())
    directory = content.find(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert get_reason(bytes(content)) == "locked"


def test_same_name_twice_inside_is_refused():
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = make_docx(("word/document.xml", b"<other/>"))
    assert get_reason(content) == "damaged"
