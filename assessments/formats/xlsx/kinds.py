"""A row of the sheet to a question of each kind. The columns with numbers are its answers; what they are depends on the
kind: options, pairs, items, gaps, numbers or accepted texts."""

from dataclasses import dataclass, replace
from decimal import Decimal

from assessments.formats.model import (
    ALL,
    NONE,
    Answer,
    Choice,
    Gap,
    GapFill,
    LongText,
    Matching,
    Number,
    Numeric,
    Option,
    Ordering,
    Pair,
    Question,
    QuestionRefused,
    ShortText,
    TrueFalse,
    Unit,
)
from assessments.formats.weights import WEIGHTS, get_percents, get_remarks, get_scoring
from assessments.formats.xlsx.columns import CARE, MATCHES, RIGHT, SCORINGS, STATEMENTS, TRUTH, find_word, simplify
from assessments.formats.xlsx.row import Row, read_number, read_percent
from assessments.kinds.weights import is_full

DEFAULTS = {"single_choice": "none", "true_false": "none", "multiple_choice": "balanced", "ordering": "positions"}
WEIGHED = (WEIGHTS, "weights_negative")
# Their answers are the same in every language.
WORDLESS = {"true_false", "numeric"}


def read_question(row, kind, common, languages):
    """The Question of a Row, in the first language that has its text, with its translations. Raises QuestionRefused."""
    written = [code for code in languages if row.get(f"stem_{code}")]
    if not written:
        raise QuestionRefused("no_text", "It has no question.")
    for key in row.cells:
        code = key[-2:] if key[-3:-2] == "_" else ""
        if code in languages and code not in written and not (kind in WORDLESS and key.startswith("text")):
            raise QuestionRefused("translation", "It has texts in a language in which it has no question.")
    first, *others = (read_in(Reader(row, code, code == written[0]), kind, common) for code in written)
    return replace(first, translations=tuple(others))


@dataclass(frozen=True, slots=True)
class Reader:
    """A Row in one language; only the first one must have every text."""

    row: Row
    language: str
    is_first: bool = False

    def get_text(self, key):
        return self.row.get_text(f"{key}_{self.language}")

    def need_text(self, key):
        text = self.get_text(key)
        if self.is_first and not text.text:
            raise QuestionRefused("no_text", "One of its answers has no text.")
        return text

    def get_line(self, key):
        return " ".join(self.row.get(f"{key}_{self.language}").split())


def read_in(reader, kind, common):
    row = reader.row
    parts, warnings = READERS[kind](reader)
    points = row.get_number("points", Decimal(1))
    if not 0 <= points <= 100:
        raise QuestionRefused("points", "The points are not between 0 and 100.")
    return Question(kind, reader.get_text("stem"), parts, feedback=reader.get_text("feedback"), points=points,
                    language=reader.language, warnings=warnings, **common)


def get_scoring_word(row, kind):
    return row.get_word("scoring", SCORINGS[kind], "")


def read_right(row, number):
    """The percentage in the column that says what is right: (Decimal, was it a number?)."""
    written = row.get(f"right{number}")
    if not written:
        return NONE, False
    if simplify(written) in (RIGHT, "true", "verdadero") or find_word(written, TRUTH) == "yes":
        return ALL, False
    if find_word(written, TRUTH) == "no" or simplify(written) in ("false", "falso"):
        return NONE, False
    return read_percent(written), True


def read_choice(reader, kind):
    row, single = reader.row, kind == "single_choice"
    numbers = row.get_answers()
    marks = [read_right(row, number) for number in numbers]
    scoring = get_scoring_word(row, kind)
    percents, has_percents = [percent for percent, _is_number in marks], any(is_number for _percent, is_number in marks)
    if len(numbers) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if scoring in WEIGHED or (has_percents and not scoring):
        found = get_scoring(percents, single=single)
        scoring = scoring or found
    elif has_percents:
        raise QuestionRefused("weights", "Its percentages count only where the scoring is “percentages”.")
    else:
        scoring = scoring or DEFAULTS[kind]
        percents = mark(percents, scoring, single)
    options = tuple(Option(reader.need_text(f"text{number}"), percent, reader.get_text(f"feedback{number}"))
                    for number, percent in zip(numbers, percents, strict=True))
    return Choice(options, scoring), get_remarks(percents, single=single) if scoring in WEIGHED else ()


def mark(percents, scoring, single):
    """The percentages that options with an x or without one have with a scoring that has a name."""
    correct = [percent == ALL for percent in percents]
    if not any(correct):
        raise QuestionRefused("no_right_answer", f"No option is right: mark one with {RIGHT}.")
    if single and sum(correct) > 1:
        raise QuestionRefused("several_right", "Several options are right, and only one can be chosen.")
    return get_percents(correct, "right_only" if scoring in ("all_or_nothing", "negative") else scoring, single=single)


def read_single_choice(reader):
    return read_choice(reader, "single_choice")


def read_multiple_choice(reader):
    return read_choice(reader, "multiple_choice")


def read_true_false(reader):
    row = reader.row
    answers = {}
    for number, word in ((1, "true"), (2, "false")):
        written = next((text for code in ("es", "en") if (text := row.get(f"text{number}_{code}"))), "")
        word = find_word(written, STATEMENTS) if written else word
        if word is None or word in answers:
            raise QuestionRefused("statement", "Its answers are not “true” and “false”.")
        answers[word] = number
    right = [word for word, number in answers.items() if read_right(row, number)[0] == ALL]
    if len(right) != 1 or row.get_answers()[-1:] > [2]:
        raise QuestionRefused("no_right_answer", f"Mark either true or false with {RIGHT}.")
    return TrueFalse(right[0] == "true", reader.get_text(f"feedback{answers['true']}"),
                     reader.get_text(f"feedback{answers['false']}"),
                     get_scoring_word(row, "true_false") or DEFAULTS["true_false"]), ()


def read_matching(reader):
    pairs, extras = [], []
    for number in reader.row.get_answers():
        prompt, match = reader.get_text(f"text{number}"), reader.get_line(f"match{number}")
        if any(reader.row.get(f"text{number}_{code}") for code in ("es", "en")):
            if reader.is_first and not (prompt.text and match):
                raise QuestionRefused("pair", "One of its pairs lacks a text.")
            pairs.append(Pair(prompt, match, reader.get_text(f"feedback{number}")))
        else:
            if reader.is_first and not match:
                raise QuestionRefused("pair", "One of its pairs lacks a text.")
            extras.append(match)
    if len(pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    return Matching(tuple(pairs), tuple(extras)), ()


def read_ordering(reader):
    items = tuple(reader.need_text(f"text{number}") for number in reader.row.get_answers())
    if len(items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    return Ordering(items, get_scoring_word(reader.row, "ordering") or DEFAULTS["ordering"]), ()


def read_gap_fill(reader):
    text = reader.get_text("gaps")
    gaps = tuple(read_gap(reader, number) for number in reader.row.get_answers())
    if reader.is_first:
        if not gaps:
            raise QuestionRefused("no_gaps", "It has no answers for its gaps.")
        missing = [place for place in range(1, len(gaps) + 1) if f"[[{place}]]" not in text.text]
        if missing:
            raise QuestionRefused("gap", f"[[{missing[0]}]] does not stand in the text with gaps.")
    return GapFill(text, gaps), ()


def read_gap(reader, number):
    row = reader.row
    lines = row.get_lines(f"text{number}_{reader.language}")
    if reader.is_first and not lines:
        raise QuestionRefused("no_answers", f"Gap {number} has no answer.")
    cares = {find_word(line, CARE) for line in row.get_lines(f"compare{number}")}
    if None in cares or {"accents", "no_accents"} <= cares:
        raise QuestionRefused("word", "A word in “Comparison” is unknown. See the sheet “How to fill it in”.")
    accents = True if "accents" in cares else False if "no_accents" in cares else None
    return Gap(tuple(Answer(line) for line in lines), "case" in cares, accents, reader.get_text(f"feedback{number}"))


def read_credit(row, number):
    percent = read_percent(row.get(f"right{number}")) if row.get(f"right{number}") else ALL
    if not NONE <= percent <= ALL:
        raise QuestionRefused("weight", "A percentage of an answer is less than 0 or more than 100.")
    return percent


def need_full_credit(percents):
    if not percents:
        raise QuestionRefused("no_answers", "It has no answers.")
    if not is_full([max(percents)]):
        raise QuestionRefused("no_right_answer", "No answer earns 100%.")


def read_numeric(reader):
    row = reader.row
    numbers = []
    for number in row.get_answers():
        written = next((text for code in ("es", "en") if (text := row.get(f"text{number}_{code}"))), "")
        tolerance = row.get(f"compare{number}")
        numbers.append(Number(
            read_number(written), read_percent(tolerance) if tolerance else NONE, read_credit(row, number),
            reader.get_text(f"feedback{number}"), "percent" if tolerance.endswith("%") else "absolute"))
    if any(number.tolerance < 0 for number in numbers):
        raise QuestionRefused("tolerance", "A tolerance is less than 0.")
    need_full_credit([number.percent for number in numbers])
    loss = row.get("unit_loss")
    return Numeric(tuple(numbers), reader.get_text("otherwise"), tuple(map(read_unit, row.get_lines("units"))),
                   row.get_truth("unit_needed"), read_percent(loss) if loss else NONE), ()


def read_unit(line):
    """«km | kilómetros = 1»"""
    names, mark_, factor = line.rpartition("=")
    names = names if mark_ else line
    return Unit(tuple(name.strip() for name in names.split("|") if name.strip()),
                read_number(factor) if mark_ else Decimal(1))


def read_short_text(reader):
    row = reader.row
    answers = []
    for number in row.get_answers():
        lines = row.get_lines(f"text{number}_{reader.language}")
        if reader.is_first and not lines:
            raise QuestionRefused("no_text", "One of its answers has no text.")
        answers.append(Answer("\n".join(lines), read_credit(row, number), reader.get_text(f"feedback{number}"),
                              row.get_word(f"compare{number}", MATCHES, "exact")))
    need_full_credit([answer.percent for answer in answers])
    return ShortText(tuple(answers), row.get_truth("case"), row.get_truth("accents", None)), ()


def read_long_text(reader):
    minimum, maximum = reader.row.get_whole("minimum"), reader.row.get_whole("maximum")
    if maximum and maximum < minimum:
        raise QuestionRefused("word_limits", "It has fewer words at most than at least.")
    return LongText(minimum, maximum, reader.get_text("guide"), reader.get_text("template")), ()


READERS = {"single_choice": read_single_choice, "multiple_choice": read_multiple_choice, "true_false": read_true_false,
           "matching": read_matching, "ordering": read_ordering, "gap_fill": read_gap_fill, "numeric": read_numeric,
           "short_text": read_short_text, "long_text": read_long_text}
