"""The escapes and text formats of GIFT."""

import re

from assessments.formats.decoding import drop_nonsense
from assessments.formats.model import EMPTY, FORMATS, QuestionRefused, Text

SPECIAL = "~=#{}:"
ESCAPE = re.compile(r"\\([\\~=#{}:n])")
FORMAT = re.compile(rf"\[({'|'.join(FORMATS)})\]")
# While a question is taken apart, an escaped character is half of a surrogate pair, which no text has.
HIDDEN = {char: chr(0xD800 + ord(char)) for char in SPECIAL} | {"n": chr(0xD800 + ord("\n")), "\\": "\\"}
SHOWN = {0xD800 + ord(char): char for char in f"{SPECIAL}\n"}
ESCAPES = str.maketrans({char: f"\\{char}" for char in f"{SPECIAL}\\"} | {"\n": "\\n"})


def hide(text):
    r"""``text`` in which escaped characters have no meaning any more; a backslash before any other one is itself, as in
    ``\alpha``."""
    return ESCAPE.sub(lambda found: HIDDEN[found[1]], text)


def show(text):
    """A piece of a hidden text as it is meant."""
    return text.translate(SHOWN).strip()


def show_text(text, default="moodle"):
    """The Text of a piece of a hidden text; [html] and the like say its format."""
    text = text.strip()
    if found := FORMAT.match(text):
        text, default = text[found.end():], found[1]
    text = show(text)
    return Text(text, default) if text else EMPTY


def escape(text):
    return drop_nonsense(text).translate(ESCAPES)


def escape_line(text):
    return escape(" ".join(drop_nonsense(text).split()))


def escape_text(text, default="moodle"):
    """The opposite of ``show_text``. Raises QuestionRefused for a text with images."""
    if text.images:
        raise QuestionRefused("images", "The format has no images.")
    written = escape(text.text)
    if not written or (text.format == default and not written.startswith("[")):
        return written
    return f"[{text.format}]{written}"
