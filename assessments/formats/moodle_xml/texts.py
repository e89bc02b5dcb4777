"""Texts of Moodle XML, and the images in them."""

import binascii
import re
from urllib.parse import unquote

from assessments.formats.decoding import drop_nonsense
from assessments.formats.images import MOST_BYTES, get_type
from assessments.formats.model import EMPTY, Image, QuestionRefused, Remark, Text

FORMATS = {"html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown",
           "wiki_like": "plain"}
PLACE = "@@PLUGINFILE@@"
REFERENCE = re.compile(rf"{PLACE}/+([^\"'\s<>?#)]{{1,500}})")
SCRIPT = re.compile(r"<(?:script|iframe|object|embed)\b|\bon[a-z]{3,20}\s*=|javascript:", re.IGNORECASE)
SPACES = re.compile(r"\s+")
ILLEGAL = re.compile("[\ufffe\uffff]")
LONGEST = 2_000_000


class Remarks:
    """What is told of the question that is being read; each reason once."""

    def __init__(self):
        self.found = {}

    def add(self, reason, sentence):
        self.found.setdefault(reason, Remark(reason, sentence))

    def get_all(self):
        return tuple(self.found.values())


def read_string(node):
    """What stands in the <text> of an element, or "" for None."""
    text = node.find("text") if node is not None else None
    if text is None:
        return ""
    if text.children:
        raise QuestionRefused("markup", f"A text has the tag <{text.children[0].tag[:40]}> in it, which has to stand "
                                        "between <![CDATA[ and ]]>.")
    written = text.text
    if len(written) > LONGEST:
        raise QuestionRefused("too_long", "A text is too long.")
    return clean(written)


def clean(text):
    return ILLEGAL.sub("", drop_nonsense(text))


def read_text(node, remarks, style="html"):
    """The Text of an element, in its format or else ``style``; EMPTY for None."""
    written = read_string(node)
    if not written:
        return EMPTY
    style = FORMATS.get(node.attributes.get("format", "").strip(), style if "format" not in node.attributes else "html")
    if SCRIPT.search(written):
        remarks.add("script", "A text has scripts or embedded objects, which are removed when it is shown.")
    return Text(written, style, read_images(node, written, remarks))


def read_images(node, written, remarks):
    """The Images of a text. Other files are left out; a damaged one is refused."""
    images, names = [], set()
    for file in node.find_all("file"):
        name = clean("/".join(part for part in (file.attributes.get("path", "").strip("/"),
                                                file.attributes.get("name", "").strip("/")) if part))
        if not name or name in names:
            continue
        names.add(name)
        if image := read_image(name, file, remarks):
            images.append(image)
    if missing := find_names(written) - names:
        remarks.add("file_missing", f"A text refers to the file “{min(missing)[:100]}”, which the file does not have.")
    return tuple(images)


def find_names(written):
    """Of the files that a text refers to."""
    return {unquote(found[1]) for found in REFERENCE.finditer(written)}


def read_image(name, file, remarks):
    """The Image of an element <file>, or None when it is something else."""
    if file.attributes.get("encoding", "base64") != "base64":
        raise QuestionRefused("image", f"The file “{name[:100]}” is not in base64.")
    encoded = SPACES.sub("", file.text)
    if len(encoded) > MOST_BYTES * 4 // 3 + 4:
        raise QuestionRefused("image_too_large",
                              f"The file “{name[:100]}” is larger than {MOST_BYTES // 1_000_000} MB.")
    try:
        data = binascii.a2b_base64(encoded, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise QuestionRefused("image", f"The file “{name[:100]}” is damaged.") from error
    kind = get_type(data)
    if kind is None:
        remarks.add("file_left_out", f"The file “{name[:100]}” is left out: only images (PNG, JPEG, GIF and WebP) are "
                                     "kept.")
        return None
    return Image(name, kind, data)
