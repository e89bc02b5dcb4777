"""Bytes of a text file to text, or FileUnreadable."""

import codecs
import re

MOST_BYTES = 20_000_000
MOST_QUESTIONS = 50_000
# One control character in as many characters is a slip of some editor; more of them are another kind of file.
ONE_IN = 500
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
NONSENSE = re.compile("[\0-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # no XML may have the last two
NEVER = re.compile("[\0\ud800-\udfff]")
STRAY = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
NEWLINE = re.compile("(?<!\r)\r++\n")  # begins once in each run, however long, and does not go back
BREAKS = str.maketrans("\v\f", "  ")


class FileUnreadable(Exception):
    """A file of which nothing can be read. ``reason``: ``too_large``, ``too_many_questions``, ``encoding`` or
    ``not_text``; ``sentence``: the same in English, for a person."""

    def __init__(self, reason, sentence):
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence


def read_file(file, *, most_bytes=MOST_BYTES):
    """The text of a file that is open for reading bytes, of which no more is read than may be. Raises FileUnreadable.
    """
    return decode(file.read(most_bytes + 1), most_bytes=most_bytes)


def decode(data, *, most_bytes=MOST_BYTES):
    """The text of a file in UTF-8 or UTF-16, with or without a byte order mark, or Windows-1252; its lines end with a
    line feed. Raises FileUnreadable."""
    if len(data) > most_bytes:
        raise get_size_error(most_bytes)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return normalise(decode_strictly(data[len(bom):], encoding))
    if b"\0" in data:
        return normalise(decode_strictly(data, get_wide_encoding(data)))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        refuse_damaged(data, error.start)
        text = decode_strictly(data, "cp1252")
    return normalise(text)


def get_wide_encoding(data):
    """UTF-16 without a byte order mark: every other byte of most texts is 0, and the ones between are not. Raises
    FileUnreadable."""
    zeros = [data[start::2].count(0) * 2 / len(data) for start in (0, 1)]
    if min(zeros) > 0.01 or max(zeros) < 0.3:
        raise FileUnreadable("not_text", "This is not a text file, or it is in an encoding without a byte order mark. "
                                         "Save it as UTF-8.")
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


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
    """``text`` with lines that end with a line feed, without a stray control character such as the end of a DOS file.
    Raises FileUnreadable: ``too_large``, or ``not_text`` for many of them, NUL and halves of surrogate pairs."""
    if len(text) > longest:
        raise get_size_error(longest)
    text = join_newlines(text.removeprefix("\ufeff")).translate(BREAKS)
    if not (found := NEVER.search(text)):
        kept = STRAY.sub("", text)
        found = STRAY.search(text) if (len(text) - len(kept)) * ONE_IN > len(text) else None
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise FileUnreadable("not_text", f"Line {line} has a control character, which no text has. Is it another kind "
                                         "of file?")
    return kept


def join_newlines(text):
    return NEWLINE.sub("\n", text).replace("\r", "\n")


def check_count(found, most):
    """Raise FileUnreadable when ``found`` questions are more than a file may have."""
    if found > most:
        raise FileUnreadable("too_many_questions", f"The file has more than {most:,} questions. Divide it.")


def drop_nonsense(text):
    """``text`` as ``normalise`` leaves it, without what it refuses and without white space around it."""
    return NONSENSE.sub("", join_newlines(text).translate(BREAKS)).strip()
