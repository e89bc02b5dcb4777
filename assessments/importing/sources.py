"""Files as they come: which format they are in, and what they hold."""

import io
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from assessments.formats import aiken, gift, moodle_xml, xlsx
from assessments.formats.decoding import MOST_BYTES, FileUnreadable, decode, get_size_error, get_wide_encoding
from assessments.formats.model import Written
from assessments.formats.moodle_xml.reading import MOST_BYTES as MOST_BYTES_OF_XML

MOST = max(MOST_BYTES, MOST_BYTES_OF_XML)
BEGINNING = 200_000
UNKNOWN = ("This is none of the formats that can be imported: GIFT, Moodle XML, Aiken and the spreadsheet with our "
           "template.")
# Nothing here goes back over what it has read: many comments or empty lines would take for ever.
XML = re.compile(r"\s*<\?xml|\s*(?:(?><!--.*?-->)\s*)*+<quiz\b", re.DOTALL)
ANSWER = re.compile(r"^[^\S\n]*ANSWER:", re.MULTILINE)
OPTION = re.compile(r"^[^\S\n]*[A-Z][).]", re.MULTILINE)
GIFT = re.compile(r"\{|^[^\S\n]*(?:::|//|\$CATEGORY:)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Format:
    """``extension`` and ``content_type``: of its files."""

    name: str
    label: str
    extension: str
    content_type: str
    most_bytes: int = MOST_BYTES


FORMATS = {each.name: each for each in (
    Format("gift", "GIFT", "gift.txt", "text/plain; charset=utf-8"),
    Format("moodle-xml", "Moodle XML", "xml", "application/xml; charset=utf-8", MOST_BYTES_OF_XML),
    Format("aiken", "Aiken", "aiken.txt", "text/plain; charset=utf-8"),
    Format("xlsx", "Excel (XLSX)", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)}


def read_path(path):
    """The bytes of a file. Raises FileUnreadable, whatever is wrong with it."""
    try:
        found = Path(path).stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileUnreadable("not_a_file", "This is not a file.")
        if found.st_size > MOST:
            raise get_size_error(MOST)
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            raise FileUnreadable("missing", "There is no such file.") from error
        raise FileUnreadable("unreadable", "The file cannot be opened.") from error


def detect(data):
    """The name of the format of a file, by what is in it, not by its name. Raises FileUnreadable."""
    if not data.strip():
        raise FileUnreadable("empty", "The file is empty.")
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    text = get_beginning(data)
    if XML.match(text):
        return "moodle-xml"
    answers = len(ANSWER.findall(text))
    if answers and answers >= text.count("{") and OPTION.search(text):
        return "aiken"
    if GIFT.search(text):
        return "gift"
    if answers:
        return "aiken"
    raise FileUnreadable("unknown_format", UNKNOWN)


def get_beginning(data):
    """Text to look at: cut off where a cut does not matter."""
    piece = data[:BEGINNING]
    if piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return piece.decode("utf-16", "ignore").removeprefix("\ufeff")
    if b"\0" in piece:
        return piece.decode(get_wide_encoding(piece), "ignore")
    return piece.decode("utf-8", "ignore").removeprefix("\ufeff")


def read(data, format="auto"):
    """(name of the format, ReadResult) of the bytes of a file. Raises FileUnreadable."""
    found = detect(data)
    if format == "auto":
        format = found
    elif found != format and not {found, format} <= {"gift", "aiken"}:
        raise FileUnreadable("other_format", "The file is in another format.")
    if format not in FORMATS:
        raise FileUnreadable("unknown_format", UNKNOWN)
    if len(data) > FORMATS[format].most_bytes:
        raise get_size_error(FORMATS[format].most_bytes)
    try:
        return format, READERS[format](data)
    except RecursionError as error:
        raise FileUnreadable("nesting", "The file is nested too deeply.") from error


def write(records, format, language):
    """(bytes, Written) of records; the words of a workbook are in ``language``."""
    written = xlsx.write(records, language=language) if format == "xlsx" else WRITERS[format](records)
    return written.text if isinstance(written.text, bytes) else written.text.encode(), written


def write_to(file, records, format, language):
    """As write, into a binary file; returns the Written without its text. The records of a format with images are
    written as they come."""
    if format != "moodle-xml":
        data, written = write(list(records), format, language)
        file.write(data)
        return Written("", written.refused, written.changed)
    refused, changed = [], []
    for part in moodle_xml.write_parts(records, refused, changed):
        file.write(part.encode())
    return Written("", tuple(refused), tuple(changed))


READERS = {"gift": lambda data: gift.read(decode(data)), "aiken": lambda data: aiken.read(decode(data)),
           "moodle-xml": moodle_xml.read, "xlsx": lambda data: xlsx.read(io.BytesIO(data))}
WRITERS = {"gift": gift.write, "aiken": aiken.write, "moodle-xml": moodle_xml.write}
