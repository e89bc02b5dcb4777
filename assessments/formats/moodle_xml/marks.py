"""Pieces of Moodle XML, as Moodle writes them."""

import base64
import re
from html import unescape

from assessments.formats.gift.writing import write_number
from assessments.formats.model import QuestionRefused, Text
from assessments.formats.moodle_xml.texts import FORMATS, clean

EMPTY_HTML = Text("", "html")
SPECIAL = re.compile("[&<>\"']")
TAGS = re.compile(r"<[^>]*>")
WORDS = {style: word for word, style in FORMATS.items() if word != "wiki_like"}


def escape(text):
    """Text as it stands between two tags."""
    text = clean(text)
    if not SPECIAL.search(text):
        return text
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def escape_attribute(text):
    return (clean(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\n", "&#10;")
            .replace("\t", "&#9;"))


def indent(block, depth=1):
    """The lines of elements; texts go on in the lines after them as they are."""
    return [f"{'  ' * depth}{line}" for line in block]


def write_element(tag, text):
    return f"<{tag}>{escape(text)}</{tag}>"


def write_flag(tag, is_set):
    return f"<{tag}>{'true' if is_set else 'false'}</{tag}>"


def write_string(tag, text):
    return [f"<{tag}>", *indent([write_element("text", text)]), f"</{tag}>"]


def write_text(tag, text, *, attributes="", more=()):
    """An element with a text, its images, and the lines ``more``."""
    if not clean(text.text):
        text = EMPTY_HTML
    images = [write_image(image) for image in text.images]
    return [f'<{tag}{attributes} format="{WORDS[text.format]}">', *indent([write_element("text", text.text)]), *images,
            *indent(more), f"</{tag}>"]


def write_image(image):
    folder, _mark, name = image.name.rpartition("/")
    path = f"/{folder}/" if folder else "/"
    data = base64.b64encode(image.data).decode()
    return (f'<file name="{escape_attribute(name)}" path="{escape_attribute(path)}" encoding="base64">{data}</file>')


def write_answer(text, percent, feedback, more=()):
    return write_text("answer", text, attributes=f' fraction="{write_number(percent)}"',
                      more=[*write_text("feedback", feedback), *more])


def need(text):
    """``text``, a Text or a string, which Moodle would not take empty."""
    if not clean(text if isinstance(text, str) else text.text):
        raise QuestionRefused("no_text", "One of its texts is empty.")
    return text


def strip_tags(text):
    return " ".join(unescape(TAGS.sub(" ", text)).split())
