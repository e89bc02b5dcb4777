"""The figures of a test, or of one question over all tests, put together from the sums that ``reading`` gets."""

from collections import Counter
from dataclasses import dataclass, field
from math import sqrt

from assessments.analysis import reading
from assessments.analysis.gathering import gather_items
from assessments.analysis.items import get_advice, get_discrimination, get_facility, get_option_advice
from assessments.analysis.labels import describe_token, get_options
from assessments.analysis.people import SMALL, count_learners
from assessments.analysis.reliability import get_alpha, get_nested_reliability, get_standard_error
from assessments.analysis.sums import Sums, get_quantile, total
from assessments.models import Answer

MOST_RESPONSES = 20  # different ones that are listed where they are not options
BIN = 10  # percentage points of a bar of the distribution


@dataclass(slots=True)
class LanguageFigures:
    """``n`` answers of at least so many ``people`` to an item in one language of what learners saw; ``code`` is empty
    where that is not known. Without figures where ``is_small``."""

    code: str
    n: int
    people: int
    is_small: bool = False
    facility: float | None = None
    discrimination: float | None = None
    seconds: float | None = None


@dataclass(slots=True)
class ResponseFigures:
    """An option, or another part of what was answered: ``share`` of the answers hold it, and ``mean`` is the mean
    score in the test, as a fraction, of those who gave it, None where these are too few."""

    label: str
    n: int
    share: float
    mean: float | None
    is_right: bool | None = None  # None: the key does not say so of a single part
    advice: str = ""


@dataclass(slots=True)
class ItemFigures:
    """One question, with ``n`` answers of at least so many ``people``. ``key`` is the primary key of its Question.
    ``versions``: what was shown, the most answered first: (digest, answers). ``has_other_keys``: they were not all
    graded by the same key."""

    key: int
    code: str
    content: dict
    versions: list
    n: int
    people: int
    has_points: bool
    has_other_keys: bool = False
    facility: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    n_seconds: int = 0
    advice: str = ""
    languages: list = field(default_factory=list)
    responses: list = field(default_factory=list)
    dif: dict = field(default_factory=dict)  # {code of the focal language: Dif}

    @property
    def is_small(self):
        return self.people < SMALL

    @property
    def stem(self):
        return self.content["stem"]

    @property
    def flags(self):
        return [code for code, dif in self.dif.items() if dif.is_flagged]


@dataclass(slots=True)
class Analysis:
    """Of ``n`` attempts of so many ``people``. Scores are percentages; ``bars``: how many attempts reached 0 to under
    10 %, 10 to under 20 %, …, 90 to 100 %. ``method`` of the reliability: "alpha", "kr20", "nested" (other questions
    for each person) or empty where it cannot be computed; ``error`` is the standard error of measurement in percentage
    points."""

    n: int
    people: int
    items: list = field(default_factory=list)
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    bars: list = field(default_factory=list)
    method: str = ""
    reliability: float | None = None
    error: float | None = None

    @property
    def is_small(self):
        return self.people < SMALL

    @property
    def flagged(self):
        return [item for item in self.items if item.flags]


# --- Reading ----------------------------------------------------------------------------------------------------------

def analyse(attempts, *, every=False, order=()):
    """The Analysis of a queryset of attempts at one test: of each person's first, or of ``every`` one. ``order``:
    primary keys of questions, in which the items come; the others follow by their code."""
    chosen = reading.choose_attempts(attempts, every=every)
    people, most = count_learners(chosen)
    analysis = _analyse_scores(chosen, people)
    if analysis.is_small:
        return analysis
    items = gather_items(chosen, most=most)
    analysis.items = sorted(map(_make_figures, items), key=lambda item: (
        order.index(item.key) if item.key in order else len(order), item.code))
    _add_reliability(analysis, chosen, items)
    return analysis


def analyse_question(question, attempts, *, every=False):
    """The ItemFigures of one question in a queryset of attempts at any tests; None when nobody was asked it. People are
    compared within each test."""
    versions = set(question.edits.values_list("version_id", flat=True))
    shown = Answer.objects.filter(version__in=versions).values("attempt")
    chosen = reading.choose_attempts(attempts.filter(pk__in=shown), every=every)
    _people, most = count_learners(chosen)
    items = gather_items(chosen, most=most, versions=versions)
    return next((_make_figures(item) for item in items if item.key == question.pk), None)


# --- Figures ----------------------------------------------------------------------------------------------------------

def _make_figures(item):
    groups, seconds = item.get_groups(), sum(item.seconds.values(), Counter())
    figures = ItemFigures(
        key=item.key, code=item.code, content=item.content, versions=item.counts.most_common(), n=item.n,
        people=item.people["all"], has_points=item.has_points, has_other_keys=item.has_other_keys,
        n_seconds=sum(seconds.values()))
    if figures.is_small:
        return figures
    if item.people["timed"] >= SMALL:
        figures.seconds = get_quantile(seconds, 0.5)
    if item.has_points:
        figures.facility, figures.discrimination = get_facility(groups), get_discrimination(groups)
        figures.advice = get_advice(facility=figures.facility, discrimination=figures.discrimination)
    figures.languages = _get_languages(item)
    figures.responses = _get_responses(item)
    figures.dif = item.dif
    return figures


def _get_languages(item):
    counts = sorted(item.count_languages().items(), key=lambda pair: (-pair[1], pair[0]))
    languages = [LanguageFigures(code, n, item.people["language", code]) for code, n in counts]
    hide_small(languages, may_overlap=item.most > 1)
    for figures in languages:
        if figures.is_small:
            continue
        if item.people.get(("timed", figures.code), 0) >= SMALL:
            figures.seconds = get_quantile(item.seconds[figures.code], 0.5)
        if item.has_points:
            groups = item.get_groups(figures.code)
            figures.facility, figures.discrimination = get_facility(groups), get_discrimination(groups)
    return languages


def hide_small(rows, *, may_overlap=False):
    """Set ``is_small`` on what fewer than five people make up, and where those hidden are together fewer than five, on
    the smallest of the others too, or the whole less the rest would tell what is hidden. ``may_overlap``: the same
    people may be in several rows."""
    for row in rows:
        row.is_small = row.people < SMALL
    small = [row.people for row in rows if row.is_small]
    hidden = max(small, default=0) if may_overlap else sum(small)
    shown = [row for row in rows if not row.is_small]
    if 0 < hidden < SMALL and shown:
        min(shown, key=lambda row: row.people).is_small = True


def _get_responses(item):
    options = get_options(item.content)
    listed = [*options, *(token for token, _n in item.answered.most_common() if token and token not in options)]
    rows = [(token, item.answered[token]) for token in listed]
    if not options:  # what people wrote is shown when so many wrote it that it says nothing of one
        rows = [row for row in rows if _is_shown(item, row[0])][:MOST_RESPONSES]
    if item.answered[""]:
        rows.append(("", item.answered[""]))
    means = {token: item.shares[token] / n for token, n in rows if _is_shown(item, token)}
    right = [means[token] for token, is_right in options.items() if is_right and token in means]
    responses = []
    for token, n in rows:
        is_right, mean, share = options.get(token), means.get(token), n / item.n
        advice = get_option_advice(is_right=is_right, share=share, mean=mean, mean_of_right=max(right, default=None)
                                   ) if is_right is not None else ""
        responses.append(ResponseFigures(describe_token(item.contents.values(), token), n, share, mean, is_right,
                                         advice))
    return responses


def _is_shown(item, token):
    return item.people.get(("token", token), 0) >= SMALL


def _analyse_scores(chosen, people):
    counts = Counter()
    for score, maximum, count in reading.count_scores(chosen):
        counts[float(score) * 100 / float(maximum)] += count
    n = sum(counts.values())
    if people < SMALL:
        return Analysis(n, people)
    sums = Sums(n, sum(value * count for value, count in counts.items()),
                sum(value * value * count for value, count in counts.items()))
    bars = [0] * (100 // BIN)
    for value, count in counts.items():
        bars[min(int(value // BIN), len(bars) - 1)] += count
    return Analysis(n, people, mean=sums.mean, median=get_quantile(counts, 0.5), deviation=sqrt(sums.variance),
                    bars=bars)


def _add_reliability(analysis, chosen, items):
    """Of the items with points: alpha where everybody had the same, else by what differs within people."""
    scored = [item for item in items if item.has_points]
    if not scored:
        return
    if all(item.n == analysis.n for item in scored):
        first = scored[0].cells
        totals = Sums(analysis.n, sum(cell.total for cell, _sums in first),
                      sum(cell.total_squares for cell, _sums in first))
        analysis.reliability = get_alpha([item.get_points().variance for item in scored], totals.variance)
        analysis.method = "" if analysis.reliability is None else (
            "kr20" if all(_is_right_or_wrong(item) for item in scored) else "alpha")
        analysis.error = get_standard_error(analysis.deviation, analysis.reliability)
        return
    unscored = [version for item in items for version, points in item.points.items() if not points]
    rows = list(reading.sum_up_nested(chosen, unscored=unscored))
    if len(rows) != 1:
        return
    number, people, totals, squares, within = rows[0]
    analysis.reliability, error = get_nested_reliability(
        people=people, items=number, between=Sums(people, totals, squares).spread, within=within)
    if error is not None:
        points = sum(sum(item.points[version] * n for version, n in item.counts.items()) for item in scored) / people
        analysis.method, analysis.error = "nested", error * 100 / points


def _is_right_or_wrong(item):
    sums = total(sums for _cell, sums in item.cells)
    return abs(sums.x - sums.xx) < 1e-9 * max(sums.n, 1) and len(set(item.points.values())) == 1
