"""XLSX, our own workbook of questions: one row is a question, in all its languages, and a sheet explains the columns.

``read(file)`` takes a file that is open for reading bytes and returns a ReadResult; ``write(questions)`` returns a
Written with ``data``; without questions that is the template. What people read in a workbook is in Spanish or English,
by ``language``; a workbook in either is read."""

from assessments.formats.xlsx.reading import read
from assessments.formats.xlsx.writing import write

__all__ = ["read", "write"]
