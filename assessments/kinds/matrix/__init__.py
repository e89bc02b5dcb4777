"""A table of radio buttons, one row for each statement or option: matrix/table.html shows it, on a narrow screen as one
group of radio buttons after the other."""

from dataclasses import dataclass

from assessments.texts import localise


@dataclass(frozen=True, slots=True)
class Column:
    text: str
    language: str = ""  # where it may differ from the page's


@dataclass(frozen=True, slots=True)
class Cell:
    """A radio button: ``name`` follows the question's own, as in ``q3-<name>``."""

    name: str
    value: str
    checked: bool
    column: Column


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    text: str
    language: str
    cells: list[Cell]


def make_columns(texts):
    """The Columns of localized texts."""
    return [Column(*localise(each)) for each in texts]


def make_scale_rows(options, columns, response):
    """The Rows in which each option gets one point of a scale, from 1, and ``response`` is {option id: point}."""
    return [Row(option["id"], *localise(option["text"]), [
        Cell(option["id"], str(point), response.get(option["id"]) == point, column)
        for point, column in enumerate(columns, start=1)]) for option in options]
