"""Aiken: single choice as plain text (docs.moodle.org, «Aiken format»).

    The text of the question
    A) An option
    B) Another one
    ANSWER: B

An option begins with a capital letter and ``)`` or ``.``. There are no names, feedback, categories or penalties.

What Moodle reads is read. A text may take several lines that follow each other, of which Moodle would keep the last;
empty options are left out, as there; letters that are not A, B, C and so on do not matter where the one after ANSWER:
is the letter of one option alone and stands in its place of the alphabet, which is what Moodle counts."""

import re
from string import ascii_uppercase

from assessments.formats.decoding import MOST_QUESTIONS, check_count, drop_nonsense, normalise
from assessments.formats.model import (
    ALL,
    NONE,
    Choice,
    Option,
    Question,
    QuestionRefused,
    ReadResult,
    Refused,
    Remark,
    Text,
    Written,
    get_title,
)

ANSWER = "ANSWER:"
OPTION = re.compile(r"([A-Z])[).]")
ANSWER_WORD = re.compile(r"(?:answer|respuesta|réponse|resposta)\s*:", re.I)
SEVERAL = re.compile(r"[A-Z]\s*[,;/&+]\s*[A-Z]\b")
LINE = re.compile(r"[^\n]+")
TYPE = "multichoice"
MOST_LINES = 1000
LINES_OF_ONE = 40
PLAIN = ("plain", "moodle")
EMPTY_OPTIONS = Remark("empty_options", "Options without a text are left out.")
LETTERS = Remark("letters", "The letters of its options are not A, B, C and so on.")


def read(text, *, most=MOST_QUESTIONS):
    """The ReadResult of an Aiken file. Raises FileUnreadable when the text is none or has more than ``most`` questions;
    questions that are no good are refused in the result."""
    text = normalise(text)
    check_count(text.count("\n") // LINES_OF_ONE, most)
    reader, line, counted = Reader(), 1, 0
    for found in LINE.finditer(text):
        skipped = text.count("\n", counted, found.start())
        line, counted = line + skipped, found.start()
        if each := found[0].strip():
            reader.read_line(each, line, after_gap=skipped > 1 or reader.blank)
            check_count(len(reader.questions) + len(reader.refused), most)
        reader.blank = not each
    reader.refuse_open("incomplete", "It has no line that begins with ANSWER:.")
    return ReadResult(tuple(reader.questions), tuple(reader.refused))


class Reader:
    """What was read, and the question that is being read: its ``stem`` lines, and ``options`` as (letter, text)."""

    def __init__(self):
        self.questions, self.refused, self.blank, self.is_astray = [], [], False, False
        self.clear()

    def clear(self):
        self.stem, self.options, self.line = [], [], 0

    def read_line(self, text, line, *, after_gap):
        if len(text.encode()) < 2:
            return
        option = OPTION.match(text)
        if not self.stem and (option or text.startswith(ANSWER)):
            self.refuse_astray(text, line)
        elif option:
            if len(self.options) <= len(ascii_uppercase):
                self.options.append((option[1], text[option.end():].strip()))
        elif text.startswith(ANSWER):
            self.close(text.removeprefix(ANSWER).strip())
        else:
            self.read_stem(text, line, after_gap)

    def read_stem(self, text, line, after_gap):
        self.is_astray = False
        if self.options and ANSWER_WORD.match(text):
            self.refuse_open("answer_word", "The line with its answer does not begin with ANSWER: in capital letters.")
            return
        if self.stem and (self.options or after_gap):
            self.refuse_open("incomplete", "Another text begins before its line with ANSWER:.")
        if len(self.stem) == MOST_LINES:
            self.refuse_open("too_long", "Its text has too many lines.")
        self.line = self.line or line
        self.stem.append(text)

    def refuse_astray(self, text, line):
        """Options and an answer without a question before them, once for all that stand together."""
        if not self.is_astray:
            self.refused.append(Refused(line, get_title(text), TYPE, "no_text", "Options or an answer have no question "
                                                                                "before them."))
        self.is_astray = not text.startswith(ANSWER)

    def refuse_open(self, reason, sentence):
        if self.stem:
            self.refused.append(Refused(self.line, get_title(self.stem[0]), TYPE, reason, sentence))
        self.clear()

    def close(self, answer):
        try:
            choice, warnings = make_choice(self.options, answer)
        except QuestionRefused as error:
            self.refuse_open(error.reason, error.sentence)
            return
        self.questions.append(Question("single_choice", Text("\n".join(self.stem), "plain"), choice, self.line,
                                       warnings=warnings))
        self.clear()


def make_choice(options, answer):
    """(Choice, warnings) of [(letter, text)] and what follows ANSWER:. Raises QuestionRefused."""
    if SEVERAL.match(answer):
        raise QuestionRefused("several_right", "Several options are right, and the format has questions with one only.")
    right = find_right(options, answer)
    filled = [place for place, (_letter, text) in enumerate(options) if text]
    if len(filled) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if right not in filled:
        raise QuestionRefused("no_text", "Its right option has no text.")
    warnings = [EMPTY_OPTIONS] * (len(filled) < len(options))
    if [letter for letter, _text in options] != list(ascii_uppercase[:len(options)]):
        warnings.append(LETTERS)
    kept = tuple(Option(Text(options[place][1], "plain"), ALL if place == right else NONE) for place in filled)
    return Choice(kept, "none"), tuple(warnings)


def find_right(options, answer):
    """The place of the option that ``answer`` names."""
    letters = [letter for letter, _text in options]
    if len(letters) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if not answer or answer[0] not in letters:
        raise QuestionRefused("no_right_answer", "The letter after ANSWER: is none of its options.")
    place = letters.index(answer[0])
    if letters.count(answer[0]) > 1 or place != ascii_uppercase.index(answer[0]):
        raise QuestionRefused("letters", "The letters of its options are not A, B, C and so on, and which one is right "
                                         "cannot be known.")
    return place


def write(questions):
    """The Written of an iterable of Questions, in their order."""
    blocks, refused, changed = [], [], []
    for question in questions:
        try:
            block = write_question(question)
        except QuestionRefused as error:
            refused.append(describe(question, error.reason, error.sentence))
            continue
        changed += [describe(question, *change) for change in get_changes(question)]
        blocks.append(block)
    return Written("\n".join(blocks), tuple(refused), tuple(changed))


def describe(question, reason, sentence):
    return Refused(question.line, question.title, question.kind, reason, sentence)


def get_changes(question):
    options = question.parts.options
    if question.points != 1:
        yield "points", "The format has no points: it is written without them."
    if question.feedback.text or any(option.feedback.text for option in options):
        yield "feedback", "The format has no feedback: it is written without it."
    extras = question.extras
    if extras.hints or any(text.text for text in (extras.right, extras.partly, extras.wrong)):
        yield "hints", "The format has no hints and no feedback to right and wrong answers as a whole."
    if question.name or question.category or question.id or question.tags:
        yield "labels", "The format has no names, categories, ids and tags: it is written without them."
    if any("\n" in drop_nonsense(text.text) for text in (question.stem, *(option.text for option in options))):
        yield "lines", "The format has one line for each text: its lines are joined."


def write_question(question):
    if question.kind != "single_choice":
        raise QuestionRefused("kind", "The format has single choice only.")
    options = question.parts.options
    if any(NONE < option.percent < ALL for option in options):
        raise QuestionRefused("scoring", "The format cannot say that an option earns a part of the points.")
    if question.parts.scoring != "none":
        raise QuestionRefused("scoring", "The format cannot say what a wrong answer costs.")
    right = [letter for letter, option in zip(ascii_uppercase, options, strict=False) if option.percent == ALL]
    if not 2 <= len(options) <= len(ascii_uppercase) or len(right) != 1:
        raise QuestionRefused("options", "The format has from 2 to 26 options of which one is right.")
    stem = write_line(question.stem)
    if len(stem) < 2 or OPTION.match(stem) or stem.startswith(ANSWER):
        raise QuestionRefused("ambiguous", "Its text looks like an option or an answer of this format.")
    lines = [f"{letter}) {write_line(option.text)}" for letter, option in zip(ascii_uppercase, options, strict=False)]
    return "\n".join([stem, *lines, f"{ANSWER} {right[0]}\n"])


def write_line(text):
    if text.images:
        raise QuestionRefused("images", "The format has no images.")
    if text.format not in PLAIN:
        raise QuestionRefused("format", "The format has plain text only.")
    line = " ".join(drop_nonsense(text.text).split())
    if not line:
        raise QuestionRefused("no_text", "One of its texts is empty.")
    return line
