import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.utils.translation import override

from certificates.models import Certificate
from lms.accounts.models import AuditEvent
from lms.reports import exports
from lms.reports.exports import Format, TooManyRows, export_completions, get_csv_format, snapshot
from lms.reports.filters import CompletionFilters
from lms.reports.records import completion_records
from tests import factories
from tests.reports.town import COMPLETED, NOW, make_town


def export(viewer, format=Format.CSV_CL, *, language="en", with_documents=False, **data):
    with override(language):
        filters = CompletionFilters(data, viewer=viewer, now=NOW, language=language)
        assert filters.is_valid()
        return export_completions(viewer=viewer, filters=filters, format=format, with_documents=with_documents)


@pytest.fixture
def completed(town):
    enrolment = town.add_completed(email="ana@x.test", given_names="Ana", first_surname="Ñancupil", sex="female",
                                   second_surname="Soto", document=("rut", "12.345.678-5"))
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk, now=COMPLETED,
                                             expires_on=dt.date(2027, 11, 22))
    type(certificate).objects.filter(pk=certificate.pk).update(code="0123456789ABCDEF")
    return enrolment


def test_csv_for_chile_to_the_byte(town, completed):
    town.add_started(email="eva@x.test", given_names="Eva", first_surname="Rojas", second_surname="")
    file = export(town.officer).file.read()
    assert file == b"\xef\xbb\xbf" + (
        "Surnames;Given names;E-mail;Institution;Directorate or unit;Staff type;Sex as registered;Territory;Course;"
        "Edition;State;Enrolled on;Completed on;Grade (%);Hours;Kind of hours;Certificate folio;Certificate code;"
        "Certificate valid until;Renewal of a certificate\r\n"
        "Rojas;Eva;eva@x.test;Municipalidad de Las Acacias;Desarrollo Comunitario / Oficina de Migrantes;"
        "Planta (Chile);Not stated;Santiago;Intercultural public service;Always open;In progress;01-09-2026;;;;;;;;\r\n"
        "Ñancupil Soto;Ana;ana@x.test;Municipalidad de Las Acacias;Desarrollo Comunitario / Oficina de Migrantes;"
        "Planta (Chile);Female;Santiago;Intercultural public service;Always open;Completed;01-09-2026;31-10-2026;"
        "86,67;24,50;chronological hours (60 min);2026-000001;0123-4567-89AB-CDEF;22-11-2027;\r\n"
        "\r\n"
        "Cut-off;22-11-2026 15:30 (America/Santiago)\r\n"
        "Filters;None: all that the author may see\r\n"
        "Author;Rosa Pérez <hr@puentes.test>\r\n"
        "Rows;2\r\n").encode()


@pytest.mark.parametrize("format", [Format.CSV_CL, Format.CSV_MX, Format.XLSX])
def test_file_says_of_a_certificate_that_it_is_a_renewal(town, completed, format):
    Certificate.objects.update(cycle=2)
    content = export(town.officer, format).file.read()
    if format == Format.XLSX:
        sheet = openpyxl.load_workbook(BytesIO(content))["Completions"]
        assert [sheet[row][-1].value for row in (1, 2)] == ["Renewal of a certificate", "Renewal"]
    else:
        assert content.decode().split("\r\n")[1].endswith("Renewal")


def test_csv_for_mexico_has_commas_and_decimal_points(town, completed):
    lines = export(town.officer, Format.CSV_MX).file.read().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Surnames,Given names,E-mail,")
    assert lines[1].endswith(",01-09-2026,31-10-2026,86.67,24.50,chronological hours (60 min),2026-000001,"
                             "0123-4567-89AB-CDEF,22-11-2027,")


def test_csv_says_its_filters(town, completed):
    text = export(town.officer, state="completed", q="ana").file.read().decode("utf-8-sig")
    assert text.endswith("Filter: Name, e-mail or certificate folio;ana\r\nFilter: State;Completed\r\n"
                         "Author;Rosa Pérez <hr@puentes.test>\r\nRows;1\r\n")


def test_csv_holds_documents_only_when_asked(town, completed):
    without = export(town.officer).file.read().decode()
    assert "12345678-5" not in without
    assert "Document" not in without
    lines = export(town.officer, with_documents=True).file.read().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("Surnames;Given names;Identity document;Document number;E-mail;")
    assert lines[1].startswith("Ñancupil Soto;Ana;RUT (Chile);12345678-5;ana@x.test;")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_runs_no_formula(town, start):
    town.add_enrolment(given_names=f"{start}1+1", first_surname=f"{start}HYPERLINK(1)", second_surname="",
                       email="a@x.test")
    line = export(town.officer, q="a@x.test").file.read().decode("utf-8-sig").split("\n", 1)[1]
    surname, given = f"'{start}HYPERLINK(1)", f"'{start}1+1"
    if start == "\r":  # a break inside a cell is quoted
        surname, given = f'"{surname}"', f'"{given}"'
    assert line.startswith(f"{surname};{given};a@x.test;")


def test_csv_guards_the_search_in_its_last_lines(town):
    assert b"\r\nFilter: Name, e-mail or certificate folio;'=1+1\r\n" in export(town.officer, q="=1+1").file.read()


def test_csv_guards_frozen_names_too(town):
    town.unit.name = "=SUM(A1)"
    town.unit.save()
    town.course.title = "@course"
    town.course.save()
    town.add_completed()
    text = export(town.officer, language="es").file.read().decode()
    assert ";'@course;" in text
    assert ";Desarrollo Comunitario / =SUM(A1);" in text


def test_csv_quotes_the_separator(town):
    town.add_enrolment(given_names='Ana; "la"', first_surname="Soto", second_surname="")
    assert 'Soto;"Ana; ""la""";' in export(town.officer).file.read().decode()


def test_xlsx_has_typed_cells(town, completed):
    book = openpyxl.load_workbook(BytesIO(export(town.officer, Format.XLSX, with_documents=True).file.read()))
    assert book.sheetnames == ["Completions", "About this list"]
    sheet = book["Completions"]
    cells = {name.value: cell for name, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["Completed on"].is_date
    assert {name: cell.value.date() if cell.is_date else cell.value for name, cell in cells.items()} == {
        "Surnames": "Ñancupil Soto", "Given names": "Ana", "Identity document": "RUT (Chile)",
        "Document number": "12345678-5", "E-mail": "ana@x.test", "Institution": "Municipalidad de Las Acacias",
        "Directorate or unit": "Desarrollo Comunitario / Oficina de Migrantes", "Staff type": "Planta (Chile)",
        "Sex as registered": "Female", "Territory": "Santiago", "Course": "Intercultural public service",
        "Edition": "Always open", "State": "Completed", "Enrolled on": dt.date(2026, 9, 1),
        "Completed on": dt.date(2026, 10, 31), "Grade (%)": 86.6667, "Hours": 24.5,
        "Kind of hours": "chronological hours (60 min)", "Certificate folio": "2026-000001",
        "Certificate code": "0123-4567-89AB-CDEF", "Certificate valid until": dt.date(2027, 11, 22),
        "Renewal of a certificate": None}
    assert (cells["Completed on"].number_format, cells["Document number"].number_format) == ("dd-mm-yyyy", "@")
    assert (cells["Grade (%)"].data_type, cells["Document number"].data_type) == ("n", "s")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:V2"
    assert sheet.column_dimensions["A"].width > 20
    assert [tuple(cell.value for cell in row) for row in book["About this list"]] == [
        ("Cut-off", "22-11-2026 15:30 (America/Santiago)"), ("Filters", "None: all that the author may see"),
        ("Author", "Rosa Pérez <hr@puentes.test>"), ("Rows", "1")]


def test_xlsx_texts_are_never_formulas_links_or_numbers(town):
    town.add_enrolment(given_names="=1+1", first_surname="00123", second_surname="", email="https.x@x.test")
    sheet = openpyxl.load_workbook(BytesIO(export(town.officer, Format.XLSX).file.read()))["Completions"]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in sheet[2][:2]] == [
        ("00123", "s", None), ("=1+1", "s", None)]


def test_xlsx_that_a_sheet_cannot_hold_is_refused(town, monkeypatch):
    monkeypatch.setattr(exports, "XLSX_ROWS", 1)
    town.add_completed()
    assert export(town.officer, Format.XLSX).rows == 1
    town.add_completed()
    with pytest.raises(TooManyRows):
        export(town.officer, Format.XLSX)
    assert AuditEvent.objects.filter(action="report.exported").count() == 1


def test_file_of_an_empty_list_says_so(town):
    assert export(town.officer).file.read().endswith(b"Rows;0\r\n")
    book = openpyxl.load_workbook(BytesIO(export(town.officer, Format.XLSX).file.read()))
    assert book["Completions"].max_row == 1


def test_file_is_in_the_language_asked_for(town, completed):
    assert b";Interculturalidad en la atenci\xc3\xb3n municipal;" in export(town.officer, language="es").file.read()
    assert b";Intercultural public service;" in export(town.officer, language="en").file.read()


def test_file_is_named_for_its_cut_off(town):
    assert export(town.officer).name == "completions-2026-11-22-1530.csv"
    assert export(town.officer, Format.XLSX).name == "completions-2026-11-22-1530.xlsx"


def test_file_holds_what_the_list_holds(town, completed):
    town.add_completed(organisation=town.borough, email="elsewhere@x.test")
    file = export(town.officer)
    assert file.rows == completion_records(viewer=town.officer, now=NOW).count() == 1
    assert b"elsewhere@x.test" not in file.file.read()


def test_export_is_logged_without_personal_data(town, completed):
    export(town.officer, Format.XLSX, with_documents=True, q="ana", organisation=town.unit.pk)
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.actor, event.subject) == (town.officer, "report:completions")
    assert event.details == {"format": "xlsx", "filters": {"q": True, "organisation": str(town.unit.pk)}, "rows": 1,
                             "with_documents": True, "cut_off": NOW.isoformat()}


def test_export_asks_as_often_for_one_as_for_many(town, django_assert_num_queries):
    town.add_completed()
    town.add_started()
    with django_assert_num_queries(8):
        export(town.officer)
    for _number in range(3):
        town.add_completed()
        town.add_started()
    with django_assert_num_queries(8):
        assert export(town.officer).rows == 8


@pytest.mark.parametrize(("place", "format"), [
    ("town", Format.CSV_CL), ("unit", Format.CSV_CL), ("borough", Format.CSV_MX)])
def test_csv_format_goes_by_the_country_of_the_organisation(town, place, format):
    assert get_csv_format([getattr(town, place)]) == format


def test_csv_format_without_an_organisation_is_that_of_chile(town):
    assert get_csv_format([]) == Format.CSV_CL


@pytest.mark.django_db(transaction=True)
def test_snapshot_reads_one_state_of_the_data():
    """What is committed meanwhile is not seen. (On SQLite one statement reads the rows, and that is enough.)"""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    town = make_town()
    with snapshot(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("on",)
    assert export(town.officer).rows == 0
    assert AuditEvent.objects.get(action="report.exported").details["rows"] == 0
