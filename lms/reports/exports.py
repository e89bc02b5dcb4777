"""The completion list as a file that HR opens in Excel.

XLSX has typed dates and numbers, identity numbers as text, and a second sheet about the list. CSV is UTF-8 with BOM and
CRLF; after the rows come an empty line and lines of a name and a value about the list, so that the first line is the
header for Excel and for programs, and nothing that says what the file holds is lost.

A file is made completely, in a nameless temporary file, before the first byte is sent: the database is free while a
slow line downloads, a failure is an error page and never half a list, and the log knows how many rows were taken."""

import csv
import io
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, BinaryIO

import xlsxwriter
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from lms.accounts.audit import record_event
from lms.accounts.models import Organisation
from lms.reports.records import CHUNK, Record, Rendering, get_paths_down_to, read_records, select_rows
from lms.spreadsheets import guard

XLSX_ROWS = 1_048_575  # what a sheet holds below its header
EXCEL_DAY_ZERO = date(1899, 12, 30)


class TooManyRows(Exception):
    """A sheet of Excel does not hold this many rows; a CSV file does."""


class Format(models.TextChoices):
    XLSX = "xlsx", _("Excel (XLSX)")
    CSV_CL = "csv-cl", _("CSV for Chile (semicolon, decimal comma)")
    CSV_MX = "csv-mx", _("CSV for Mexico (comma, decimal point)")


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    decimal_mark: str


DIALECTS = {Format.CSV_CL: Dialect(";", ","), Format.CSV_MX: Dialect(",", ".")}


@dataclass(frozen=True)
class Column:
    field: str
    label: Any
    width: int
    kind: str = "text"  # or "date", "number"


COLUMNS = [
    Column("surnames", _("Surnames"), 26),
    Column("given_names", _("Given names"), 22),
    Column("document_kind", _("Identity document"), 16),
    Column("document_number", _("Document number"), 20),
    Column("email", _("E-mail"), 34),
    Column("institution", _("Institution"), 34),
    Column("unit", _("Directorate or unit"), 34),
    Column("staff_type", _("Staff type"), 18),
    Column("sex", _("Sex as registered"), 16),
    Column("territory", _("Territory"), 18),
    Column("course", _("Course"), 44),
    Column("edition", _("Edition"), 18),
    Column("state", _("State"), 14),
    Column("enrolled_on", _("Enrolled on"), 13, "date"),
    Column("completed_on", _("Completed on"), 13, "date"),
    Column("percentage", _("Grade (%)"), 10, "number"),
    Column("hours", _("Hours"), 8, "number"),
    Column("hours_kind", _("Kind of hours"), 28),
    Column("folio", _("Certificate folio"), 18),
    Column("code", _("Certificate code"), 22),
    Column("valid_until", _("Certificate valid until"), 13, "date"),
    Column("renewal", _("Renewal of a certificate"), 14),
]
DOCUMENT_COLUMNS = {"document_kind", "document_number"}


@dataclass(frozen=True)
class Export:
    """A finished file, at its beginning, and how it is called."""

    file: BinaryIO
    name: str
    content_type: str
    rows: int


def export_completions(*, viewer, filters, format, with_documents=False):
    """The list that ``filters`` (valid CompletionFilters of ``viewer``) gives, as an Export in the active language, and
    its line in the audit log. Raises TooManyRows."""
    now = filters.now
    columns = [column for column in COLUMNS if with_documents or column.field not in DOCUMENT_COLUMNS]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    try:
        with snapshot():
            rows = select_rows(filters.qs, now=now, language=get_language(), with_documents=with_documents)
            records = read_records(rows.iterator(chunk_size=CHUNK), editions=filters.editions,
                                   rendering=get_rendering(format))
            about = describe(viewer=viewer, filters=filters, now=now)
            if format == Format.XLSX:
                total = write_xlsx(file, records, columns, about)
            else:
                total = write_csv(file, records, columns, about, DIALECTS[format].delimiter)
        record_event(actor=viewer, action="report.exported", subject="report:completions",
                     details={"format": str(format), "filters": filters.get_facts(), "rows": total,
                              "with_documents": with_documents, "cut_off": now.isoformat()})
    except BaseException:
        file.close()
        raise
    file.seek(0)
    extension, content_type = (
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") if format == Format.XLSX
        else ("csv", "text/csv; charset=utf-8"))
    stem = pgettext("file name", "completions")
    return Export(file, f"{stem}-{timezone.localtime(now):%Y-%m-%d-%H%M}.{extension}", content_type, total)


@contextmanager
def snapshot():
    """All reads inside see one state of the data. SQLite needs nothing: one statement reads the rows, and a transaction
    would keep others from writing."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def describe(*, viewer, filters, now):
    """[(name, value)] of what every file says of itself; the number of rows follows when it is known."""
    moment = timezone.localtime(now)
    return [
        (gettext("Cut-off"), f"{moment:%d-%m-%Y %H:%M} ({timezone.get_current_timezone_name()})"),
        *([(gettext("Filter: %(name)s") % {"name": name}, value) for name, value in filters.get_chosen()]
          or [(gettext("Filters"), gettext("None: all that the author may see"))]),
        (gettext("Author"), f"{viewer.get_full_name()} <{viewer.email}>"),
    ]


def get_csv_format(organisations):
    """Which CSV the Excel of an officer of ``organisations`` opens well: by the country of the first, and that of Chile
    when there is none or it does not say."""
    if not organisations:
        return Format.CSV_CL
    above = Organisation.objects.filter(path__in=get_paths_down_to(organisations[0].path))
    countries = above.filter(territory__isnull=False).order_by("-depth")
    country = countries.values_list("territory__country_code", flat=True).first()
    return Format.CSV_MX if country == "MX" else Format.CSV_CL


# --- CSV --------------------------------------------------------------------------------------------------------------


def get_rendering(format):
    """How values are written in a file of ``format``."""
    if format == Format.XLSX:
        return Rendering()
    mark = DIALECTS[format].decimal_mark
    return Rendering(text=guard, day="{:%d-%m-%Y}".format,
                     number=lambda number: f"{number:.2f}".replace(".", mark))


def write_csv(file, records, columns, about, delimiter):
    """Write ``records``, rendered for CSV, to the binary ``file``; returns the number of rows."""
    cells = itemgetter(*(Record._fields.index(column.field) for column in columns))
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([str(column.label) for column in columns])
    total = 0
    for total, record in enumerate(records, 1):  # noqa: B007 - the last one is the total
        writer.writerow(cells(record))
    writer.writerow([])
    for name, value in [*about, (gettext("Rows"), total)]:
        writer.writerow([guard(str(name)), guard(str(value))])
    text.detach()
    return total


# --- XLSX -------------------------------------------------------------------------------------------------------------


def write_xlsx(file, records, columns, about, *, fields=Record._fields, title=""):
    """Write the list to the binary ``file`` with constant memory; returns the number of rows. ``fields``: of each of
    ``records``, a tuple; ``title``: of the sheet. Raises TooManyRows."""
    positions = itemgetter(*(fields.index(column.field) for column in columns))
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    try:
        sheet = workbook.add_worksheet(title or gettext("Completions"))
        bold = workbook.add_format({"bold": True, "bottom": 1})
        formats = {
            "text": workbook.add_format({"num_format": "@"}),
            "date": workbook.add_format({"num_format": "dd-mm-yyyy"}),
            "number": workbook.add_format({"num_format": "0.00"}),
        }
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, formats[column.kind])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, str(column.label), bold)
        # Methods by kind, not write(), which guesses: a text must never become a formula, a link or a number.
        cells = [(place, column.kind, formats[column.kind]) for place, column in enumerate(columns)]
        total = 0
        for total, record in enumerate(records, 1):
            if total > XLSX_ROWS:
                raise TooManyRows
            for (place, kind, style), value in zip(cells, positions(record), strict=True):
                if value is None or value == "":
                    continue
                if kind == "text":
                    sheet.write_string(total, place, value, style)
                else:
                    number = (value - EXCEL_DAY_ZERO).days if kind == "date" else float(value)
                    sheet.write_number(total, place, number, style)
        sheet.autofilter(0, 0, total, len(columns) - 1)
        _write_about(workbook, [*about, (gettext("Rows"), str(total))])
    finally:
        workbook.close()
    return total


def _write_about(workbook, about):
    sheet = workbook.add_worksheet(gettext("About this list"))
    bold = workbook.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 70)
    for line, (name, value) in enumerate(about):
        sheet.write_string(line, 0, str(name), bold)
        sheet.write_string(line, 1, str(value))
