"""Student's t distribution and the noncentral one, without a library for it."""

import math
from functools import lru_cache

STEPS, FEW_STEPS = 2000, 300  # of the integral: up to 3 degrees of freedom, and for more
WIDTH = 9  # standard deviations on each side of 1 in which the integral is taken


@lru_cache(maxsize=256)
def _get_nodes(df):
    """[(s, weight), …]: the distribution of s = √(χ²/df), as points with weights that add up to 1."""
    steps = STEPS if df < 4 else FEW_STEPS
    spread = WIDTH / math.sqrt(2 * df)
    low, high = max(1 - spread, 0.0), 1 + spread
    step = (high - low) / steps
    constant = math.log(2) + df / 2 * math.log(df / 2) - math.lgamma(df / 2)
    nodes = []
    for number in range(steps + 1):
        s = low + number * step
        simpson = 1 if number in (0, steps) else 4 if number % 2 else 2
        log = constant - df * s * s / 2 + ((df - 1) * math.log(s) if s else 0.0 if df == 1 else -math.inf)
        nodes.append((s, math.exp(log) * simpson * step / 3))
    whole = math.fsum(weight for _s, weight in nodes)
    return [(s, weight / whole) for s, weight in nodes if weight]


def get_probability(t, df, delta=0.0):
    """P(T ≤ t) of the noncentral t distribution with ``df`` degrees of freedom (at least 1) and noncentrality
    ``delta``; 0 is Student's own. T = (Z + δ)/√(χ²/df), so it is the mean of Φ(t·s - δ) over s = √(χ²/df) (Johnson,
    Kotz and Balakrishnan 1995, «Continuous univariate distributions», volume 2, chapter 31), by Simpson's rule."""
    root = math.sqrt(2)
    return math.fsum(weight * math.erfc((delta - t * s) / root) for s, weight in _get_nodes(df)) / 2


def get_quantile(p, df):
    """The t of Student's distribution with P(T ≤ t) = ``p``, for p from 0.5 to below 1."""
    high = 2.0
    while get_probability(high, df) < p:
        high *= 2
    return _find_zero(lambda t: get_probability(t, df) - p, 0.0, high)


def get_noncentrality(t, df, p):
    """The δ with P(T ≤ t) = ``p`` under the noncentral t distribution."""
    reach = 2 + 3 * math.sqrt(1 + t * t / (2 * df))
    while get_probability(t, df, t + reach) > p or get_probability(t, df, t - reach) < p:
        reach *= 2
    return _find_zero(lambda delta: p - get_probability(t, df, delta), t - reach, t + reach)


def _find_zero(function, low, high):
    """Where ``function``, which grows and changes its sign between ``low`` and ``high``, is 0: by the Illinois variant
    of false position (Dowell and Jarratt 1971)."""
    at_low, at_high, side = function(low), function(high), 0
    while high - low > 1e-10 * max(1.0, abs(low), abs(high)):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        value = function(middle)
        if abs(value) < 1e-13:
            return middle
        if value < 0:
            low, at_low = middle, value
            at_high, side = at_high / (2 if side < 0 else 1), -1
        else:
            high, at_high = middle, value
            at_low, side = at_low / (2 if side > 0 else 1), 1
    return (low + high) / 2
