"""A question between two systems: what readers produce and writers take.

One record is in one language; a file with several ties the others to it as ``Question.translations``. Percentages are
Decimals as the file has them (33.33333), so that they are written as they were read. ``PARTS`` says what
``Question.parts`` is for each kind."""

from dataclasses import dataclass, field
from decimal import Decimal

NONE, ALL = Decimal(0), Decimal(100)
FORMATS = ("moodle", "plain", "html", "markdown")
LONGEST_TITLE = 80


class QuestionRefused(Exception):
    """A question that cannot be kept as it is. ``reason``: a stable word; ``sentence``: the same in English, for a
    person."""

    def __init__(self, reason, sentence):
        super().__init__(sentence)
        self.reason, self.sentence = reason, sentence


@dataclass(frozen=True, slots=True)
class Image:
    """``type``: png, jpeg, gif or webp, as the bytes say, whatever the name; ``name``: a path of its own in its Text,
    where ``@@PLUGINFILE@@/`` and the name with its spaces and the like as in a URL stand for it."""

    name: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """``format`` is one of FORMATS; "moodle" is plain text in which line breaks count and HTML may stand."""

    text: str = ""
    format: str = "moodle"
    images: tuple[Image, ...] = ()


EMPTY = Text()


@dataclass(frozen=True, slots=True)
class Option:
    text: Text
    percent: Decimal = NONE
    feedback: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Choice:
    """Of single and multiple choice. ``scoring`` is what the percentages come to, see weights.get_scoring: the
    ``penalty`` of the kind single_choice, the ``scoring`` of multiple_choice. With ``weights`` the percentages of the
    options are kept as they are; with any other, an option is right when its percentage is more than 0."""

    options: tuple[Option, ...]
    scoring: str


@dataclass(frozen=True, slots=True)
class TrueFalse:
    answer: bool
    when_true: Text = EMPTY
    when_false: Text = EMPTY
    penalty: str = "none"


@dataclass(frozen=True, slots=True)
class Pair:
    prompt: Text
    match: str
    feedback: Text = EMPTY


@dataclass(frozen=True, slots=True)
class Matching:
    """``extras``: choices that match nothing."""

    pairs: tuple[Pair, ...]
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ordering:
    """``items`` in the right order; ``scoring`` as in the kind: ``positions``, ``adjacent`` or ``exact``."""

    items: tuple[Text, ...]
    scoring: str = "positions"


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that is accepted; in XLSX each of its lines is a way to write it. ``match`` as in the kind short_text:
    ``exact``, ``contains`` or ``wildcard``, where * stands for anything."""

    text: str
    percent: Decimal = ALL
    feedback: Text = EMPTY
    match: str = "exact"


@dataclass(frozen=True, slots=True)
class ShortText:
    """``accents``: whether they matter; None where the format does not say."""

    answers: tuple[Answer, ...]
    case: bool = False
    accents: bool | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """Numbers at most ``tolerance`` away from ``value``, the limits included; ``tolerance_kind``: ``absolute`` or
    ``percent`` of the value. A range is kept as its middle and half of its width."""

    value: Decimal
    tolerance: Decimal = NONE
    percent: Decimal = ALL
    feedback: Text = EMPTY
    tolerance_kind: str = "absolute"


@dataclass(frozen=True, slots=True)
class Unit:
    names: tuple[str, ...]
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Numeric:
    """``otherwise``: the feedback to every other number, which earns nothing. ``unit_loss``: per cent."""

    answers: tuple[Number, ...]
    otherwise: Text = EMPTY
    units: tuple[Unit, ...] = ()
    unit_needed: bool = False
    unit_loss: Decimal = NONE


@dataclass(frozen=True, slots=True)
class Gap:
    """It has ``answers``, which are written, or ``numbers``, or ``options``, from which one is chosen. ``weight``: its
    share of the points, beside those of the other gaps."""

    answers: tuple[Answer, ...] = ()
    case: bool = False
    accents: bool | None = None
    feedback: Text = EMPTY
    numbers: tuple[Number, ...] = ()
    options: tuple[Option, ...] = ()
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class GapFill:
    """``text`` has the markers [[1]], [[2]] … of the ``gaps``."""

    text: Text
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class LongText:
    """Words at least and at most; 0: no limit. ``guide``: for whoever marks; ``template``: where a learner begins."""

    minimum: int = 0
    maximum: int = 0
    guide: Text = EMPTY
    template: Text = EMPTY


PARTS = {"single_choice": Choice, "multiple_choice": Choice, "true_false": TrueFalse, "matching": Matching,
         "ordering": Ordering, "gap_fill": GapFill, "numeric": Numeric, "short_text": ShortText, "long_text": LongText}


@dataclass(frozen=True, slots=True)
class Remark:
    """What changes in a question that is kept: a stable word and an English sentence."""

    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What is shown after a wrong try. ``counts``: how many parts are right; ``clears``: wrong ones are emptied."""

    text: Text
    counts: bool = False
    clears: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """What Moodle has beside a question, kept so that nothing is lost: the feedback to right, partly right and wrong
    answers as a whole, ``hints`` and the ``penalty`` for each further try (a part of 1; None: not said), whether
    options are shuffled and how they are ``numbered`` (None and "": not said), and whether the question is ``hidden``
    in its bank."""

    right: Text = EMPTY
    partly: Text = EMPTY
    wrong: Text = EMPTY
    hints: tuple[Hint, ...] = ()
    penalty: Decimal | None = None
    shuffled: bool | None = None
    numbered: str = ""
    hidden: bool = False


NO_EXTRAS = Extras()


@dataclass(frozen=True, slots=True)
class Question:
    """``line`` from 1, where it begins in its file; ``name`` may be empty; ``category``: path from the root.

    ``language``: code of the language of its texts, empty where the format does not say. ``translations``: the same
    question in other languages, each with its own ``language``, the same kind and the same parts in the same order;
    what is no text is the same in all. An empty text is one that was not translated."""

    kind: str
    stem: Text
    parts: object
    line: int = 0
    name: str = ""
    category: tuple[str, ...] = ()
    id: str = ""
    tags: tuple[str, ...] = ()
    feedback: Text = EMPTY
    points: Decimal = Decimal(1)
    warnings: tuple[Remark, ...] = ()
    extras: Extras = NO_EXTRAS
    language: str = ""
    translations: tuple["Question", ...] = ()
    difficulty: str = ""

    @property
    def title(self):
        return self.name or get_title(self.stem.text)


@dataclass(frozen=True, slots=True)
class Refused:
    """``type``: the word of the file's system for the kind of question; of a written one, its kind."""

    line: int
    name: str
    type: str
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The questions that a file has are ``questions`` and ``refused`` together. ``descriptions``: texts without a
    question that were left out."""

    questions: tuple[Question, ...]
    refused: tuple[Refused, ...]
    descriptions: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """``text``: bytes where the format is none. ``refused`` are not in it; ``changed`` are, without what their reason
    names."""

    text: str
    refused: tuple[Refused, ...]
    changed: tuple[Refused, ...] = ()


def get_title(text):
    """The beginning of a text as one line, for a question without a name."""
    title = " ".join(text[:4 * LONGEST_TITLE].split())
    return title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE - 1].rstrip()}…"
