"""Bytes of a text file to text, or FileUnreadable."""

import codecs
import re

MOST_BYTES = 20_000_000
MOST_QUESTIONS = 100_000
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NONSENSE = re.compile("[\0-\x08\x0e-\x1f\x7f\ud800-\udfff]")
NEWLINE = re.compile("\r+\n|\r")
BREAKS = str.maketrans("\v\f", "  ")


class FileUnreadable(Exception):
    """A file of which nothing can be read. ``reason``: ``too_large``, ``too_many_questions``, ``encoding`` or
    ``not_text``; ``sentence``: the same in English, for a person."""

    def __init__(self, reason, sentence):
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence


def decode(data, *, most_bytes=MOST_BYTES):
    """The text of a file in UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1252; its lines end
    with a line feed. Raises FileUnreadable."""
    if len(data) > most_bytes:
        raise get_size_error(most_bytes)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return normalise(decode_strictly(data[len(bom):], encoding))
    if b"\0" in data:
        raise FileUnreadable("not_text", "This is not a text file, or it is in an encoding without a byte order mark. "
                                         "Save it as UTF-8.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        refuse_damaged(data, error.start)
        text = decode_strictly(data, "cp1252")
    return normalise(text)


def decode_strictly(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise get_encoding_error(data, error.start) from error


def refuse_damaged(data, place):
    """Raise FileUnreadable when bytes that are no UTF-8 are mostly UTF-8 all the same: Windows-1252 would turn every
    «ñ» into «Ã±»."""
    text = data.decode(errors="replace")
    broken = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) - broken > broken:
        raise get_encoding_error(data, place)


def get_encoding_error(data, place):
    line = data.count(b"\n", 0, place) + 1
    return FileUnreadable("encoding", f"The encoding of the file is damaged in line {line}. Save it as UTF-8.")


def get_size_error(most):
    return FileUnreadable("too_large", f"The file is larger than {most // 1_000_000} MB. Divide it.")


def normalise(text, *, longest=MOST_BYTES):
    """``text`` with lines that end with a line feed. Raises FileUnreadable: ``too_large``, or ``not_text`` for control
    characters and halves of surrogate pairs."""
    if len(text) > longest:
        raise get_size_error(longest)
    text = NEWLINE.sub("\n", text.removeprefix("\ufeff")).translate(BREAKS)
    if found := NONSENSE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise FileUnreadable("not_text", f"Line {line} has a control character, which no text has. Is it another kind "
                                         "of file?")
    return text


def check_count(found, most):
    """Raise FileUnreadable when ``found`` questions are more than a file may have."""
    if found > most:
        raise FileUnreadable("too_many_questions", f"The file has more than {most:,} questions. Divide it.")


def drop_nonsense(text):
    """``text`` as ``normalise`` leaves it, without what it refuses and without white space around it."""
    return NONSENSE.sub("", NEWLINE.sub("\n", text).translate(BREAKS)).strip()
