"""The figures of a test, or of one question over all tests, put together from the sums that ``reading`` gets."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import sqrt

from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from assessments.analysis import reading
from assessments.analysis.dif import find_dif, make_strata
from assessments.analysis.items import get_advice, get_discrimination, get_facility, get_option_advice
from assessments.analysis.labels import describe_token, get_key, get_options
from assessments.analysis.reliability import get_alpha, get_nested_reliability, get_standard_error
from assessments.analysis.sums import Sums, get_quantile, total
from assessments.kinds import get_kind
from assessments.models import Answer, Question, QuestionEdit, RegradedAttempt
from assessments.versions import get_contents

SMALL = 5  # of fewer people nothing is shown
MOST_RESPONSES = 20  # different ones that are listed where they are not options
BIN = 10  # percentage points of a bar of the distribution


@dataclass(slots=True)
class LanguageFigures:
    """An item in one language of what learners saw; ``code`` is empty where that is not known. Without figures where
    ``is_small``."""

    code: str
    n: int
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
    """One question. ``key`` is the primary key of its Question. ``versions``: what was shown, the most answered first:
    (digest, answers). ``has_other_keys``: they were not all graded by the same key."""

    key: int
    code: str
    content: dict
    versions: list
    n: int
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
        return self.n < SMALL

    @property
    def stem(self):
        return self.content["stem"]

    @property
    def flags(self):
        return [code for code, dif in self.dif.items() if dif.is_flagged]


@dataclass(slots=True)
class Analysis:
    """Of ``n`` attempts. Scores are percentages; ``bars``: how many attempts reached 0 to under 10 %, 10 to under 20 %,
    …, 90 to 100 %. ``method`` of the reliability: "alpha", "kr20", "nested" (other questions for each person) or empty
    where it cannot be computed; ``error`` is the standard error of measurement in percentage points."""

    n: int
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
        return self.n < SMALL

    @property
    def flagged(self):
        return [item for item in self.items if item.flags]


# --- Reading ----------------------------------------------------------------------------------------------------------

def analyse(attempts, *, every=False, order=()):
    """The Analysis of a queryset of attempts at one test: of each person's first, or of ``every`` one. ``order``:
    primary keys of questions, in which the items come; the others follow by their code."""
    chosen = reading.choose_attempts(attempts, every=every)
    analysis = _analyse_scores(chosen)
    if analysis.is_small:
        return analysis
    items = _read_items(chosen)
    analysis.items = sorted((item.figures for item in items), key=lambda item: (
        order.index(item.key) if item.key in order else len(order), item.code))
    _add_reliability(analysis, chosen, items)
    return analysis


def analyse_question(question, attempts, *, every=False):
    """The ItemFigures of one question in a queryset of attempts at any tests; None when nobody was asked it. People are
    compared within each test."""
    versions = set(question.edits.values_list("version_id", flat=True))
    shown = Answer.objects.filter(version__in=versions).values("attempt")
    chosen = reading.choose_attempts(attempts.filter(pk__in=shown), every=every)
    items = _read_items(chosen, versions=versions)
    return next((item.figures for item in items if item.key == question.pk), None)


class _Item:
    """What was read of one question, over all its versions, before it becomes figures."""

    def __init__(self, key, code):
        self.key, self.code = key, code
        self.contents, self.counts = {}, Counter()
        self.cells = []  # (Cell, its Sums with x as a fraction of the points)
        self.seconds = defaultdict(Counter)  # {language: {seconds: answers}}
        self.answered = Counter()  # {token: answers}
        self.shares = Counter()  # {token: sum of the shares of the points of the test}
        self.dif, self.figures, self.has_other_keys = {}, None, False

    @property
    def content(self):
        """The version that most were shown."""
        return self.contents[max(self.counts, key=lambda version: (self.counts[version], version))]

    @property
    def points(self):
        return {version: float(content["points"]) for version, content in self.contents.items()}

    @property
    def has_points(self):
        return any(self.points.values())

    @property
    def n(self):
        return sum(self.counts.values())

    def get_groups(self, language=None):
        """The Sums of each test, in one language or all."""
        groups = defaultdict(Sums)
        for cell, sums in self.cells:
            if language is None or cell.language == language:
                groups[cell.activity] += sums
        return list(groups.values())

    def get_points(self):
        """The Sums of the scores in points, not as fractions of them."""
        return total(cell.sums for cell, _sums in self.cells)


def _read_items(chosen, versions=None):
    cells = list(reading.sum_up(chosen, versions=versions))
    items = _group(cells)
    by_version = {version: item for item in items for version in item.contents}
    for version, language, seconds, count in reading.count_seconds(chosen, versions=versions):
        by_version[version].seconds[language][seconds] += count
    listed = [version for version, item in by_version.items() if not get_kind(item.content["kind"]).is_marked]
    is_all = versions is None and len(listed) == len(by_version)  # which costs less to ask for
    for version, response, count, shares in reading.count_responses(chosen, versions=None if is_all else listed):
        _tally(by_version[version], version, response, count, shares)
    _compare_keys(items, chosen)
    _add_dif(items, chosen, cells, versions)
    for item in items:
        item.figures = _make_figures(item)
    return items


def _group(cells):
    """The _Items of Cells: what is one question is one item, whichever versions of it were shown."""
    digests = {cell.version for cell in cells}
    contents = get_contents(digests)
    edits = QuestionEdit.objects.filter(version__in=digests).order_by("-question")
    questions = dict(edits.values_list("version_id", "question_id"))  # the oldest of equal questions
    codes = dict(Question.objects.filter(pk__in=questions.values()).values_list("pk", "code"))
    items = {}
    for cell in cells:
        key = questions.get(cell.version, cell.version)
        item = items.setdefault(key, _Item(key, codes.get(key, "")))
        item.contents[cell.version] = content = contents[cell.version]
        item.counts[cell.version] += cell.sums.n
        item.cells.append((cell, _scale(cell.sums, float(content["points"]))))
    return list(items.values())


def _scale(sums, points):
    if not points:
        return sums
    return Sums(sums.n, sums.x / points, sums.xx / points ** 2, sums.y, sums.yy, sums.xy / points)


def _compare_keys(items, chosen):
    """Were all answers to an item graded by the same key? By that of the version which was shown, or of the last one by
    which they were graded again."""
    keys = {item.key: Counter(item.counts) for item in items}
    by_version = {version: item for item in items for version in item.contents}
    later = RegradedAttempt.objects.filter(attempt=OuterRef("attempt"), pk__gt=OuterRef("pk"),
                                           regrade__old_version=OuterRef("regrade__old_version"))
    last = RegradedAttempt.objects.filter(~Exists(later), attempt__in=chosen, regrade__old_version__in=by_version)
    regraded = list(last.order_by().values_list("regrade__old_version", "regrade__new_version").annotate(Count("pk")))
    contents = get_contents({new for _old, new, _count in regraded})
    for old, new, count in regraded:
        keys[by_version[old].key][old] -= count
        keys[by_version[old].key][new] += count
    for item in items:
        graded_by = [version for version, count in keys[item.key].items() if count > 0]
        item.has_other_keys = len({get_key(item.contents.get(version) or contents[version])
                                   for version in graded_by}) > 1


def _tally(item, version, response, count, shares):
    content = item.contents[version]
    for token in set(get_kind(content["kind"]).tally(content, response)) if response else {""}:
        item.answered[token] += count
        item.shares[token] += shares


# --- Two languages ----------------------------------------------------------------------------------------------------

def _add_dif(items, chosen, cells, versions):
    """Compare each language with the first one of the platform."""
    present = {cell.language for cell in cells} - {""}
    for code in sorted(present - {settings.LANGUAGE_CODE}):
        if settings.LANGUAGE_CODE in present:
            difs = find_dif(lambda excluded, code=code: _get_strata(items, chosen, cells, versions, excluded, code))
            for item in items:
                if item.key in difs:
                    item.dif[code] = difs[item.key]


def _get_strata(items, chosen, cells, versions, excluded, code):
    """{key: strata} of the items with points, for compare."""
    if excluded:
        left_out = {version: points for item in items if item.key in excluded
                    for version, points in item.points.items()}
        cells = reading.sum_up(chosen, versions=versions, excluded=left_out)
    by_version = {version: item for item in items if item.has_points for version in item.contents}
    strata = defaultdict(lambda: defaultdict(lambda: defaultdict(Sums)))
    for cell in cells:
        if cell.version in by_version and cell.language in {settings.LANGUAGE_CODE, code}:
            item = by_version[cell.version]
            pair = strata[item.key][cell.activity, cell.stratum]
            pair[cell.language == code] += _scale(cell.sums, item.points[cell.version])
    return {key: make_strata(pairs) for key, pairs in strata.items()}


# --- Figures ----------------------------------------------------------------------------------------------------------

def _make_figures(item):
    groups, seconds = item.get_groups(), sum(item.seconds.values(), Counter())
    figures = ItemFigures(
        key=item.key, code=item.code, content=item.content, versions=item.counts.most_common(), n=item.n,
        has_points=item.has_points, has_other_keys=item.has_other_keys, n_seconds=sum(seconds.values()))
    if figures.is_small:
        return figures
    if figures.n_seconds >= SMALL:
        figures.seconds = get_quantile(seconds, 0.5)
    if item.has_points:
        figures.facility, figures.discrimination = get_facility(groups), get_discrimination(groups)
        figures.advice = get_advice(facility=figures.facility, discrimination=figures.discrimination)
    figures.languages = _get_languages(item)
    figures.responses = _get_responses(item)
    figures.dif = item.dif
    return figures


def _get_languages(item):
    counts = Counter()
    for cell, sums in item.cells:
        counts[cell.language] += sums.n
    languages = [LanguageFigures(code, n) for code, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    hide_small(languages)
    for figures in languages:
        if figures.is_small:
            continue
        seconds = item.seconds[figures.code]
        if sum(seconds.values()) >= SMALL:
            figures.seconds = get_quantile(seconds, 0.5)
        if item.has_points:
            groups = item.get_groups(figures.code)
            figures.facility, figures.discrimination = get_facility(groups), get_discrimination(groups)
    return languages


def hide_small(rows):
    """Set ``is_small`` on what fewer than five people make up, and where those hidden are together fewer than five, on
    the smallest of the others too, or the whole less the rest would tell what is hidden."""
    for row in rows:
        row.is_small = row.n < SMALL
    hidden = sum(row.n for row in rows if row.is_small)
    shown = [row for row in rows if not row.is_small]
    if 0 < hidden < SMALL and shown:
        min(shown, key=lambda row: row.n).is_small = True


def _get_responses(item):
    options = get_options(item.content)
    listed = [*options, *(token for token, _n in item.answered.most_common() if token and token not in options)]
    rows = [(token, item.answered[token]) for token in listed]
    if not options:  # what people wrote is shown when so many wrote it that it says nothing of one
        rows = [(token, n) for token, n in rows if n >= SMALL][:MOST_RESPONSES]
    if item.answered[""]:
        rows.append(("", item.answered[""]))
    means = {token: item.shares[token] / n for token, n in rows if n >= SMALL}
    right = [means[token] for token, is_right in options.items() if is_right and token in means]
    responses = []
    for token, n in rows:
        is_right, mean, share = options.get(token), means.get(token), n / item.n
        advice = get_option_advice(is_right=is_right, share=share, mean=mean, mean_of_right=max(right, default=None)
                                   ) if is_right is not None else ""
        responses.append(ResponseFigures(describe_token(item.contents.values(), token), n, share, mean, is_right,
                                         advice))
    return responses


def _analyse_scores(chosen):
    counts = Counter()
    for score, maximum, count in reading.count_scores(chosen):
        counts[float(score) * 100 / float(maximum)] += count
    n = sum(counts.values())
    if n < SMALL:
        return Analysis(n)
    sums = Sums(n, sum(value * count for value, count in counts.items()),
                sum(value * value * count for value, count in counts.items()))
    bars = [0] * (100 // BIN)
    for value, count in counts.items():
        bars[min(int(value // BIN), len(bars) - 1)] += count
    return Analysis(n, mean=sums.mean, median=get_quantile(counts, 0.5), deviation=sqrt(sums.variance), bars=bars)


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
