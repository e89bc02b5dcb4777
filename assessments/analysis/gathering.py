"""What was answered to each question of a test, over all its versions, before it becomes figures: the sums that
``reading`` gets, how many people stand behind them, and the differences between languages."""

from collections import Counter, defaultdict
from dataclasses import replace
from math import inf

from django.conf import settings
from django.db.models import Count, Exists, OuterRef

from assessments.analysis import reading
from assessments.analysis.dif import MINIMUM, compare, find_dif, make_strata
from assessments.analysis.labels import get_key
from assessments.analysis.people import SMALL, Group, count_people
from assessments.analysis.sums import Sums, total
from assessments.kinds import get_kind
from assessments.models import Question, QuestionEdit, RegradedAttempt
from assessments.versions import get_contents


class Item:
    """One question. ``most``: so often at most was a person asked it. ``people``: how many different ones answered, by
    what they have in common, as Item.make_groups names it; where there are enough, it may be more."""

    def __init__(self, key, code):
        self.key, self.code, self.most = key, code, 1
        self.contents, self.counts = {}, Counter()
        self.cells = []  # (Cell, its Sums with x as a fraction of the points)
        self.seconds = defaultdict(Counter)  # {language: {seconds: answers}}
        self.answered = Counter()  # {token: answers}
        self.shares = Counter()  # {token: sum of the shares of the points of the test}
        self.responses = defaultdict(set)  # {token: {(version, stored response)}} where somebody was asked twice
        self.people, self.dif, self.has_other_keys = {}, {}, False

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

    def count_languages(self):
        """{language: answers}"""
        counts = Counter()
        for cell, sums in self.cells:
            counts[cell.language] += sums.n
        return counts

    def make_groups(self):
        """{name: Group}: "all", those whose time is known ("timed"), ("language", code), ("timed", code) and ("token",
        token)."""
        def make(n, **fields):
            return Group(n, self.most, frozenset(self.contents), **fields)

        timed = {code: sum(seconds.values()) for code, seconds in self.seconds.items()}
        return {
            "all": make(self.n), "timed": make(sum(timed.values()), is_timed=True),
            **{("language", code): make(n, language=code, enough=MINIMUM)
               for code, n in self.count_languages().items()},
            **{("timed", code): make(n, language=code, is_timed=True) for code, n in timed.items()},
            **{("token", token): make(n, responses=frozenset(self.responses[token]))
               for token, n in self.answered.items() if n >= SMALL}}


def gather_items(chosen, *, most, versions=None):
    """The Items of all questions, or of those with these ``versions``, in a queryset of Attempts of which nobody has
    more than ``most``."""
    cells = list(reading.sum_up(chosen, versions=versions))
    items = _group(cells, most)
    by_version = {version: item for item in items for version in item.contents}
    for version, language, seconds, count in reading.count_seconds(chosen, versions=versions):
        by_version[version].seconds[language][seconds] += count
    listed = [version for version, item in by_version.items() if not get_kind(item.content["kind"]).is_marked]
    is_all = versions is None and len(listed) == len(by_version)  # which costs less to ask for
    for version, response, stored, count, shares in reading.count_responses(
            chosen, versions=None if is_all else listed):
        _tally(by_version[version], version, response, stored, count, shares)
    _compare_keys(items, chosen)
    groups = {(item.key, name): group for item in items for name, group in item.make_groups().items()}
    people = count_people(chosen, groups)
    for item in items:
        item.people = {name: people[key, name] for key, name in groups if key == item.key}
    _add_dif(items, chosen, cells, versions)
    return items


def _group(cells, most):
    """The Items of Cells: what is one question is one item, whichever versions of it were shown. Two equal questions
    are one too, and may both have been in an attempt."""
    digests = {cell.version for cell in cells}
    contents = get_contents(digests)
    edits = QuestionEdit.objects.filter(version__in=digests).order_by("-question")
    rows = list(edits.values_list("version_id", "question_id"))
    questions = dict(rows)  # the oldest of equal questions
    equals = Counter(version for version, _question in set(rows))
    codes = dict(Question.objects.filter(pk__in=questions.values()).values_list("pk", "code"))
    items = {}
    for cell in cells:
        key = questions.get(cell.version, cell.version)
        item = items.setdefault(key, Item(key, codes.get(key, "")))
        item.contents[cell.version] = content = contents[cell.version]
        item.counts[cell.version] += cell.sums.n
        item.most = max(item.most, most * max(equals[cell.version], 1))
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


def _tally(item, version, response, stored, count, shares):
    content = item.contents[version]
    for token in set(get_kind(content["kind"]).tally(content, response)) if response else {""}:
        item.answered[token] += count
        item.shares[token] += shares
        if item.most > 1:
            item.responses[token].add((version, stored))


# --- Two languages ----------------------------------------------------------------------------------------------------

def _add_dif(items, chosen, cells, versions):
    """Compare each language with the first one of the platform."""
    present = {cell.language for cell in cells} - {""}
    for code in sorted(present - {settings.LANGUAGE_CODE}):
        if settings.LANGUAGE_CODE not in present:
            continue
        scored = {item.key: item for item in items if item.has_points}
        few = {key: item for key, item in scored.items() if _have_few_people(item, code)}
        compared = [item for item in scored.values() if item.key not in few]
        difs = find_dif(lambda excluded, compared=compared, code=code: _get_strata(
            compared, chosen, cells, versions, excluded, code))
        for key, strata in _get_strata(few.values(), chosen, cells, versions, (), code).items():
            difs[key] = replace(compare(strata, minimum=inf), n_reference=_get_people(few[key], settings.LANGUAGE_CODE),
                                n_focal=_get_people(few[key], code))
        for key, dif in difs.items():
            scored[key].dif[code] = dif


def _get_people(item, code):
    return item.people.get(("language", code), 0)


def _have_few_people(item, code):
    return min(_get_people(item, settings.LANGUAGE_CODE), _get_people(item, code)) < MINIMUM


def _get_strata(items, chosen, cells, versions, excluded, code):
    """{key: strata} of the items, for compare."""
    if excluded:
        left_out = {version: points for item in items if item.key in excluded
                    for version, points in item.points.items()}
        cells = reading.sum_up(chosen, versions=versions, excluded=left_out)
    by_version = {version: item for item in items for version in item.contents}
    strata = defaultdict(lambda: defaultdict(lambda: defaultdict(Sums)))
    for cell in cells:
        if cell.version in by_version and cell.language in {settings.LANGUAGE_CODE, code}:
            item = by_version[cell.version]
            pair = strata[item.key][cell.activity, cell.stratum]
            pair[cell.language == code] += _scale(cell.sums, item.points[cell.version])
    return {key: make_strata(pairs) for key, pairs in strata.items()}
