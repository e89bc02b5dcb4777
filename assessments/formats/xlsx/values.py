"""A question as the cells of its row: {key of the column: text or Decimal}. The opposite of ``kinds``."""

from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest

from assessments.formats.decoding import drop_nonsense
from assessments.formats.gift.answers import EXACTLY
from assessments.formats.gift.categories import join_path
from assessments.formats.gift.marks import FORMAT
from assessments.formats.model import ALL, NONE, QuestionRefused
from assessments.formats.weights import get_scoring
from assessments.formats.xlsx.columns import (
    CARE,
    DIFFICULTIES,
    KINDS,
    LANGUAGES,
    MATCHES,
    MOST_ANSWERS,
    RIGHT,
    SCORINGS,
    STATEMENTS,
    TRUTH,
)
from assessments.formats.xlsx.kinds import WEIGHED, need_full_credit
from assessments.formats.xlsx.row import NUMBER, STYLE

# What a spreadsheet keeps of a number.
MOST_DIGITS = 15


def make_values(question, language):
    """``language``: of the words. Raises QuestionRefused for what has no place in a row."""
    written = Values(language)
    several = [question, *question.translations]
    codes = [each.language or LANGUAGES[0] for each in several]
    if len(set(codes)) < len(codes) or not set(codes) <= set(LANGUAGES):
        raise QuestionRefused("language", "One of its languages has no columns.")
    written.set("id", drop_nonsense(question.id))
    written.set("kind", KINDS[question.kind][language])
    path = join_path(question.category)
    written.set("category", path if path != join_path(()) else "")
    written.set("name", " ".join(drop_nonsense(question.name).split()))
    tags = (" ".join(drop_nonsense(tag).split()) for tag in question.tags)
    written.set("tags", "\n".join(dict.fromkeys(filter(None, tags))))
    written.set("difficulty", DIFFICULTIES[question.difficulty][language] if question.difficulty else "")
    if question.points != 1:
        written.set_number("points", question.points)
    for each, code in zip(several, codes, strict=True):
        written.set_text(f"stem_{code}", each.stem)
        written.set_text(f"feedback_{code}", each.feedback)
    if not all(f"stem_{code}" in written.values for code in codes):
        raise QuestionRefused("no_text", "One of its texts is empty.")
    WRITERS[question.kind](written, {code: each.parts for each, code in zip(several, codes, strict=True)})
    return written.values


class Values:
    def __init__(self, language):
        self.language, self.values = language, {}

    def set(self, key, value):
        if value != "":
            self.values[key] = value

    def set_text(self, key, text):
        if text.images:
            raise QuestionRefused("images", "The format has no images.")
        written = drop_nonsense(text.text)
        if written and (text.format != STYLE or FORMAT.match(written)):
            written = f"[{text.format}]{written}"
        self.set(key, written)

    def set_line(self, key, text):
        self.set(key, " ".join(drop_nonsense(text).split()))

    def set_lines(self, key, lines):
        self.set(key, "\n".join(line for text in lines for line in map(str.strip, drop_nonsense(text).split("\n"))
                                if line))

    def set_number(self, key, number, after=""):
        """As a number where a spreadsheet keeps all of its digits, else as a text."""
        number = EXACTLY.normalize(number) + 0
        written = format(number, "f")
        if not NUMBER.fullmatch(written):
            raise QuestionRefused("not_a_number", "One of its numbers is too long.")
        self.set(key, f"{written}{after}" if after or len(number.as_tuple().digits) > MOST_DIGITS else number)

    def set_word(self, key, words, word):
        self.set(key, words[word][self.language])

    def set_truth(self, key, value):
        if value is not None:
            self.set_word(key, TRUTH, "yes" if value else "no")


def number_from_one(several):
    """(number, the first one, {language: each}) of the elements that stand in the same place in each language."""
    rows = list(zip_longest(*several.values()))
    if len(rows) > MOST_ANSWERS:
        raise QuestionRefused("too_many_options", f"It has more than {MOST_ANSWERS} answers.")
    for number, row in enumerate(rows, 1):
        if row[0] is None:
            raise QuestionRefused("translation", "A translation has more answers than the question itself.")
        yield number, row[0], {code: each for code, each in zip(several, row, strict=True) if each is not None}


def get_first(parts):
    return next(iter(parts.values()))


def write_choice(written, parts, kind):
    choice = get_first(parts)
    is_weighed = choice.scoring in WEIGHED
    percents = [option.percent for option in choice.options]
    if is_weighed:
        get_scoring(percents, single=kind == "single_choice")
    elif not any(percent > NONE for percent in percents) or len(percents) < 2:
        raise QuestionRefused("no_right_answer", "No option is right.")
    elif kind == "single_choice" and sum(percent > NONE for percent in percents) > 1:
        raise QuestionRefused("several_right", "Several options are right, and only one can be chosen.")
    written.set_word("scoring", SCORINGS[kind], choice.scoring)
    for number, option, several in number_from_one({code: each.options for code, each in parts.items()}):
        if is_weighed:
            written.set_number(f"right{number}", option.percent)
        elif option.percent > NONE:
            written.set(f"right{number}", RIGHT)
        for code, each in several.items():
            written.set_text(f"text{number}_{code}", each.text)
            written.set_text(f"feedback{number}_{code}", each.feedback)
        need(written, f"text{number}", parts)


def need(written, key, parts):
    """Raise QuestionRefused unless there is a text in the first language."""
    if f"{key}_{next(iter(parts))}" not in written.values:
        raise QuestionRefused("no_text", "One of its texts is empty.")


def write_single_choice(written, parts):
    write_choice(written, parts, "single_choice")


def write_multiple_choice(written, parts):
    write_choice(written, parts, "multiple_choice")


def write_true_false(written, parts):
    first = get_first(parts)
    written.set_word("scoring", SCORINGS["true_false"], first.penalty)
    written.set("right1" if first.answer else "right2", RIGHT)
    for code, each in parts.items():
        written.set(f"text1_{code}", STATEMENTS["true"][code])
        written.set(f"text2_{code}", STATEMENTS["false"][code])
        written.set_text(f"feedback1_{code}", each.when_true)
        written.set_text(f"feedback2_{code}", each.when_false)


def write_matching(written, parts):
    first = get_first(parts)
    if len(first.pairs) < 2:
        raise QuestionRefused("too_few_pairs", "It has fewer than two pairs.")
    for number, _pair, several in number_from_one({code: each.pairs for code, each in parts.items()}):
        for code, pair in several.items():
            written.set_text(f"text{number}_{code}", pair.prompt)
            written.set_line(f"match{number}_{code}", pair.match)
            written.set_text(f"feedback{number}_{code}", pair.feedback)
        need(written, f"text{number}", parts)
        need(written, f"match{number}", parts)
    for number, _extra, several in number_from_one({code: each.extras for code, each in parts.items()}):
        if len(first.pairs) + number > MOST_ANSWERS:
            raise QuestionRefused("too_many_options", f"It has more than {MOST_ANSWERS} answers.")
        for code, extra in several.items():
            written.set_line(f"match{len(first.pairs) + number}_{code}", extra)
        need(written, f"match{len(first.pairs) + number}", parts)


def write_ordering(written, parts):
    first = get_first(parts)
    if len(first.items) < 2:
        raise QuestionRefused("too_few_items", "It has fewer than two items.")
    written.set_word("scoring", SCORINGS["ordering"], first.scoring)
    for number, _item, several in number_from_one({code: each.items for code, each in parts.items()}):
        for code, item in several.items():
            written.set_text(f"text{number}_{code}", item)
        need(written, f"text{number}", parts)


def write_gap_fill(written, parts):
    first = get_first(parts)
    for code, each in parts.items():
        written.set_text(f"gaps_{code}", each.text)
    need(written, "gaps", parts)
    if missing := [number for number in range(1, len(first.gaps) + 1) if f"[[{number}]]" not in first.text.text]:
        raise QuestionRefused("gap", f"[[{missing[0]}]] does not stand in the text with gaps.")
    if not first.gaps:
        raise QuestionRefused("no_gaps", "It has no gaps.")
    for number, gap, several in number_from_one({code: each.gaps for code, each in parts.items()}):
        if gap.numbers or gap.options or gap.weight != 1 or any(
                answer.percent != ALL or answer.match != "exact" or answer.feedback.text for answer in gap.answers):
            raise QuestionRefused("gap", "The format has gaps with words only, without percentages or feedbacks.")
        words = [*(["case"] if gap.case else []),
                 *({True: ["accents"], False: ["no_accents"], None: []}[gap.accents])]
        written.set(f"compare{number}", "\n".join(CARE[word][written.language] for word in words))
        for code, each in several.items():
            written.set_lines(f"text{number}_{code}", [answer.text for answer in each.answers])
            written.set_text(f"feedback{number}_{code}", each.feedback)
        need(written, f"text{number}", parts)


def write_numeric(written, parts):
    first = get_first(parts)
    need_full_credit([answer.percent for answer in first.answers])
    for number, answer, several in number_from_one({code: each.answers for code, each in parts.items()}):
        if answer.tolerance < 0:
            raise QuestionRefused("tolerance", "A tolerance is less than 0.")
        written.set_number(f"text{number}_{next(iter(parts))}", answer.value)
        if answer.tolerance_kind == "percent":
            written.set_number(f"compare{number}", answer.tolerance, "%")
        elif answer.tolerance:
            written.set_number(f"compare{number}", answer.tolerance)
        write_credit(written, number, answer.percent)
        for code, each in several.items():
            written.set_text(f"feedback{number}_{code}", each.feedback)
    for code, each in parts.items():
        written.set_text(f"otherwise_{code}", each.otherwise)
    written.set("units", "\n".join(map(write_unit, first.units)))
    if first.unit_needed:
        written.set_truth("unit_needed", True)
    if first.unit_loss:
        written.set_number("unit_loss", first.unit_loss)


def write_unit(unit):
    names = [" ".join(drop_nonsense(name).split()) for name in unit.names]
    if not all(names) or not names or any("|" in name or "=" in name for name in names):
        raise QuestionRefused("units", "The name of a unit is empty, or has a | or a =.")
    return f"{' | '.join(names)} = {EXACTLY.normalize(unit.factor):f}"


def write_credit(written, number, percent):
    if not NONE <= percent <= ALL:
        raise QuestionRefused("weight", "A percentage of an answer is less than 0 or more than 100.")
    if percent != ALL:
        written.set_number(f"right{number}", percent)


def fold(answers, most):
    """``answers`` with those that are too many as lines of the last one that is not."""
    if len(answers) <= most:
        return answers
    last = answers[most - 1]
    return (*answers[:most - 1], replace(last, text="\n".join(answer.text for answer in answers[most - 1:])))


def write_short_text(written, parts):
    first = get_first(parts)
    need_full_credit([answer.percent for answer in first.answers])
    rows = {code: fold(each.answers, len(first.answers)) for code, each in parts.items()}
    for number, answer, several in number_from_one(rows):
        write_credit(written, number, answer.percent)
        if answer.match != "exact":
            written.set_word(f"compare{number}", MATCHES, answer.match)
        for code, each in several.items():
            written.set_lines(f"text{number}_{code}", [each.text])
            written.set_text(f"feedback{number}_{code}", each.feedback)
        need(written, f"text{number}", parts)
    if first.case:
        written.set_truth("case", True)
    written.set_truth("accents", first.accents)


def write_long_text(written, parts):
    first = get_first(parts)
    for key in ("minimum", "maximum"):
        if getattr(first, key):
            written.set_number(key, Decimal(getattr(first, key)))
    for code, each in parts.items():
        written.set_text(f"guide_{code}", each.guide)
        written.set_text(f"template_{code}", each.template)


WRITERS = {"single_choice": write_single_choice, "multiple_choice": write_multiple_choice,
           "true_false": write_true_false, "matching": write_matching, "ordering": write_ordering,
           "gap_fill": write_gap_fill, "numeric": write_numeric, "short_text": write_short_text,
           "long_text": write_long_text}
