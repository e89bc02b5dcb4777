"""Reads GIFT. What a question is, is decided as Moodle decides it, so that a file has the same questions there and
here: blocks of lines between empty lines, the first { and the first } around the answers, and then the first of these
that fits: nothing (essay), ``#`` (number), ``>`` and a number (ordering), ``~`` (choice), ``=`` and ``->`` (matching),
T or F, and short answers."""

import re
from itertools import islice

from assessments.formats.decoding import MOST_QUESTIONS, check_count, normalise
from assessments.formats.gift.answers import READERS
from assessments.formats.gift.categories import split_path
from assessments.formats.gift.marks import hide, show, show_text
from assessments.formats.model import Question, QuestionRefused, ReadResult, Refused, Remark, Text, get_title

SEPARATOR = re.compile(r"\n\s*\n")
CATEGORY = "$CATEGORY:"
GAP = "_____"
LONGEST = 2_000_000
MOST_ANSWERS = 100
MOST_LINES = 5000
TOKEN = re.compile(r"\[(id|tag):")
TOKEN_END = re.compile(r"(?<!\\)\]")
MARKED = re.compile("[=~#]")
ORDERING = re.compile(r">\s*[0-9]")
WORDS = {"T", "TRUE", "F", "FALSE"}
NAME_AS_TEXT = Remark("name_as_text", "It has a name and no text: the name is its text.")


def read(text, *, most=MOST_QUESTIONS):
    """The ReadResult of a GIFT file. Raises FileUnreadable when the text is none or has more than ``most`` blocks;
    questions that are no good are refused in the result."""
    text = normalise(text)
    check_count(sum(1 for _block in islice(split_blocks(text), most + 1)), most)
    questions, refused, descriptions, category = [], [], 0, ()
    line, counted = 1, 0
    for start, end in split_blocks(text):
        line, counted = line + text.count("\n", counted, start), start
        if end - start > LONGEST:
            refused.append(Refused(line, get_title(text[start:end]), "", "too_long", "It is too long for a question."))
            continue
        block = Block(text[start:end], line)
        if block.category is not None:
            category = split_path(show(hide(block.category)))
        if not block.body:
            continue
        try:
            question = read_question(block, category)
        except QuestionRefused as error:
            refused.append(Refused(block.line, block.title, block.type, error.reason, error.sentence))
            continue
        if question is None:
            descriptions += 1
        else:
            questions.append(question)
    return ReadResult(tuple(questions), tuple(refused), descriptions)


def split_blocks(text):
    """(start, end) of what stands between empty lines."""
    start = 0
    for separator in SEPARATOR.finditer(text):
        yield start, separator.start()
        start = separator.end()
    yield start, len(text)


class Block:
    """Lines between two empty ones. ``body``: without comments and the line of a category, escaped characters hidden;
    ``category``: the path that it sets, or None; ``line``: where the body begins. ``title`` and ``type`` are known as
    far as reading has come."""

    def __init__(self, text, line):
        self.comments, self.category, self.type, self.name = [], None, "", ""
        lines = []
        for number, each in enumerate(text.split("\n"), line):
            each = each.strip()
            if each.startswith("//"):
                if TOKEN.search(each):
                    self.comments.append(each)
            elif not lines and self.category is None and each.startswith(CATEGORY):
                self.category = each.removeprefix(CATEGORY)
            elif each:
                if not lines:
                    self.line = number
                lines.append(each)
        self.body = hide("\n".join(lines))

    @property
    def title(self):
        return self.name or get_title(show(self.body.partition("{")[0]))


def read_question(block, category):
    """The Question of a block, or None when it is a description. Raises QuestionRefused."""
    block.name, body = split_name(block.body)
    written, inner = split_answers(body)
    if inner is None:
        return None
    stem = show_text(written)
    inner, _mark, feedback = split_feedback(inner)
    block.type = get_type(inner)
    remarks = ()
    if not stem.text:
        if not block.name:
            raise QuestionRefused("no_text", "It has no text before its answers.")
        stem, remarks = Text(block.name, stem.format), (NAME_AS_TEXT,)
    if inner.count("~") + inner.count("=") > MOST_ANSWERS or inner.count("\n") > MOST_LINES:
        raise QuestionRefused("too_many_options", f"It has more than {MOST_ANSWERS} answers.")
    kind, parts, warnings = READERS[block.type](inner, stem.format)
    number, tags = read_comments(block.comments)
    return Question(kind, stem, parts, block.line, block.name, category, number, tags,
                    show_text(feedback, stem.format), warnings=(*remarks, *warnings))


def split_name(body):
    """(name, rest) of «::name:: rest»."""
    if not body.startswith("::"):
        return "", body
    name, mark, rest = body[2:].partition("::")
    if not mark:
        return "", body[2:]
    return " ".join(show(name).split()), rest.strip()


def split_answers(body):
    """(stem, what stands in the braces); None in place of the second for a description. Raises QuestionRefused."""
    before, opened, rest = body.partition("{")
    inner, closed, after = rest.partition("}")
    if not opened and "}" not in body:
        return body, None
    if not opened or not closed or "}" in before:
        raise QuestionRefused("braces", "A { or a } is missing, or one in its text is not written \\{ or \\}.")
    if "{" in inner or has_answers(after):
        raise QuestionRefused("braces", "It has more than one { or }. Put an empty line between two questions, and "
                                        "write braces in texts as \\{ and \\}.")
    return f"{before}{GAP}{after}" if after else before, inner.strip()


def has_answers(text):
    """Are there answers in braces, or a brace without the other one? Braces around other words are text, as in
    Moodle."""
    pieces = text.split("{")
    if "}" in pieces[0]:
        return True
    for piece in pieces[1:]:
        inner, closed, rest = piece.partition("}")
        if not closed or "}" in rest or not inner.strip() or inner.strip() in WORDS or MARKED.search(inner):
            return True
    return False


def split_feedback(inner):
    """(answers, mark, general feedback)."""
    answers, mark, feedback = inner.rpartition("####")
    return (answers.strip(), mark, feedback) if mark else (feedback, "", "")


def get_type(inner):
    """The word of Moodle for the kind of question that these answers make."""
    if not inner:
        return "essay"
    if inner.startswith("#"):
        return "numerical"
    if ORDERING.match(inner):
        return "ordering"
    if "~" in inner:
        return "multichoice"
    if "=" in inner and "->" in inner:
        return "match"
    return "truefalse" if inner.partition("#")[0].strip() in WORDS else "shortanswer"


def read_comments(comments):
    """(id, tags) of «// [id:7] [tag:ley]»; the first id counts."""
    tokens = [token for comment in comments for token in find_tokens(comment) if token[1]]
    number = next((text for word, text in tokens if word == "id"), "")
    return number, tuple(dict.fromkeys(text for word, text in tokens if word == "tag"))


def find_tokens(comment):
    start = TOKEN.search(comment)
    while start and (end := TOKEN_END.search(comment, start.end())):
        yield start[1], " ".join(comment[start.end():end.start()].replace("\\]", "]").split())
        start = TOKEN.search(comment, end.end())
