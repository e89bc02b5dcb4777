import io
import time
import tracemalloc
import zipfile

import pytest

from assessments.formats import xlsx
from assessments.formats.decoding import FileUnreadable
from assessments.formats.xlsx import archive
from assessments.formats.xlsx.archive import Cell, read_sheet
from tests.assessments.formats.xlsx.books import make_book, make_zip

SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def make_sheet(rows, after=""):
    return f"<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData>{after}</worksheet>"


def get_rows(**parts):
    return read_sheet(make_zip(**parts), ()).rows


def get_reason(file):
    with pytest.raises(FileUnreadable) as refused:
        xlsx.read(file)
    assert refused.value.sentence
    return refused.value.reason


def test_cells_of_every_type_are_texts():
    strings = f"<sst {SPREADSHEET}><si><t>uno</t></si><si><r><t>d</t></r><r><t>os</t></r><rPh><t>x</t></rPh></si></sst>"
    styles = (f'<styleSheet {SPREADSHEET}><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/>'
              '<numFmt numFmtId="171" formatCode="&quot;día&quot; 0.0"/></numFmts><cellStyleXfs><xf numFmtId="14"/>'
              '</cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="170"/><xf numFmtId="171"/>'
              "</cellXfs></styleSheet>")
    sheet = make_sheet(
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c t="s"><v>1</v></c><c r="D3" t="inlineStr"><is><t>tres</t></is></c>'
        '<c><v>33.333329999999997</v></c><c s="1"><v>0.5</v></c><c s="2"><v>45000</v></c><c s="3"><v>7</v></c>'
        '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v>x</v></c><c t="s"><v>99</v></c><c/></row>'
        "<row><c><v>1e3</v></c><c><v>nada</v></c><c><v>1e999</v></c></row>")
    assert get_rows(sharedStrings=strings, styles=styles, worksheets__one=sheet) == {
        3: {0: Cell("uno"), 1: Cell("dos"), 3: Cell("tres"), 4: Cell("33.33333"), 5: Cell("50%"),
            6: Cell("45000", "date"), 7: Cell("7"), 8: Cell("1", is_boolean=True), 9: Cell("#N/A", "error"),
            10: Cell("x", "formula")},
        4: {0: Cell("1000"), 1: Cell("nada", "error"), 2: Cell("1e999", "error")}}


def test_merged_areas_are_known():
    sheet = make_sheet("", '<mergeCells><mergeCell ref="B2:C4"/><mergeCell ref="nonsense"/></mergeCells>')
    assert read_sheet(make_zip(worksheets__one=sheet), ()).merged == [(2, 4)]


@pytest.mark.parametrize("sheet", [
    '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>',
    '<!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><worksheet>&c;</worksheet>',
    '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><worksheet/>', "<worksheet>", "nada", "", "<a>" * 100_000])
def test_hostile_and_broken_xml_is_refused(sheet):
    assert get_reason(make_zip(worksheets__one=sheet)) == "not_xlsx"


@pytest.mark.parametrize("parts", [
    {"workbook": "<workbook/>"}, {"_rels__workbook": ""},
    {"workbook": '<workbook><sheets><sheet name="x" id="nope"/></sheets></workbook>'}])
def test_archive_without_a_sheet_is_refused(parts):
    if "_rels__workbook" in parts:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("xl/workbook.xml", "<workbook/>")
        file.seek(0)
    else:
        file = make_zip(**parts)
    assert get_reason(file) == "not_xlsx"


def test_damaged_archive_is_refused():
    data = make_book({"kind": "x", "stem_es": "y"}).getvalue()
    assert get_reason(io.BytesIO(data[:-300])) == "not_xlsx"
    start = data.index(b"xl/worksheets/sheet1.xml") + 40
    assert get_reason(io.BytesIO(data[:start] + b"x" * 60 + data[start + 60:])) == "not_xlsx"


def test_bomb_is_refused_at_once_and_one_that_hides_its_size_too(monkeypatch):
    bomb = make_zip(worksheets__one=make_sheet("<row/>" + " " * (archive.MOST_UNPACKED + 1)))
    start = time.process_time()
    assert get_reason(bomb) == "too_large"
    assert time.process_time() - start < 1
    monkeypatch.setattr(zipfile.ZipInfo, "file_size", property(lambda self: 10, lambda self, value: None),
    raising=False)
    with pytest.raises(FileUnreadable):
        xlsx.read(bomb)


def test_file_is_read_no_further_than_its_limit():
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            assert 0 <= size <= archive.MOST_BYTES + 1
            return b"x" * size

    assert get_reason(Endless()) == "too_large"


@pytest.mark.parametrize("rows", ["<row/>" * 1_048_576,
                                  '<row r="1048576" ht="15"/>' * 200_000,
                                  "<row>" + "<c><v>1</v></c>" * 100_000 + "</row>"])
def test_sheet_with_very_many_rows_is_read_in_bounded_time(rows):
    file = make_zip(worksheets__one=make_sheet(rows))
    start = time.process_time()
    assert get_reason(file) == "headings"
    assert time.process_time() - start < 20


def test_more_elements_than_any_workbook_has_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_ELEMENTS", 1000)
    assert get_reason(make_zip(worksheets__one=make_sheet("<row/>" * 1001))) == "too_large"


def test_more_cells_than_may_be_are_refused(monkeypatch):
    monkeypatch.setattr(archive, "MOST_CELLS", 100)
    assert get_reason(make_zip(worksheets__one=make_sheet("<row>" + "<c><v>1</v></c>" * 101 + "</row>"))) == "too_large"


def test_memory_does_not_grow_with_what_is_empty():
    file = make_zip(worksheets__one=make_sheet("<row><c/></row>" * 50_000))
    tracemalloc.start()
    get_reason(file)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5_000_000
