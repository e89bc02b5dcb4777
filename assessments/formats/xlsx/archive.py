"""The rows of a sheet of an XLSX file, with bounded time and memory whatever is in it: nothing is unpacked further than
``MOST_UNPACKED``, no XML becomes a tree, and entities are refused (defusedxml).

SpreadsheetML: ECMA-376, part 1, section 18."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, InvalidOperation
from posixpath import join, normpath
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from assessments.formats.decoding import MOST_BYTES, FileUnreadable, get_size_error

MOST_UNPACKED = 80_000_000
MOST_FILES = 2000
MOST_ELEMENTS = 2_500_000
MOST_CELLS = 1_200_000
DEEPEST = 40
CHUNK = 65536
LAST_COLUMN = 16384
DAY_ZERO, DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
# Excel calculates with 15 digits and writes 17.
DIGITS = Context(prec=15)
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
PERCENTS = {9, 10}
DATE_CODE = re.compile(r"[dmyhsDMYHS]")
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
AREA = re.compile(r"[A-Z]{1,3}([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class Cell:
    """``problem``: why its text cannot be trusted: ``formula``, ``date``, ``error`` or empty."""

    text: str
    problem: str = ""
    is_boolean: bool = False


@dataclass(slots=True)
class Sheet:
    """``rows``: {number: {column from 0: Cell}} without the empty ones; ``merged``: [(first row, last row)];
    ``day_zero``: the date that the number 0 stands for (18.17.4.1)."""

    rows: dict
    merged: list
    day_zero: date


def read_sheet(file, names):
    """The Sheet with one of ``names``, or the first one. ``file``: open for reading bytes. Raises FileUnreadable."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise get_size_error(MOST_BYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return Book(archive).read_sheet(names)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ValueError, OSError, ParseError,
            DefusedXmlException, RuntimeError) as error:
        raise get_damage_error() from error


def get_damage_error():
    return FileUnreadable("not_xlsx", "This is not an XLSX file, or it is damaged or has a password.")


class Book:
    def __init__(self, archive):
        self.archive, self.left = archive, MOST_UNPACKED
        files = archive.infolist()
        if len(files) > MOST_FILES or sum(each.file_size for each in files) > MOST_UNPACKED:
            raise get_size_error(MOST_UNPACKED)
        self.names = {each.filename for each in files}

    def read_sheet(self, names):
        relations = self.parse("xl/_rels/workbook.xml.rels", Relations()).targets
        workbook = self.parse("xl/workbook.xml", Sheets())
        sheets = workbook.found
        wanted = {name.casefold() for name in names}
        chosen = next((each for each in sheets if each[0].casefold() in wanted), sheets[0] if sheets else None)
        if chosen is None or chosen[1] not in relations:
            raise get_damage_error()
        strings = self.parse("xl/sharedStrings.xml", Strings()).found if "xl/sharedStrings.xml" in self.names else []
        styles = self.parse("xl/styles.xml", Styles()).get_classes() if "xl/styles.xml" in self.names else []
        rows = self.parse(relations[chosen[1]], Rows(strings, styles))
        return Sheet(rows.found, rows.merged, DAY_ZERO_1904 if workbook.is_1904 else DAY_ZERO)

    def parse(self, path, target):
        """``target``, after everything of a file was given to it."""
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        with self.archive.open(path) as part:
            while chunk := part.read(CHUNK):
                self.left -= len(chunk)
                if self.left < 0:
                    raise get_size_error(MOST_UNPACKED)
                parser.feed(chunk)
        parser.close()
        return target


class Target:
    """What the parser tells as it goes along; ``text``: what stands in the elements of ``TEXTS`` that are open."""

    TEXTS = frozenset()

    def __init__(self):
        self.depth, self.elements, self.text, self.is_text = 0, 0, [], False

    def start(self, tag, attributes):
        self.depth += 1
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise get_size_error(MOST_UNPACKED)
        if self.depth > DEEPEST:
            raise get_damage_error()
        name = tag.rpartition("}")[2]
        self.is_text = name in self.TEXTS
        self.open(name, attributes)

    def end(self, tag):
        self.depth -= 1
        self.is_text = False
        self.shut(tag.rpartition("}")[2])

    def data(self, text):
        if self.is_text:
            self.text.append(text)

    def take(self):
        text = "".join(self.text)
        self.text.clear()
        return text

    def open(self, name, attributes):
        pass

    def shut(self, name):
        pass

    def close(self):
        return self


class Relations(Target):
    """``targets``: {id: path in the archive}."""

    def __init__(self):
        super().__init__()
        self.targets = {}

    def open(self, name, attributes):
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else normpath(join("xl", target))
            self.targets[attributes.get("Id")] = path


class Sheets(Target):
    """``found``: [(name, id of the relation)], those that are shown first; ``is_1904``: dates count from that year, as
    old Excel for Macintosh did."""

    def __init__(self):
        super().__init__()
        self.found, self.is_1904 = [], False

    def open(self, name, attributes):
        if name == "sheet":
            number = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.found.append((attributes.get("name", ""), number, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "") in {"1", "true"}

    def close(self):
        self.found = [(name, number) for name, number, _hidden in sorted(self.found, key=lambda each: each[2])]
        return self


class Strings(Target):
    TEXTS = frozenset({"t"})

    def __init__(self):
        super().__init__()
        self.found, self.phonetic = [], 0

    def open(self, name, attributes):
        self.phonetic += name == "rPh"
        self.is_text = self.is_text and not self.phonetic

    def shut(self, name):
        self.phonetic -= name == "rPh"
        if name == "si":
            self.found.append(self.take())


class Styles(Target):
    """The number formats: is a number in a cell with a style a date or a percentage?"""

    def __init__(self):
        super().__init__()
        self.codes, self.numbers, self.is_cell = {}, [], False

    def open(self, name, attributes):
        if name == "cellXfs":
            self.is_cell = True
        elif name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:255]
        elif name == "xf" and self.is_cell:
            self.numbers.append(attributes.get("numFmtId", "0"))

    def shut(self, name):
        if name == "cellXfs":
            self.is_cell = False

    def get_classes(self):
        return [self.get_class(number) for number in self.numbers]

    def get_class(self, number):
        code = QUOTED.sub("", self.codes.get(number, ""))
        known = int(number) if number.isdecimal() else 0
        if known in DATES or DATE_CODE.search(code.replace("General", "")):
            return "date"
        return "percent" if known in PERCENTS or "%" in code else ""


class Rows(Target):
    TEXTS = frozenset({"v", "t", "f"})

    def __init__(self, strings, styles):
        super().__init__()
        self.strings, self.styles = strings, styles
        self.found, self.merged, self.cells = {}, [], 0
        self.row, self.column, self.cell, self.is_formula, self.phonetic = 0, -1, {}, False, False

    def open(self, name, attributes):
        if name == "row":
            number = attributes.get("r", "")
            self.row = int(number) if number.isdecimal() and len(number) < 8 else self.row + 1
            self.column = -1
        elif name == "c":
            found = REFERENCE.fullmatch(attributes.get("r", ""))
            self.column = get_column(found[1]) if found else self.column + 1
            self.cell, self.is_formula = attributes, False
            self.text.clear()
        elif name == "f":
            self.is_formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "mergeCell" and (found := AREA.fullmatch(attributes.get("ref", ""))):
            self.merged.append((int(found[1]), int(found[2])))
        self.is_text = self.is_text and not self.phonetic

    def shut(self, name):
        if name == "rPh":
            self.phonetic = False
        elif name == "f":
            self.text.clear()
        elif name == "c" and self.column < LAST_COLUMN and (cell := self.make_cell(self.take())):
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise get_size_error(MOST_UNPACKED)
            self.found.setdefault(self.row, {})[self.column] = cell

    def make_cell(self, text):
        kind = self.cell.get("t", "n")
        if self.is_formula:
            return Cell(text, "formula")
        if kind == "s":
            number = int(text) if text.isdecimal() else -1
            text = self.strings[number] if 0 <= number < len(self.strings) else ""
        if not text.strip():
            return None
        if kind == "b":
            return Cell(text, is_boolean=True)
        if kind == "e":
            return Cell(text, "error")
        return self.make_number(text) if kind == "n" else Cell(text, "date" if kind == "d" else "")

    def make_number(self, text):
        try:
            number = DIGITS.create_decimal(text.strip())
        except InvalidOperation:
            return Cell(text, "error")
        if not number.is_finite() or abs(number.adjusted()) > 40:
            return Cell(text, "error")
        style = self.cell.get("s", "0")
        place = int(style) if style.isdecimal() and len(style) < 7 else 0
        style = self.styles[place] if place < len(self.styles) else ""
        if style == "percent":
            return Cell(f"{write_number(number * 100)}%")
        return Cell(write_number(number), style)


def write_number(number):
    return format(Decimal(number).normalize() + 0, "f")


def get_column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
