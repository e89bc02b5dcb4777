"""Read a lesson file (docs/course-files.md): front matter, Markdown, and blocks between ``:::`` lines. Pure text in,
plain values out; nothing here knows of pages."""

import datetime
import re
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False})
_ALLOWED_TOKENS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close",
    "ordered_list_open", "ordered_list_close", "list_item_open", "list_item_close", "inline",
}
_ALLOWED_INLINE = {"text", "softbreak", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"}
# Not the space between two words that are bold, italic or links.
_SPACE_BETWEEN_BLOCKS = re.compile(r"(?<=>) (?=</?(?:h2|h3|p|ul|ol|li)>)")
_BLOCK_START = re.compile(r":::(\w+)\s*([^|]*?)\s*(?:\|\s*(.+))?$")
_ATTRIBUTE = re.compile(r"([a-z_]+):\s+(.*)$")
CALLOUT_KINDS = ("remember", "tip", "warning")


class LessonProblem(Exception):
    def __init__(self, line, text):
        super().__init__(text)
        self.line, self.text = line, text


@dataclass(slots=True)
class Block:
    """``kind`` is a block of courses.blocks.LessonBlock and ``value`` its value, with file names for pictures and
    documents and HTML for rich text."""

    kind: str
    value: object
    line: int


@dataclass(slots=True)
class Lesson:
    title: str
    slug: str
    summary: str
    minutes: int
    blocks: list[Block] = field(default_factory=list)


def to_html(markdown, line=1):
    """Rich text as Wagtail keeps it, from Markdown with headings 2-3, lists, bold, italic and links; anything else
    raises LessonProblem. ``line`` is that of the first line, for messages."""
    tokens = _markdown.parse(markdown)
    for token in tokens:
        at = line + token.map[0] if token.map else line
        if token.type not in _ALLOWED_TOKENS:
            raise LessonProblem(at, f"«{token.type.removesuffix('_open')}» cannot be used in a text.")
        if token.type == "heading_open" and token.tag not in ("h2", "h3"):
            raise LessonProblem(at, "Use only headings of level 2 (##) and 3 (###).")
        for child in token.children or []:
            if child.type not in _ALLOWED_INLINE:
                raise LessonProblem(at, f"«{child.type.removesuffix('_open')}» cannot be used in a text.")
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    html = (html.replace("<strong>", "<b>").replace("</strong>", "</b>").replace("<em>", "<i>")
            .replace("</em>", "</i>").replace("\n", " ").strip())
    return _SPACE_BETWEEN_BLOCKS.sub("", html)


def parse_lesson(text):
    """The Lesson in a file's text. Raises LessonProblem with the line."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---" or "---" not in lines[1:]:
        raise LessonProblem(1, "The file must begin with its title, slug, summary and minutes between two --- lines.")
    end = lines.index("---", 1)
    try:
        facts = yaml.safe_load("\n".join(lines[1:end]))
    except yaml.YAMLError as error:
        raise LessonProblem(2, f"The first part cannot be read: {error}") from error
    for name in ("title", "slug", "summary", "minutes"):
        if not isinstance(facts, dict) or not facts.get(name):
            raise LessonProblem(2, f"«{name}» is missing.")
    if not isinstance(facts["minutes"], int):
        raise LessonProblem(2, "«minutes» must be a whole number.")
    lesson = Lesson(title=str(facts["title"]), slug=str(facts["slug"]), summary=str(facts["summary"]),
                    minutes=facts["minutes"])
    lesson.blocks = list(_parse_blocks(lines, end + 1))
    return lesson


def _parse_blocks(lines, at):
    text_from = at
    while at < len(lines):
        if not lines[at].startswith(":::"):
            at += 1
            continue
        yield from _text_block(lines, text_from, at)
        start = _BLOCK_START.match(lines[at])
        if start is None or start[1] not in PARSERS:
            raise LessonProblem(at + 1, f"«{lines[at]}» does not begin a block that exists.")
        end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == ":::"), None)
        if end is None:
            raise LessonProblem(at + 1, "This block is not closed by a line with ::: alone.")
        kind, parse = PARSERS[start[1]]
        body = Body(lines[at + 1 : end], line=at + 2, argument=start[2] or "", title=start[3] or "")
        yield Block(kind=kind, value=parse(body), line=at + 1)
        at = text_from = end + 1
    yield from _text_block(lines, text_from, len(lines))


def _text_block(lines, start, end):
    if text := "\n".join(lines[start:end]).strip():
        while not lines[start].strip():
            start += 1
        yield Block(kind="text", value=to_html(text, line=start + 1), line=start + 1)


@dataclass(slots=True)
class Body:
    """The inside of a block: its lines, the first of which is number ``line``, and what its first line said."""

    lines: list[str]
    line: int
    argument: str
    title: str

    def require_title(self):
        if not self.title:
            raise LessonProblem(self.line - 1, "Write a title after a bar: «| Title».")
        return self.title

    def take_attributes(self, *names):
        """Read ``name: value`` lines at the beginning and leave the rest; all ``names`` must be there."""
        values = {}
        while self.lines and (match := _ATTRIBUTE.match(self.lines[0])) and match[1] in names:
            values[match[1]] = match[2].strip()
            self.lines, self.line = self.lines[1:], self.line + 1
        for name in names:
            if not values.get(name):
                raise LessonProblem(self.line, f"«{name}:» is missing in this block.")
        return values

    def html(self):
        text = "\n".join(self.lines)
        lead = len(text) - len(text.lstrip("\n"))
        if not text.strip():
            raise LessonProblem(self.line, "This block has no text.")
        return to_html(text.strip("\n"), line=self.line + lead)

    def take_lines(self, prefix):
        """Remove and return the lines that begin with ``prefix``, without it."""
        taken = [line[len(prefix):].strip() for line in self.lines if line.startswith(prefix)]
        self.lines = [line for line in self.lines if not line.startswith(prefix)]
        return taken

    def split(self, prefix):
        """[(heading, Body)] of the parts that begin with a line ``prefix``."""
        parts = []
        for number, line in enumerate(self.lines, start=self.line):
            if line.startswith(prefix):
                parts.append((line[len(prefix):].strip(), Body([], number + 1, "", "")))
            elif parts:
                parts[-1][1].lines.append(line)
            elif line.strip():
                raise LessonProblem(number, f"The first line must begin with «{prefix}».")
        if not parts:
            raise LessonProblem(self.line, f"This block has no part that begins with «{prefix}».")
        return parts


def _parse_callout(body):
    if body.argument not in CALLOUT_KINDS:
        raise LessonProblem(body.line - 1, f"The kind must be one of {', '.join(CALLOUT_KINDS)}.")
    return {"kind": body.argument, "title": body.require_title(), "text": body.html()}


def _parse_law(body):
    values = body.take_attributes("valid_from", "review_by", "source")
    for name in ("valid_from", "review_by"):
        try:
            datetime.date.fromisoformat(values[name])
        except ValueError:
            raise LessonProblem(body.line, f"«{name}» must be a date such as 2026-11-22.") from None
    return {"title": body.require_title(), **values, "text": body.html()}


def _parse_case(body):
    questions = body.take_lines("?")
    if not questions:
        raise LessonProblem(body.line, "A case needs at least one line that begins with a question mark.")
    return {"title": body.require_title(), "questions": questions, "story": body.html()}


def _parse_accordion(body):
    return {"sections": [{"heading": heading, "text": part.html()} for heading, part in body.split("# ")]}


def _parse_terms(body):
    terms = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(body.lines).strip()):
        match = re.match(r"\*\*(.+?)\*\*:?\s*:?\s*(.+)", paragraph, re.DOTALL)
        if match is None:
            raise LessonProblem(body.line, f"«{paragraph[:40]}» is not of the form «**Term**: definition».")
        terms.append({"term": match[1].rstrip(":"), "definition": " ".join(match[2].split())})
    return {"terms": terms}


def _parse_image(body):
    if not body.argument:
        raise LessonProblem(body.line - 1, "Name the picture's file.")
    return {"image": body.argument, **body.take_attributes("alt", "caption")}


def _parse_video(body):
    values = body.take_attributes("title", "captions")
    return {"file": body.argument, "title": values["title"], "captions": values["captions"], "transcript": body.html()}


def _parse_download(body):
    return {"file": body.argument, **body.take_attributes("title", "description")}


PARSERS = {
    "callout": ("callout", _parse_callout),
    "law": ("law", _parse_law),
    "case": ("case", _parse_case),
    "accordion": ("accordion", _parse_accordion),
    "terms": ("key_terms", _parse_terms),
    "image": ("figure", _parse_image),
    "video": ("video", _parse_video),
    "download": ("download", _parse_download),
}


def describe_shape(block):
    """What must be equal in every language: the kind of a block, and the number and kind of the parts inside it."""
    return block.kind, _shape(block.value)


def _shape(value):
    if isinstance(value, dict):
        return {name: _shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shape(part) for part in value]
    if isinstance(value, str) and value.startswith("<"):
        return re.findall(r"<(h2|h3|p|ul|ol|li|a)\b", value)
    return None
