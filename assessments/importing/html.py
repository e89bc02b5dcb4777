"""HTML of other systems as the plain text of the bank. Nothing that a reader needs is lost: lists and tables become
lines, raised and lowered figures keep their place, a picture leaves its description or, when the file brought it along,
becomes a picture of the question."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3

from assessments.formats.model import QuestionRefused

DEEPEST = 100
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# What a browser closes by itself, or that holds nothing.
FLAT = {"p", "li", "dt", "dd", "tr", "td", "th", "option", "br", "hr", "img", "input", "source", "col", "wbr", "embed"}
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "section",
          "article", "header", "footer", "figure", "address", "center", "hr", "details", "summary", "figcaption"}
LINES = {"li", "tr", "dt", "dd", "caption"}
LOOKS = {"b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "mark", "code", "tt", "kbd", "samp", "var"}
KEPT = BLOCKS | LINES | LOOKS | {"a", "br", "img", "sup", "sub", "td", "th", "tbody", "thead", "tfoot", "span"}
MEDIA = re.compile(r"<(audio|video|iframe|object|embed|svg|canvas|applet)\b", re.IGNORECASE)
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}
SAFE_ATTRIBUTES = {**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "dir", "lang", "title"}}
HARM = re.compile(r"<(script|style|iframe|object|embed|form|link|meta|base|svg|math|applet|frame)\b"
                  r"|\bon[a-z]+\s*=|(java|vb)script:|data:text", re.IGNORECASE)
BLANK = re.compile(r"[\0-\x20]+")  # what browsers leave out of an address
SCHEMES = {"http", "https", "mailto", "data"}
RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
SIGNS = {"sup": (RAISED, "^"), "sub": (LOWERED, "_")}
SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
TRAILING = re.compile(r"[ \t]+\n")


def flatten(text, take_image=None):
    """(plain text, remarks, a set of stable words) of HTML. ``take_image(src, alt)`` returns what stands for a picture
    that is kept beside the text, or None. Raises QuestionRefused for nesting that no editor makes."""
    refuse_nesting(text)
    remarks = {"media"} if MEDIA.search(text) else set()
    clean = nh3.clean(text, tags=KEPT, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    reader = _Flattener(take_image or (lambda src, alt: None))
    reader.feed(clean)
    reader.close()
    return reader.get_text(), remarks | reader.remarks


def clean_html(text):
    """HTML without scripts and the like; what has none of them stays as it is, to the letter."""
    if "<" not in text or not any(HARM.search(each) for each in (text, BLANK.sub("", unescape(text)))):
        return text
    refuse_nesting(text)
    return nh3.clean(text, attributes=SAFE_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)


def refuse_nesting(text):
    depth = 0
    for closing, name in TAG.findall(text):
        if name.lower() not in FLAT:
            depth = max(depth - 1, 0) if closing else depth + 1
        if depth > DEEPEST:
            raise QuestionRefused("nesting", "The HTML of a text is nested too deeply.")


class _Flattener(HTMLParser):
    """Lines of clean HTML. ``due``: how many line ends stand before the next text; ``lists``: of each open list the
    number of its next item, None for bullets; ``inner``: of each open sup and sub where its text begins."""

    def __init__(self, take_image):
        super().__init__()
        self.take_image, self.remarks = take_image, set()
        self.pieces, self.due, self.has_space, self.is_fresh = [], 0, True, True
        self.lists, self.inner, self.cells, self.link, self.preformatted, self.bullet = [], [], 0, None, 0, -1

    def write(self, text):
        """Text that is there as it is, after the line ends that are due."""
        if self.due and not self.is_fresh:
            self.pieces.append("\n" * self.due)
        self.pieces.append(text)
        self.due, self.is_fresh, self.has_space = 0, False, text.endswith(("\n", " "))

    def break_line(self, ends):
        if len(self.pieces) != self.bullet:
            self.due = max(self.due, ends)
        self.has_space = True

    def handle_data(self, data):
        if self.preformatted:
            self.write(data)
            return
        text = SPACE.sub(" ", data)
        if self.has_space:
            text = text.removeprefix(" ")
        if text:
            self.write(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in LOOKS:
            self.remarks.add("looks")
        elif tag in SIGNS:
            self.write("")
            self.inner.append((tag, len(self.pieces)))
        elif tag == "br":
            self.due, self.has_space = self.due + 1, True
        elif tag == "img":
            self.put_image(attrs.get("src") or "", " ".join((attrs.get("alt") or "").split()))
        elif tag == "a":
            self.link = attrs.get("href"), len(self.pieces)
        elif tag in ("td", "th"):
            self.begin_cell()
        elif tag in BLOCKS or tag in LINES:
            self.begin_block(tag)

    def handle_endtag(self, tag):
        if tag in SIGNS and self.inner:
            self.close_sign()
        elif tag == "a" and self.link:
            self.close_link()
        elif tag in BLOCKS or tag in LINES:
            self.end_block(tag)

    def begin_block(self, tag):
        if tag == "tr":
            self.cells = 0
            self.remarks.add("table")
        self.break_line(self.get_ends(tag))
        if tag in ("ul", "ol"):
            self.lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self.begin_item()
        elif tag == "pre":
            self.preformatted += 1

    def end_block(self, tag):
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "tr":
            self.cells = 0
        elif tag == "pre":
            self.preformatted = max(self.preformatted - 1, 0)
        self.break_line(self.get_ends(tag))

    def get_ends(self, tag):
        """An empty line stands around blocks, not between the items of a list, the rows of a table or inside them."""
        if self.cells:
            return 0
        return 1 if tag in LINES or self.lists or tag == "div" else 2

    def begin_item(self):
        number = self.lists[-1] if self.lists else None
        if number:
            self.lists[-1] = number + 1
        self.write("  " * (len(self.lists) - 1) + (f"{number}. " if number else "• "))
        self.bullet = len(self.pieces)  # what an item begins with stands on the line of its bullet

    def begin_cell(self):
        self.cells += 1
        if self.cells > 1:
            self.write(" | ")

    def put_image(self, src, alt):
        mark = self.take_image(src, alt)
        if mark is None:
            self.remarks.add("image")
            mark = f"[{alt}]" if alt else "[…]"
        if mark:
            self.write(mark)

    def close_sign(self):
        tag, start = self.inner.pop()
        text = "".join(self.pieces[start:]).strip()
        signs, mark = SIGNS[tag]
        if not all(ord(char) in signs or char.isspace() for char in text):
            written = f"{mark}{text}" if len(text) == 1 else f"{mark}({text})"
        else:
            written = text.translate(signs)
        self.pieces[start:] = [written]

    def close_link(self):
        address, start = self.link
        self.link = None
        text = "".join(self.pieces[start:]).strip()
        if address and address.startswith(("http:", "https:")) and address not in (text, f"{text}/"):
            self.write(f" ({address})")

    def get_text(self):
        text = "".join(self.pieces)
        return TRAILING.sub("\n", text).strip()
