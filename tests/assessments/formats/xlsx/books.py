"""Workbooks for tests."""

import io
import zipfile

import openpyxl

from assessments.formats import xlsx


def make_book(*rows, sheet="Preguntas", change=None):
    """A file with the ``rows`` ({heading: value}); ``change(worksheet)`` before it is saved."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    book = openpyxl.Workbook()
    book.active.title = sheet
    book.active.append(headings)
    for row in rows:
        book.active.append([row.get(heading) for heading in headings])
    if change:
        change(book.active)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def read_data(data, **fields):
    return xlsx.read(io.BytesIO(data), **fields)


def make_zip(**parts):
    """An archive with the parts of a workbook; those that are not given are the least that one needs."""
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        "xl/workbook.xml": f'<workbook {namespace} xmlns:r="{relation}"><sheets><sheet name="x" r:id="a"/></sheets>'
                           "</workbook>",
        "xl/_rels/workbook.xml.rels": '<a><Relationship Id="a" Target="worksheets/one.xml"/></a>',
        "xl/worksheets/one.xml": f"<worksheet {namespace}><sheetData/></worksheet>",
    } | {f"xl/{name.replace('__', '/')}.xml": text for name, text in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    file.seek(0)
    return file
