"""The questions of a file as small trees, one after the other: nothing of the ones before is kept, and no file makes
this take more memory than MOST_IN_QUESTION, or more time than reading it."""

import codecs
import io
import re
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from assessments.formats.decoding import FileUnreadable, check_count, get_size_error

ROOT, QUESTION = "quiz", "question"
CHUNK = 1 << 16
# More than this without an end is no text but one tag or comment.
LONGEST_TAG = 1 << 20
DEEPEST = 40
MOST_IN_QUESTION = 40_000_000
MOST_NODES = 5000
HEAD = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OPENINGS = [f"<{QUESTION}{after}".encode() for after in " >\n\t\r"]
WIDE_OPENINGS = [b"\0".join(bytes([each]) for each in opening) for opening in OPENINGS]


class Node:
    """An element: ``excess`` when it was too large to be kept whole."""

    __slots__ = ("attributes", "children", "excess", "line", "pieces", "tag")

    def __init__(self, tag, attributes, line):
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children, self.pieces, self.excess = [], [], False

    @property
    def text(self):
        return "".join(self.pieces)

    def find(self, tag):
        return next((child for child in self.children if child.tag == tag), None)

    def find_all(self, tag):
        return [child for child in self.children if child.tag == tag]

    def get(self, tag, default=""):
        """The text right in the first child of that name."""
        child = self.find(tag)
        return default if child is None else child.text.strip() or default


def parse(source, *, most, most_bytes):
    """Each question of a file, open for reading bytes, as a Node. Raises FileUnreadable when the file has no end, too
    much of something, or is none."""
    encoding, skipped, lines = survey(source, most, most_bytes)
    builder = Builder(lines)
    parser = DefusedXMLParser(target=builder, encoding=encoding, forbid_dtd=True)
    builder.expat = parser.parser
    source.seek(skipped)
    fed = 0
    try:
        while chunk := source.read(CHUNK):
            parser.feed(chunk)
            fed += len(chunk)
            if fed - parser.parser.CurrentByteIndex > LONGEST_TAG:
                raise FileUnreadable("not_xml", f"Line {builder.line} has a tag or a comment that does not end.")
            yield from builder.take()
        parser.close()
    except DefusedXmlException as error:
        raise FileUnreadable("entities", "The file declares a document type, which Moodle's files do not have and "
                                         "which can be used for attacks. Remove the line <!DOCTYPE.") from error
    except ParseError as error:
        line = error.position[0] + lines
        raise FileUnreadable("not_xml", f"The file is not well-formed XML in line {line}, so nothing of it was read: "
                                        f"{str(error).partition(':')[0]}.") from error
    except (LookupError, ValueError) as error:
        raise FileUnreadable("encoding", "The file is in an encoding that cannot be read. Save it as UTF-8.") from error
    yield from builder.take()


class Builder:
    """What the parser tells; makes Nodes of what is inside a question."""

    def __init__(self, lines):
        self.expat, self.lines_before = None, lines
        self.depth, self.open, self.done = 0, [], []
        self.size = self.nodes = 0

    @property
    def line(self):
        return self.expat.CurrentLineNumber + self.lines_before

    def take(self):
        done, self.done = self.done, []
        return done

    def start(self, tag, attributes):
        self.depth += 1
        if self.depth > DEEPEST:
            raise FileUnreadable("too_deep", f"In line {self.line}, more than {DEEPEST} tags are open at once.")
        if self.depth == 1 and tag != ROOT:
            raise FileUnreadable("not_moodle", f"This is not a file of questions from Moodle: it begins with "
                                               f"<{tag[:40]}> and not with <quiz>.")
        if self.depth == 2 and tag == QUESTION:
            self.size = self.nodes = 0
        elif not self.open:
            return
        self.nodes += 1
        self.size += sum(map(len, attributes.values()))
        if self.has_room():
            node = Node(tag, attributes, self.line)
            if self.open:
                self.open[-1].children.append(node)
            self.open.append(node)

    def data(self, text):
        if self.open:
            self.size += len(text)
            if self.has_room():
                self.open[-1].pieces.append(text)

    def has_room(self):
        """Once a question is too large, its name is all that is kept."""
        if self.size <= MOST_IN_QUESTION and self.nodes <= MOST_NODES:
            return True
        if self.open and not self.open[0].excess:
            question = self.open[0]
            question.excess = True
            question.children = [child for child in question.children if child.tag == "name"][:1]
            del self.open[1:]
        return False

    def end(self, _tag):
        self.depth -= 1
        if not self.open:
            return
        if self.depth == 1:
            self.done.append(self.open[0])
            self.open = []
        elif not self.open[0].excess:
            self.open.pop()

    def close(self):
        pass


def open_source(source, *, most_bytes):
    """``source``, a text, bytes or a file that is open for reading bytes, as such a file that can be read twice."""
    if isinstance(source, str):
        source = codecs.BOM_UTF8 + source.removeprefix("\ufeff").encode("utf-8", "replace")
    if isinstance(source, bytes):
        return io.BytesIO(source)
    return source if source.seekable() else io.BytesIO(source.read(most_bytes + 1))


def survey(source, most, most_bytes):
    """(encoding to give to the parser or None, bytes to skip, lines in them). Raises FileUnreadable for what can be
    told without parsing."""
    if source.seek(0, io.SEEK_END) > most_bytes:
        raise get_size_error(most_bytes)
    source.seek(0)
    head = source.read(1024)
    has_bom = head.startswith(BOMS)
    skipped = len(head) - len(head.lstrip()) if not has_bom and b"\0" not in head else 0
    check_count(count_openings(source), most)
    declared = HEAD.match(head)
    declared = declared[1].lower() if declared else b"utf-8"
    encoding = None
    if declared.startswith(b"utf") and b"\0" not in head and not head.startswith(BOMS[1:]):
        encoding = "utf-8" if is_utf8(source) else "windows-1252"
    return encoding, skipped, head.count(b"\n", 0, skipped)


def read_chunks(source):
    source.seek(0)
    while chunk := source.read(CHUNK):
        yield chunk


def count_openings(source):
    count, rest = 0, b""
    for chunk in read_chunks(source):
        chunk = rest + chunk
        count += sum(map(chunk.count, OPENINGS + WIDE_OPENINGS))
        # As long as the shortest of them, less one: none is counted twice, and of the longer ones hardly any is missed.
        rest = chunk[1 - len(OPENINGS[0]):]
    return count


def is_utf8(source):
    """Raises FileUnreadable when the bytes are mostly UTF-8 but not all: as Windows-1252, every «ñ» would be «Ã±»."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = broken = 0
    for chunk in read_chunks(source):
        if not chunk.isascii() or decoder.getstate()[0]:
            text = decoder.decode(chunk)
            lost = text.count("\ufffd")
            good += len(text) - len(text.encode("ascii", "ignore")) - lost
            broken += lost
    broken += bool(decoder.getstate()[0])
    if broken and good > broken:
        raise FileUnreadable("encoding", "The encoding of the file is damaged. Save it as UTF-8.")
    return not broken
