"""GIFT, the text format of Moodle's question bank, as Moodle 4 reads and writes it (docs.moodle.org, «GIFT format»).

Where Moodle would keep less than the file says, or something else, this reader refuses the question instead: answers in
a second pair of braces, a number that is none."""

from assessments.formats.gift.reading import read
from assessments.formats.gift.writing import write

__all__ = ["read", "write"]
