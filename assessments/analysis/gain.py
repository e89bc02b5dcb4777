"""How much people know more after a course than before it: from pairs of results of the same people, in per cent."""

import math
from dataclasses import dataclass, field
from fractions import Fraction

from assessments.analysis.student import get_noncentrality, get_probability, get_quantile

MEDIUM, HIGH = Fraction(3, 10), Fraction(7, 10)  # where these bands of g begin (Hake 1998)
CONFIDENCE = 0.95
LOWEST = -5  # tenths: where the second bar of the histogram begins; lower gains are in the first
BARS = 16


@dataclass(frozen=True, slots=True)
class Effect:
    """A standardised mean difference with the limits of its confidence interval."""

    size: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Student's t test of pairs: the mean difference in percentage points with the limits of its confidence interval.
    Without ``t`` and ``p`` where all differences are the same."""

    difference: float
    low: float
    high: float
    df: int
    t: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Gain:
    """Means and standard deviations are in per cent. ``g_of_means``: the normalised gain of the group; ``mean_g``: the
    mean of the gains of those ``defined`` people who could gain something; ``undefined``: those who had everything
    right before. ``negative``: how many had less after. ``bands``: how many of the defined are low, medium, high.
    ``bars``: the histogram of their gains (get_bar). What cannot be computed is None."""

    n: int
    pre_mean: float | None = None
    pre_deviation: float | None = None
    post_mean: float | None = None
    post_deviation: float | None = None
    g_of_means: float | None = None
    mean_g: float | None = None
    defined: int = 0
    undefined: int = 0
    negative: int = 0
    band: str = ""
    mean_band: str = ""
    bands: dict = field(default_factory=lambda: dict.fromkeys(("low", "medium", "high"), 0))
    bars: tuple = (0,) * BARS
    correlation: float | None = None
    d_av: Effect | None = None
    d_z: Effect | None = None
    test: PairedTest | None = None


def get_normalised_gain(pre, post):
    """g = (post - pre)/(100 - pre), the share that was gained of what could be gained: at most 1, below 0 where
    something was lost; None where ``pre`` is 100, because nothing could be gained. Of the means of a group it is the
    average normalised gain <g> of Hake 1998, «Interactive-engagement versus traditional methods», American Journal of
    Physics 66, page 65. The mean of the gains of single people is another figure and is always named apart (Bao 2006,
    «Theoretical comparisons of average normalized gain calculations», American Journal of Physics 74)."""
    return None if pre == 100 else (post - pre) / (100 - pre)


def get_band(g):
    """``low`` below 0.3, ``medium`` below 0.7, else ``high`` (Hake 1998, page 65); empty for None."""
    if g is None:
        return ""
    return "low" if g < MEDIUM else "medium" if g < HIGH else "high"


def get_bar(g):
    """In which bar of the histogram a gain is: 0 for less than -0.5, then one for each tenth; 1 is in the last."""
    return min(max(math.floor(g * 10) - LOWEST + 1, 0), BARS - 1)


def measure_gain(pairs):
    """The Gain of matched ``pairs`` (pre, post): numbers from 0 to 100, per cent, of the same person each. Computed
    exactly, so that a gain of 0.3 is medium however it came about."""
    pairs = [(Fraction(pre), Fraction(post)) for pre, post in pairs]
    n = len(pairs)
    if not n:
        return Gain(0)
    pre_mean, post_mean = sum(pre for pre, _post in pairs) / n, sum(post for _pre, post in pairs) / n
    gains = [g for g in (get_normalised_gain(pre, post) for pre, post in pairs) if g is not None]
    g_of_means, mean_g = get_normalised_gain(pre_mean, post_mean), sum(gains) / len(gains) if gains else None
    bands, bars = {"low": 0, "medium": 0, "high": 0}, [0] * BARS
    for g in gains:
        bands[get_band(g)] += 1
        bars[get_bar(g)] += 1
    return Gain(
        n=n, pre_mean=float(pre_mean), post_mean=float(post_mean),
        g_of_means=_to_float(g_of_means), band=get_band(g_of_means), mean_g=_to_float(mean_g),
        mean_band=get_band(mean_g), defined=len(gains), undefined=n - len(gains),
        negative=sum(post < pre for pre, post in pairs), bands=bands, bars=tuple(bars),
        **(_compare([(float(pre), float(post)) for pre, post in pairs]) if n > 1 else {}))


def _to_float(value):
    return None if value is None else float(value)


def _compare(pairs):
    """What needs at least two pairs.

    The headline is d_av, the mean difference over the mean of the two standard deviations: it can be compared with the
    effects of other courses and of studies with two groups, and does not grow when the two results go together, as
    d_z, the mean difference over the standard deviation of the differences, does (Lakens 2013, «Calculating and
    reporting effect sizes to facilitate cumulative science», Frontiers in Psychology 4:863, formulae 6, 7 and 10).

    The interval of d_z is exact for normal differences: the noncentralities for which the observed t is at the 97.5 and
    the 2.5 per cent point, over √n (Cumming and Finch 2001, Educational and Psychological Measurement 61). That of d_av
    is the same one times the ratio of the two denominators, as if that were known: the approximation of Algina and
    Keselman 2003, «Approximate confidence intervals for effect sizes», Educational and Psychological Measurement 63."""
    n, df = len(pairs), len(pairs) - 1
    pre, post = _measure([pre for pre, _post in pairs]), _measure([post for _pre, post in pairs])
    mean, deviation = _measure([post - pre for pre, post in pairs])
    found = {"pre_deviation": pre[1], "post_deviation": post[1], "test": PairedTest(mean, mean, mean, df, None, None)}
    average = (pre[1] + post[1]) / 2
    if pre[1] and post[1]:
        products = math.fsum((before - pre[0]) * (after - post[0]) for before, after in pairs)
        found["correlation"] = max(min(products / df / (pre[1] * post[1]), 1.0), -1.0)
    if deviation:
        error = deviation / math.sqrt(n)
        t, reach = mean / error, get_quantile((1 + CONFIDENCE) / 2, df) * error
        p = min(2 * get_probability(-abs(t), df), 1.0)
        found["test"] = PairedTest(mean, mean - reach, mean + reach, df, t, p)
        low, high = (get_noncentrality(t, df, side) / math.sqrt(n)
                     for side in ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2))
        found["d_z"] = Effect(mean / deviation, low, high)
        if average:
            ratio = deviation / average
            found["d_av"] = Effect(mean / average, low * ratio, high * ratio)
    return found


def _measure(values):
    """(mean, standard deviation with n - 1) of at least two floats; exactly 0 where they are the same."""
    mean = math.fsum(values) / len(values)
    if max(values) - min(values) < 1e-9:
        return mean, 0.0
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
