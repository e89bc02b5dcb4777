"""Texts of a record, in the formats of other systems, and the plain texts of the bank."""

import re

from markdown_it import MarkdownIt

from assessments.formats.model import EMPTY, Text
from assessments.importing.html import KEPT, flatten

_markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
ELEMENTS = "|".join(sorted(KEPT | {"font", "script", "style", "iframe", "video", "audio"}))
ELEMENT = re.compile(rf"</?({ELEMENTS})\b[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,30}[0-9]{0,2});")
LINE_END = re.compile(r"\r\n?")


def to_plain(text, take_image=None):
    """(plain text, remarks) of a Text, see html.flatten. Raises QuestionRefused."""
    if text.format == "html":
        return flatten(text.text, take_image)
    if text.format == "markdown":
        return flatten(_markdown.render(text.text), take_image)
    if text.format == "moodle" and has_html(text.text):
        return flatten(text.text.replace("\n", "<br>"), take_image)
    return LINE_END.sub("\n", text.text).strip(), set()


def has_html(text):
    return bool(ELEMENT.search(text) or ENTITY.search(text))


def from_plain(text):
    """The Text of a plain text, as simple as it can be said: "moodle" where that reads back the same."""
    text = LINE_END.sub("\n", text or "").strip()
    if not text:
        return EMPTY
    return Text(text, "plain" if "<" in text or ENTITY.search(text) else "moodle")
