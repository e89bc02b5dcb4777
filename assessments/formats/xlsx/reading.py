"""Reads the workbook: columns in any order, found by their headings; an empty row ends nothing; every row is a question
or is refused by its number."""

from assessments.formats.decoding import MOST_QUESTIONS, FileUnreadable, check_count
from assessments.formats.gift.categories import split_path
from assessments.formats.model import QuestionRefused, ReadResult, Refused, get_title
from assessments.formats.xlsx.archive import read_sheet
from assessments.formats.xlsx.columns import DIFFICULTIES, KEYS, KINDS, LANGUAGES, SHEETS, find_word, simplify
from assessments.formats.xlsx.kinds import read_question
from assessments.formats.xlsx.row import Row

MOST_HEADING_ROWS = 10
NEEDED = {"kind"}


def read(file, *, most=MOST_QUESTIONS, languages=LANGUAGES):
    """The ReadResult of a workbook; ``file``: open for reading bytes. Raises FileUnreadable when it is none, has no
    headings or has more than ``most`` rows."""
    sheet = read_sheet(file, SHEETS["questions"].values())
    top, columns = find_headings(sheet.rows)
    check_count(sum(number > top for number in sheet.rows), most)
    questions, refused = [], []
    for number in sorted(sheet.rows):
        if number <= top:
            continue
        row = Row(number, {columns[place]: cell for place, cell in sheet.rows[number].items() if place in columns})
        try:
            check_cells(row, sheet.merged)
            questions.append(read_row(row, languages))
        except QuestionRefused as error:
            kind = row.get("kind")
            refused.append(Refused(number, get_name(row, languages), find_word(kind, KINDS) or kind, error.reason,
                                   error.sentence))
    return ReadResult(tuple(questions), tuple(refused))


def get_name(row, languages):
    keys = ("name", *(f"stem_{code}" for code in languages), "id")
    return get_title(next(filter(None, map(row.get, keys)), ""))


def find_headings(rows):
    """(number of the row of the headings, {column: key}). Raises FileUnreadable."""
    for number in sorted(rows)[:MOST_HEADING_ROWS]:
        keys = {place: KEYS.get(simplify(cell.text)) for place, cell in rows[number].items()}
        if set(keys.values()) >= NEEDED:
            check_headings(rows[number], keys)
            return number, keys
    raise FileUnreadable("headings", "Its first rows have no headings such as “Type”. Begin with the template.")


def check_headings(cells, keys):
    unknown = [cells[place].text.strip()[:60] for place, key in keys.items() if key is None]
    if unknown:
        raise FileUnreadable("headings", f"The column “{unknown[0]}” is unknown. Delete it, or write its heading as in "
                                         "the template.")
    repeated = [cells[place].text.strip() for place, key in keys.items() if list(keys.values()).count(key) > 1]
    if repeated:
        raise FileUnreadable("headings", f"There are two columns “{repeated[0]}”.")


def check_cells(row, merged):
    if any(first <= row.number <= last for first, last in merged):
        raise QuestionRefused("merged", "It has merged cells. Unmerge them.")
    for cell in row.cells.values():
        if cell.problem:
            raise make_cell_error(cell.problem, cell.text[:40].strip() or "=")  # a formula may have no value


def make_cell_error(problem, text):
    if problem == "formula":
        return QuestionRefused(problem, f"The cell with “{text}” has a formula: put its value in its place.")
    if problem == "date":
        return QuestionRefused(problem, f"The cell with “{text}” has a date: give the cell the format of text.")
    return QuestionRefused(problem, f"The cell with “{text}” has an error.")


def read_row(row, languages):
    """The Question of a Row. Raises QuestionRefused."""
    written = row.get("kind")
    kind = find_word(written, KINDS)
    if kind is None:
        raise QuestionRefused("kind", f"“{written[:40]}” is no type of question." if written else "It has no type.")
    difficulty = row.get_word("difficulty", DIFFICULTIES, "")
    common = {"line": row.number, "name": " ".join(row.get("name").split()), "id": row.get("id"),
              "category": split_path(row.get("category")) if row.get("category") else (),
              "tags": tuple(dict.fromkeys(row.get_lines("tags"))), "difficulty": difficulty}
    return read_question(row, kind, common, languages)
