"""Reads a file of earlier records, XLSX or CSV, and says of each row all that is wrong with it. Touches no database."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from assessments.formats.decoding import FileUnreadable, decode
from assessments.formats.xlsx.archive import read_sheet
from assessments.formats.xlsx.columns import find_word, simplify
from certificates.models import EarlierRecord
from lms.accounts.identity import DocumentKind, normalise_document
from lms.reports.history_columns import COLUMNS, DATES, HOURS_KINDS, KEYS, NEEDED, REASON, SHEET, SOURCES

MOST_BYTES = 5_000_000
MOST_ROWS = 2000
MOST_HEADING_ROWS = 10
FIRST_YEAR = 1950
DAYS = ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d")
RUT_LIKE = re.compile(r"\d{1,3}(\.?\d{3}){1,2}-[\dkK]|\d{7,8}-[\dkK]")
SCIENTIFIC = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
LONGEST = {"email": 254, "issuer": 200, "grade": 60, "number": 60, "evidence": 300, "note": 1000, "title": 250,
           "title_en": 250, "given_names": 100, "first_surname": 100, "second_surname": 100}
REASONS = {simplify(heading) for heading in REASON.values()}  # a file of refused rows may come back as it is
LABELS = {column.key: column.headings for column in COLUMNS}


class HistoryUnreadable(Exception):
    """Nothing of the file can be read; the message is a sentence for a person."""


@dataclass(slots=True)
class Row:
    """A row of the file. ``documents``: [(kind, number)] of what its identity document may be. ``errors``: sentences.
    ``record``: an EarlierRecord without its person; None with errors."""

    number: int
    values: dict
    documents: list = field(default_factory=list)
    email: str = ""
    record: EarlierRecord | None = None
    errors: list = field(default_factory=list)

    @property
    def name(self):
        parts = (self.values.get(key, "") for key in ("given_names", "first_surname", "second_surname"))
        return " ".join(filter(None, parts)) or self.email or self.values.get("document", "")


def read_history(content, *, today, language):
    """[Row] of the bytes of a file; sentences are in the active language, names of columns in ``language``. Raises
    HistoryUnreadable."""
    if len(content) > MOST_BYTES:
        raise HistoryUnreadable(_("The file is larger than %(most)d MB. Divide it.") % {"most": MOST_BYTES // 10**6})
    lines = _read_xlsx(content) if content[:4] == b"PK\x03\x04" else _read_csv(content)
    if len(lines) > MOST_ROWS:
        raise HistoryUnreadable(_("The file has more than %(most)d rows. Divide it.") % {"most": MOST_ROWS})
    return [_check(number, values, problems, today, language) for number, values, problems in lines]


# --- From a file to texts ---------------------------------------------------------------------------------------------

def _read_xlsx(content):
    try:
        sheet = read_sheet(io.BytesIO(content), SHEET.values())
    except FileUnreadable:
        raise HistoryUnreadable(_("This is not an XLSX file, or it is damaged, too large or has a password.")) from None
    top, columns = _find_headings([(number, {place: cell.text for place, cell in sheet.rows[number].items()})
                                   for number in sorted(sheet.rows)[:MOST_HEADING_ROWS]])
    lines = []
    for number in sorted(sheet.rows):
        if number <= top:
            continue
        values, problems = {}, {}
        for place, cell in sheet.rows[number].items():
            key = columns.get(place)
            if key is None:
                continue
            values[key], problem = _read_cell(cell, key, sheet.day_zero)
            if problem:
                problems[key] = problem
        if any(values.values()):
            lines.append((number, values, problems))
    return lines


def _read_cell(cell, key, day_zero):
    """(text, sentence that says what is wrong with the cell or an empty text)."""
    text = " ".join(cell.text.split())
    if cell.problem == "formula":
        return text, _("The cell has a formula. Put its value in its place.")
    if cell.problem == "error":
        return text, _("The cell has an error of the spreadsheet.")
    if cell.problem == "date":
        if key not in DATES:
            return text, _("The cell has a date. Give it the format of text.")
        try:
            days = Decimal(text)
            return (day_zero + timedelta(days=int(days))).isoformat(), ""
        except (InvalidOperation, OverflowError):
            return text[:10], ""
    return text, ""


def _read_csv(content):
    try:
        text = decode(content, most_bytes=MOST_BYTES)
    except FileUnreadable:
        raise HistoryUnreadable(_("This is neither an XLSX nor a CSV file that can be read. Save it as XLSX, or as CSV "
                                  "in UTF-8.")) from None
    best = max(";,\t", key=lambda mark: len(_get_keys(text.partition("\n")[0].split(mark))))
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=best, strict=True))
    except csv.Error:
        raise HistoryUnreadable(_("The quotation marks in this CSV file are not closed. Save it again from the "
                                  "spreadsheet.")) from None
    numbered = [(number, dict(enumerate(row))) for number, row in enumerate(rows, 1)]
    top, columns = _find_headings(numbered[:MOST_HEADING_ROWS])
    lines = []
    for number, cells in numbered[top:]:
        values = {columns[place]: " ".join(cell.split()) for place, cell in cells.items() if place in columns}
        if any(values.values()):
            lines.append((number, values, {}))
    return lines


def _get_keys(headings):
    return {KEYS[simple] for heading in headings if (simple := simplify(heading.strip('"'))) in KEYS}


def _find_headings(rows):
    """(number of the row of the headings, {column: key})."""
    for number, cells in rows:
        if len(_get_keys(cells.values())) >= 3:
            columns = {place: KEYS.get(simplify(text)) for place, text in cells.items() if text.strip()}
            columns = {place: key for place, key in columns.items() if simplify(cells[place]) not in REASONS}
            unknown = [cells[place] for place, key in columns.items() if key is None]
            if unknown:
                raise HistoryUnreadable(_("The column “%(name)s” is unknown. Delete it, or write its heading as in the "
                                          "template.") % {"name": unknown[0][:60]})
            missing = NEEDED - set(columns.values())
            if missing:
                names = ", ".join(sorted(LABELS[key]["es"] + " / " + LABELS[key]["en"] for key in missing))
                raise HistoryUnreadable(_("These columns are missing: %(names)s.") % {"names": names})
            if len(set(columns.values())) < len(columns):
                raise HistoryUnreadable(_("A column is there twice. Delete one of them."))
            return number, columns
    raise HistoryUnreadable(_("The first rows have no headings that we know. Begin with the template."))


# --- From texts to a record -------------------------------------------------------------------------------------------

def _check(number, values, problems, today, language):
    row = Row(number, values)
    reader = _Reader(row, problems, today, language)
    reader.read_person()
    record = reader.read_record()
    row.record = None if row.errors else record
    return row


class _Reader:
    def __init__(self, row, problems, today, language):
        self.row, self.problems, self.today, self.language = row, problems, today, language
        for key, problem in problems.items():
            self.refuse(key, problem)

    def refuse(self, key, sentence):
        self.row.errors.append(f"{LABELS[key][self.language]}: {sentence}")

    def get(self, key, *, needed=False):
        text = self.row.values.get(key, "")
        if key in self.problems:
            return ""
        if needed and not text:
            self.refuse(key, _("This is missing."))
        most = LONGEST.get(key, 400)
        if len(text) > most:
            self.refuse(key, _("This is longer than %(most)d characters.") % {"most": most})
        return text

    def read_person(self):
        self.row.email = self.get("email").lower()
        if self.row.email:
            try:
                validate_email(self.row.email)
            except ValidationError:
                self.refuse("email", _("This is not an e-mail address."))
        self.read_document(self.get("document"))
        if not self.row.email and not self.row.values.get("document"):
            self.row.errors.append(_("Write the document or the e-mail of the person."))
        for key in ("given_names", "first_surname", "second_surname"):
            self.get(key)

    def read_document(self, text):
        if not text:
            return
        if SCIENTIFIC.fullmatch(text):
            self.refuse("document", _("The spreadsheet has shortened this number. Write it again as text."))
            return
        for kind in DocumentKind.values:
            try:
                self.row.documents.append((kind, normalise_document(kind=kind, number=text)))
            except ValidationError as error:
                if kind == DocumentKind.RUT and RUT_LIKE.fullmatch(text):
                    self.refuse("document", error.messages[0])
                    return
        if not self.row.documents:
            self.refuse("document", _("Write the number with 4 to 30 letters, digits or dashes."))

    def read_record(self):
        title, english = self.get("title", needed=True), self.get("title_en")
        hours = self.read_hours()
        hours_kind = self.read_word("hours_kind", HOURS_KINDS) if self.row.values.get("hours_kind") else ""
        if hours and not hours_kind and not self.row.values.get("hours_kind"):
            self.refuse("hours_kind", _("Say whether they are chronological or pedagogical."))
        if hours_kind and not self.row.values.get("hours"):
            self.refuse("hours", _("This is missing."))
        started, completed = self.read_day("started_on"), self.read_day("completed_on", needed=True)
        if started and completed and completed < started:
            self.refuse("completed_on", _("The last day cannot be before the first."))
        return EarlierRecord(
            titles={"es": title, **({"en": english} if english else {})}, issuer=self.get("issuer", needed=True),
            hours=hours, hours_kind=hours_kind, started_on=started, completed_on=completed, grade=self.get("grade"),
            number=self.get("number"), source=self.read_word("source", SOURCES, needed=True),
            evidence_reference=self.get("evidence", needed=True), note=self.get("note"))

    def read_hours(self):
        text = self.get("hours")
        if not text:
            return None
        try:
            hours = Decimal(text.replace(",", "."))
        except InvalidOperation:
            self.refuse("hours", _("“%(text)s” is not a number.") % {"text": text[:40]})
            return None
        if not hours.is_finite() or not 0 < hours < 10_000 or hours != round(hours, 2):
            self.refuse("hours", _("Write more than 0 and less than 10,000 hours, with two decimals at most."))
            return None
        return hours

    def read_word(self, key, words, *, needed=False):
        text = self.get(key, needed=needed)
        if not text:
            return ""
        if word := find_word(text, words):
            return word
        self.refuse(key, _("“%(text)s” is none of: %(words)s.") % {
            "text": text[:40], "words": ", ".join(each[self.language] for each in words.values())})
        return ""

    def read_day(self, key, *, needed=False):
        text = self.get(key, needed=needed)
        if not text:
            return None
        for pattern in DAYS:
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
            if not date(FIRST_YEAR, 1, 1) <= day <= self.today:
                self.refuse(key, _("This day is in the future or before %(year)d.") % {"year": FIRST_YEAR})
                return None
            return day
        self.refuse(key, _("“%(text)s” is not a date. Write day, month and year, for example 31-12-2019.") % {
            "text": text[:40]})
        return None
