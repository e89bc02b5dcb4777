"""Any questions, for hypothesis: also ones that a format has to refuse."""

from decimal import Decimal

from hypothesis import strategies as st

from assessments.formats import model
from assessments.formats.weights import get_percents

# What has a meaning in one of the formats, and what may get lost.
PIECES = st.sampled_from([*"~=#{}:\\n*%[]/$ñ «\u00a0\t\r\n\v\0", "\n\n", "::", "//", "->", "####", "[html]", "%50%",
                          "T", "$CATEGORY:", "..", "A) ", "ANSWER: A", "\\*", "[id:", "[tag:", "top", "\\]", "\u2028"])
strings = st.one_of(st.lists(PIECES, max_size=6).map("".join), st.text(max_size=12))
texts = st.builds(model.Text, strings, st.sampled_from(model.FORMATS))
percents = st.sampled_from([Decimal(each) for each in (
    "100", "50", "33.33333", "0", "-50", "-100", "150", "12.3456789")])
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10**9, max_value=10**9)
options = st.builds(model.Option, texts, percents, texts)


@st.composite
def choices(draw, single):
    """Half of them with the percentages of a scoring of ours, so that they can be written."""
    several = draw(st.lists(options, min_size=2, max_size=5))
    scorings = ["none", "chance", "half", "whole", "weights"] if single else ["balanced", "right_only", "weights",
                                                                              "negative"]
    scoring = draw(st.sampled_from(scorings))
    if draw(st.booleans()) and scoring not in ("negative", "weights"):
        place = draw(st.integers(0, len(several) - 1))
        correct = [each == place if single else each <= place for each in range(len(several))]
        several = [model.Option(option.text, percent, option.feedback) for option, percent in
                   zip(several, get_percents(correct, scoring, single=single), strict=True)]
    return model.Choice(tuple(several), scoring)


def tuples(elements):
    return st.lists(elements, max_size=4).map(tuple)


answers = st.builds(model.Answer, strings, percents, texts, st.sampled_from(["exact", "wildcard", "contains"]))
PARTS = {
    "single_choice": choices(True), "multiple_choice": choices(False),
    "true_false": st.builds(model.TrueFalse, st.booleans(), texts, texts, st.sampled_from(["none", "none", "half"])),
    "matching": st.builds(model.Matching, tuples(st.builds(model.Pair, texts, strings, texts)), tuples(strings)),
    "ordering": st.builds(model.Ordering, tuples(texts), st.sampled_from(["positions", "adjacent", "exact"])),
    "gap_fill": st.builds(model.GapFill, texts, tuples(st.builds(model.Gap, tuples(answers)))),
    "numeric": st.builds(model.Numeric, tuples(st.builds(
        model.Number, numbers, numbers, percents, texts, st.sampled_from(["absolute", "percent"]))), texts),
    "short_text": st.builds(model.ShortText, tuples(answers), st.sampled_from([False, False, True])),
    "long_text": st.builds(model.LongText, st.integers(0, 1), st.integers(0, 1)),
}


def make_questions(kind):
    return st.builds(model.Question, st.just(kind), texts, PARTS[kind], name=strings, category=tuples(strings),
                     id=strings, tags=tuples(strings), feedback=texts, points=st.sampled_from([Decimal(1), Decimal(2)]))


questions = st.lists(st.one_of([make_questions(kind) for kind in PARTS]), max_size=5)
files = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.sampled_from(
    ["{", "}", "\n", "q", "=a", "~b", "{#", "3:2", "{>2 ", "B) b\n", "ANSWER: "])), max_size=40).map("".join))
