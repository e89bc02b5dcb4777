"""Writes the workbook. It has the sheet of questions, one that explains it, examples of every kind, and the words that
cells offer. The same questions give the same bytes."""

import io
import re
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from assessments.formats.model import QuestionRefused, Refused, Written
from assessments.formats.xlsx.columns import LANGUAGES, MOST_ANSWERS, SHEETS, get_columns
from assessments.formats.xlsx.explanation import EXPLANATION, get_examples
from assessments.formats.xlsx.values import make_values

TEMPLATE_ANSWERS = 6
TEMPLATE_ROWS = 2000
LONGEST_CELL = 32_767
LONG_AGO = datetime(2020, 1, 1)  # noqa: DTZ001 - openpyxl takes no zones
ZIP_TIME = (2020, 1, 1, 0, 0, 0)
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
HEADING = Font(bold=True, color="FFFFFF")
HEADING_FILL = PatternFill("solid", fgColor="1F4E79")
WRAP = Alignment(wrap_text=True, vertical="top")
TEXT_FORMAT = "@"


def write(questions=(), *, language="es"):
    """The Written of an iterable of Questions, in their order, with the bytes of the workbook as its ``text``.
    ``language``: of headings, words and explanations."""
    rows, refused, changed = [], [], []
    for question in questions:
        try:
            values = make_values(question, language)
            check_values(values)
        except QuestionRefused as error:
            refused.append(describe(question, error.reason, error.sentence))
            continue
        changed += [describe(question, *change) for change in get_changes(question)]
        rows.append(values)
    return Written(make_book(rows, language), tuple(refused), tuple(changed))


def describe(question, reason, sentence):
    return Refused(question.line, question.title, question.kind, reason, sentence)


def get_changes(question):
    extras = question.extras
    if extras.hints or any(text.text for text in (extras.right, extras.partly, extras.wrong)):
        yield "hints", "The format has no hints and no feedback to right and wrong answers as a whole."


def check_values(values):
    if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in values.values()):
        raise QuestionRefused("too_long", "One of its texts is longer than a cell can be.")


def make_book(rows, language):
    answers = max([TEMPLATE_ANSWERS, *(count_answers(values) for values in rows)])
    book = Workbook(write_only=True)
    book.properties.created = LONG_AGO
    book.properties.creator = "Puentes"
    columns = get_columns(min(answers, MOST_ANSWERS))
    sheet = book.create_sheet(SHEETS["questions"][language])
    fill_sheet(sheet, columns, rows, language)
    add_lists(sheet, columns, len(rows) + TEMPLATE_ROWS, language)
    add_explanation(book.create_sheet(SHEETS["help"][language]))
    examples = [make_values(question, language) for question in get_examples(language)]
    fill_sheet(book.create_sheet(SHEETS["examples"][language]), get_columns(TEMPLATE_ANSWERS), examples, language)
    lists = book.create_sheet(SHEETS["lists"][language])
    lists.sheet_state = "hidden"
    for row in make_lists(columns, language):
        lists.append(row)
    return repack(book)


def count_answers(values):
    return max((int(digits) for key in values if (digits := re.sub(r"\D", "", key))), default=0)


def fill_sheet(sheet, columns, rows, language):
    sheet.freeze_panes = "C2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    headings = [make_cell(sheet, column.headings[language]) for column in columns]
    for cell in headings:
        cell.font, cell.fill = HEADING, HEADING_FILL
    sheet.append(headings)
    for values in rows:
        sheet.append([make_cell(sheet, values.get(column.key)) for column in columns])


def make_cell(sheet, value):
    """A text stays a text, whatever it begins with."""
    if value is None or value == "":
        return None
    cell = WriteOnlyCell(sheet, value)
    cell.alignment = WRAP
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = TEXT_FORMAT
    return cell


def get_listed(columns):
    return [column for column in columns if column.words]


def make_lists(columns, language):
    """Rows of the sheet of lists: a column for each column with words."""
    several = [[texts[language] for texts in column.words.values()] for column in get_listed(columns)]
    for place in range(max(map(len, several))):
        yield [words[place] if place < len(words) else None for words in several]


def add_lists(sheet, columns, last, language):
    name = SHEETS["lists"][language]
    for place, column in enumerate(get_listed(columns), 1):
        letter = get_column_letter(place)
        validation = DataValidation("list", formula1=f"'{name}'!${letter}$1:${letter}${len(column.words)}")
        validation.showErrorMessage = True
        target = get_column_letter(columns.index(column) + 1)
        validation.add(f"{target}2:{target}{last + 1}")
        sheet.data_validations.append(validation)


def add_explanation(sheet):
    """Both languages side by side."""
    for place, width in enumerate((30, 80, 30, 80), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for pairs in EXPLANATION:
        cells = [make_cell(sheet, text) for code in LANGUAGES for text in pairs[code]]
        if not pairs["es"][1]:
            for cell in filter(None, cells):
                cell.font = Font(bold=True)
        sheet.append(cells)


def repack(book):
    """The bytes of a workbook, without the time at which it was made."""
    made, kept = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as after:
        for each in before.infolist():
            data = before.read(each)
            if each.filename == "docProps/core.xml":
                data = MODIFIED.sub(rb"\g<1>" + LONG_AGO.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
                                    data)
            info = zipfile.ZipInfo(each.filename, ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, data)
    return kept.getvalue()
