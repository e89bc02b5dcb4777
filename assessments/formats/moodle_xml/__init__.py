"""Moodle XML, as Moodle 4 reads and writes it (docs.moodle.org, «Moodle XML format»).

A file is read as a stream, a question at a time, and all of it or nothing: one that breaks off in the middle is
FileUnreadable, however many questions came before. A question whose answers our kinds cannot take is refused with its
line, and so is one whose image is damaged; what is left out of one that is kept is among its warnings."""

from assessments.formats.moodle_xml.reading import read
from assessments.formats.moodle_xml.writing import write, write_parts

__all__ = ["read", "write", "write_parts"]
