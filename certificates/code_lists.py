"""Lists of codes that an employer has: read from whatever they are kept in, answered as a file that opens anywhere."""

import csv
import io
import re
from contextlib import suppress
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates import wording
from certificates.codes import CodeMalformed, grouped, normalise
from lms.spreadsheets import guard

MAX_CODES = 200
MAX_BYTES = 200_000
LETTER, DASH = "[0-9A-Za-z]", r"[\-\u2010-\u2015]"
# As it is printed, or without any break: that is the code, whatever stands beside it.
EXACT = re.compile(rf"(?<!{LETTER})(?<!{DASH})(?:{LETTER}{{16}}|{LETTER}{{4}}(?:{DASH}{LETTER}{{4}}){{3}})"
                   rf"(?!{DASH}?{LETTER})")
# Parted in another way. Where one begins another may, because a name beside the code looks like a group of it.
CANDIDATE = re.compile(rf"(?<!{LETTER})(?=({LETTER}(?:(?: |{DASH})?{LETTER}){{15}})(?!{LETTER}))")


class NoCodes(ValueError):
    """Nothing was written."""


class NotText(ValueError):
    """A file that no encoding in use can read."""


class TooManyCodes(ValueError):
    def __init__(self, count):
        super().__init__(count)
        self.count = count


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list and the code that it holds, normalised, or an empty text."""

    written: str
    code: str


def decode(file):
    """The text of an uploaded file. Raises NotText."""
    content = file.read(MAX_BYTES + 1)
    is_utf_16 = content[:2] == b"\xff\xfe"  # as Excel saves «Unicode text»
    if len(content) > MAX_BYTES or (b"\0" in content and not is_utf_16):
        raise NotText
    for encoding in ("utf-16",) if is_utf_16 else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotText


def read_codes(text):
    """[Entry], one for each line that is not empty and one for each code once. A line without a code that has digits
    is kept, so that nobody believes it was checked; words alone are a heading. Raises NoCodes, TooManyCodes."""
    entries, seen = [], set()
    for line in text.splitlines():
        line = line.strip(" \t;,\"")
        codes = _codes_in(line)
        for code in codes:
            if code not in seen:
                seen.add(code)
                entries.append(Entry(line, code))
        if not codes and any(character.isdigit() for character in line):
            entries.append(Entry(line[:60], ""))
    if not entries:
        raise NoCodes
    if len(entries) > MAX_CODES:
        raise TooManyCodes(len(entries))
    return entries


def write_csv(rows):
    """The answer to ``rows`` of (Entry, Checked or None) in the active language: UTF-8 with a mark, ``;`` between the
    cells where the comma is for decimals, and nothing that a spreadsheet would take for a formula."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if get_language() == "es" else ",", lineterminator="\r\n")
    writer.writerow([_("Code"), _("State"), _("Certificate folio"), _("Holder"), _("Course"), _("Hours"),
                     _("Completed on"), _("Issued on"), _("Valid until"), _("Revoked on")])
    for entry, checked in rows:
        writer.writerow([guard(str(cell or "")) for cell in _cells(entry, checked)])
    return "\ufeff" + file.getvalue()


def _codes_in(line):
    for written in (EXACT.findall(line), CANDIDATE.findall(line)):
        codes = []
        for text in written:
            with suppress(CodeMalformed):
                codes.append(normalise(text))
        if codes:
            return codes
    return []


def _cells(entry, checked):
    if checked is None:
        return [entry.written, _("This is not a code"), *[""] * 8]
    row = [grouped(checked.code), checked.verdict.label]
    if checked.snapshot is None:
        return [*row, *[""] * 8]
    certificate, snapshot = checked.certificate, checked.snapshot
    return [*row, certificate.folio, snapshot.holder, snapshot.course_title(get_language()), wording.hours(snapshot),
            snapshot.completed_on, *(_day(moment) for moment in (
                certificate.issued_at, certificate.expires_at, certificate.ended_at))]


def _day(moment):
    return moment and timezone.localdate(moment)
