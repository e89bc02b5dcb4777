"""Does an item behave differently in two languages? Differential item functioning: people who are equally good at the
test as a whole, but saw it in different languages, are compared stratum by stratum.

Items that are right or wrong get the Mantel-Haenszel procedure, items with partial credit Mantel's test, which is the
same idea for ordered scores. An item is flagged where the difference is unlikely to be chance (p below 0.05 after the
correction for the number of items) and large enough to matter (class B or C of the Educational Testing Service)."""

import math
from dataclasses import dataclass, replace

from assessments.analysis.sums import Sums, clear, total

MINIMUM = 50  # people in each language
LEVEL = 0.05  # of significance
ONE_SIDED = 1.6448536269514722  # the 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Dif:
    """One item in two languages. ``effect`` is below 0 where the item is harder in the focal language: the ETS delta
    difference (``method`` "mantel_haenszel") or the standardised mean difference ("mantel"); ``grade`` its class A, B
    or C. ``p``: of the test; ``corrected_p``: for the number of items. With a ``problem`` there are no figures:
    "too_few" people in one language, or "no_overlap" of what the two groups know, or nothing varies."""

    method: str
    n_reference: int
    n_focal: int
    problem: str = ""
    effect: float | None = None
    error: float | None = None  # standard error of the effect
    odds_ratio: float | None = None
    chi_square: float | None = None
    p: float | None = None
    corrected_p: float | None = None
    grade: str = ""

    @property
    def is_flagged(self):
        return self.corrected_p is not None and self.corrected_p < LEVEL and self.grade in {"B", "C"}

    @property
    def is_harder(self):
        """In the focal language?"""
        return self.effect is not None and self.effect < 0


def compare(strata, *, minimum=MINIMUM):
    """The Dif of an item from pairs of Sums (reference, focal), one for each stratum of people who are equally good;
    ``x`` is the score as a fraction of the points. Without the correction for the number of items: correct."""
    strata = list(strata)
    reference, focal = total(pair[0] for pair in strata), total(pair[1] for pair in strata)
    is_right_or_wrong = math.isclose(reference.x + focal.x, reference.xx + focal.xx, abs_tol=1e-9) and all(
        is_dichotomous(group) for pair in strata for group in pair)
    dif = Dif("mantel_haenszel" if is_right_or_wrong else "mantel", reference.n, focal.n)
    if min(reference.n, focal.n) < minimum:
        return replace(dif, problem="too_few")
    both = [pair for pair in strata if pair[0].n and pair[1].n]
    return compare_right_or_wrong(dif, both) if is_right_or_wrong else compare_scores(dif, both)


def is_dichotomous(sums):
    """Are all scores 0 or 1? Exactly then the sum of x(1 - x) is 0, unless scores below 0 make up for others between 0
    and 1, which is as good as impossible in every stratum."""
    return math.isclose(sums.x, sums.xx, abs_tol=1e-9)


def compare_right_or_wrong(dif, strata):
    """Mantel and Haenszel (1959, «Statistical aspects of the analysis of data from retrospective studies of disease»,
    Journal of the National Cancer Institute 22): chi-square with continuity correction, and the common odds ratio.
    Holland and Thayer (1988, «Differential item performance and the Mantel-Haenszel procedure», in Wainer and Braun,
    «Test validity») put it on the delta scale: MH D-DIF = -2.35 ln(odds ratio). Its standard error: Robins, Breslow
    and Greenland (1986, «Estimators of the Mantel-Haenszel variance consistent in both sparse data and large-strata
    limiting models», Biometrics 42)."""
    deviation = variance = r = s = pr = ps_qr = qs = 0.0
    for reference, focal in strata:
        n = reference.n + focal.n
        right = reference.x + focal.x
        a, b, c, d = reference.x, reference.n - reference.x, focal.x, focal.n - focal.x
        deviation += a - reference.n * right / n
        if n > 1:
            variance += reference.n * focal.n * right * (n - right) / (n * n * (n - 1))
        p, q = (a + d) / n, (b + c) / n
        r_here, s_here = a * d / n, b * c / n
        r, s = r + r_here, s + s_here
        pr, ps_qr, qs = pr + p * r_here, ps_qr + p * s_here + q * r_here, qs + q * s_here
    if not variance:
        return replace(dif, problem="no_overlap")
    chi_square = (abs(deviation) - 0.5) ** 2 / variance
    dif = replace(dif, chi_square=chi_square, p=get_p(chi_square))
    if not r or not s:
        ratio = math.inf if r else 0.0
        effect = -math.inf if r else math.inf
        return replace(dif, odds_ratio=ratio, effect=effect, grade="C" if dif.p < LEVEL else "A")
    error = 2.35 * math.sqrt(pr / (2 * r * r) + ps_qr / (2 * r * s) + qs / (2 * s * s))
    effect = -2.35 * math.log(r / s)
    return replace(dif, odds_ratio=r / s, effect=effect, error=error, grade=grade_delta(effect, error, dif.p))


def grade_delta(delta, error, p):
    """ETS class: A, negligible: below 1 in size, or not significantly different from 0; C, large: at least 1.5 in size
    and significantly above 1; B: the rest (Zieky 1993, «Practical questions in the use of DIF statistics in test
    development», in Holland and Wainer, «Differential item functioning»)."""
    if abs(delta) < 1 or p >= LEVEL:
        return "A"
    return "C" if abs(delta) >= 1.5 and abs(delta) - ONE_SIDED * error > 1 else "B"


def compare_scores(dif, strata):
    """Mantel (1963, «Chi-square tests with one degree of freedom; extensions of the Mantel-Haenszel procedure», Journal
    of the American Statistical Association 58) on the scores of the focal group, as Zwick, Donoghue and Grima (1993,
    «Assessment of differential item functioning for performance tasks», Journal of Educational Measurement 30) use it.
    Effect: the standardised mean difference (Dorans and Schmitt 1991, «Constructed response and differential item
    functioning», ETS RR-91-47), focal minus reference with the weights of the focal group, divided by the standard
    deviation of the item in both groups together."""
    deviation = variance = difference = 0.0
    focal_n = sum(focal.n for _reference, focal in strata)
    for reference, focal in strata:
        n, both = reference.n + focal.n, reference + focal
        deviation += focal.x - focal.n * both.x / n
        if n > 1:
            variance += reference.n * focal.n * clear(n * both.xx - both.x ** 2, n * both.xx) / (n * n * (n - 1))
        difference += focal.n / focal_n * (focal.mean - reference.mean)
    if not variance:
        return replace(dif, problem="no_overlap")
    chi_square = deviation ** 2 / variance
    effect = difference / math.sqrt(total(group for pair in strata for group in pair).variance)
    p = get_p(chi_square)
    return replace(dif, chi_square=chi_square, p=p, effect=effect, grade=grade_difference(effect, p))


def grade_difference(effect, p):
    """The classes of the National Assessment of Educational Progress for items with partial credit: A up to 0.17 or not
    significant, C above 0.25, B between (Zwick, Thayer and Mazzeo 1997, «Describing and categorizing DIF in polytomous
    items», ETS RR-97-05; Allen, Carlson and Zelenak 1999, «The NAEP 1996 technical report»)."""
    if abs(effect) <= 0.17 or p >= LEVEL:
        return "A"
    return "C" if abs(effect) > 0.25 else "B"


def get_p(chi_square):
    """Of a chi-square with one degree of freedom."""
    return math.erfc(math.sqrt(chi_square / 2))


def adjust(p_values):
    """Benjamini and Hochberg (1995, «Controlling the false discovery rate», Journal of the Royal Statistical Society B
    57): among the items below 0.05 at most one in twenty is expected to be there by chance, and where no item differs,
    the probability of any is at most 0.05. Holm's procedure would promise the second of all tests, and miss more of
    the items that do differ, though a flag only asks somebody to look. Returns the values in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__, reverse=True)
    adjusted, least = [0.0] * len(p_values), 1.0
    for place, index in enumerate(order):
        least = min(least, p_values[index] * len(p_values) / (len(p_values) - place))
        adjusted[index] = least
    return adjusted


def correct(difs):
    """{key: Dif} with the p of each corrected for how many there are."""
    tested = [key for key, dif in difs.items() if dif.p is not None]
    corrected = adjust([difs[key].p for key in tested])
    return {**difs, **{key: replace(difs[key], corrected_p=p) for key, p in zip(tested, corrected, strict=True)}}


def find_dif(read, *, minimum=MINIMUM):
    """The corrected {key: Dif} of all items. ``read(excluded)`` returns {key: strata} as compare takes them, where the
    people of a stratum have the same score without the ``excluded`` items, the item itself counted all the same.

    In two stages (Holland and Thayer 1988): what the first one flags is left out of the score by which the second one
    matches people, because an item that differs would make them look unequal."""
    difs = correct({key: compare(strata, minimum=minimum) for key, strata in read(frozenset()).items()})
    flagged = frozenset(key for key, dif in difs.items() if dif.is_flagged)
    if not flagged or len(flagged) == len(difs):
        return difs
    return correct({key: compare(strata, minimum=minimum) for key, strata in read(flagged).items()})


def make_strata(cells):
    """Pairs for compare from {stratum: {is it the focal language: Sums}}."""
    return [(pair.get(False, Sums()), pair.get(True, Sums())) for pair in cells.values()]
