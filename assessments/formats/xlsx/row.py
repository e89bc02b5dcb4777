"""A row of the sheet of questions as texts, numbers and words."""

import re
from decimal import Decimal

from assessments.formats.decoding import NONSENSE, drop_nonsense
from assessments.formats.gift.marks import FORMAT
from assessments.formats.model import EMPTY, QuestionRefused, Text
from assessments.formats.xlsx.columns import STATEMENTS, TRUTH, find_word

NUMBER = re.compile(r"[+-]?[0-9]{1,25}(?:[.,][0-9]{1,20})?")
STYLE = "plain"
NUMBERED = re.compile(r"(?:text|right|match|compare|feedback)([0-9]+)(?:_[a-z]+)?")


class Row:
    """``cells``: {key of the column: Cell}; ``number``: from 1, as people see it."""

    def __init__(self, number, cells):
        self.number, self.cells = number, cells

    def get(self, key):
        cell = self.cells.get(key)
        if cell is None:
            return ""
        if cell.is_boolean:  # what a spreadsheet makes of «TRUE» and «VERDADERO»
            return STATEMENTS["false" if cell.text.strip() == "0" else "true"]["en" if key.endswith("_en") else "es"]
        return drop_nonsense(NONSENSE.sub("", cell.text))

    def get_text(self, key):
        """The Text of a cell; [html] and the like say its format."""
        return make_text(self.get(key))

    def get_lines(self, key):
        return [line.strip() for line in self.get(key).split("\n") if line.strip()]

    def get_word(self, key, words, default):
        written = self.get(key)
        if not written:
            return default
        if (word := find_word(written, words)) is None:
            raise QuestionRefused("word", f"“{written[:40]}” is none of the words that it may be.")
        return word

    def get_truth(self, key, default=False):
        return {"yes": True, "no": False, None: default}[self.get_word(key, TRUTH, None)]

    def get_number(self, key, default):
        written = self.get(key)
        return read_number(written) if written else default

    def get_whole(self, key):
        number = self.get_number(key, Decimal(0))
        if number != int(number) or not 0 <= number < 100_000:
            raise QuestionRefused("not_a_number", f"“{self.get(key)[:40]}” is not a whole number.")
        return int(number)

    def get_answers(self):
        """The numbers of the answers that have anything."""
        return sorted({int(found[1]) for key in self.cells if (found := NUMBERED.fullmatch(key))})


def make_text(written):
    style = STYLE
    if found := FORMAT.match(written):
        written, style = written[found.end():].strip(), found[1]
    return Text(written, style) if written else EMPTY


def read_number(written):
    """The Decimal of «3,5» or «3.5». Raises QuestionRefused."""
    written = written.strip()
    if not NUMBER.fullmatch(written):
        raise QuestionRefused("not_a_number", f"“{written[:40]}” is not a number.")
    return Decimal(written.replace(",", "."))


def read_percent(written):
    return read_number(written.strip().removesuffix("%"))
