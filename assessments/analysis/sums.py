"""Sums from which all figures are computed, so that no answer has to be kept in memory."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sums:
    """Of ``n`` pairs: ``x`` is the score of an item as a fraction of its points, ``y`` what it is compared with."""

    n: int = 0
    x: float = 0.0
    xx: float = 0.0
    y: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def __add__(self, other):
        return Sums(self.n + other.n, self.x + other.x, self.xx + other.xx, self.y + other.y, self.yy + other.yy,
                    self.xy + other.xy)

    @property
    def mean(self):
        """Of x."""
        return self.x / self.n if self.n else None

    @property
    def spread(self):
        """Sum of the squared deviations of x from its mean."""
        return clear(self.xx - self.x ** 2 / self.n, self.xx) if self.n else 0.0

    @property
    def spread_of_y(self):
        return clear(self.yy - self.y ** 2 / self.n, self.yy) if self.n else 0.0

    @property
    def common_spread(self):
        """Sum of the products of the deviations of x and y."""
        return self.xy - self.x * self.y / self.n if self.n else 0.0

    @property
    def variance(self):
        """Of x in the sample, with n - 1; None of fewer than two."""
        return self.spread / (self.n - 1) if self.n > 1 else None


def clear(difference, size):
    """``difference`` of two large numbers of ``size``, or 0 where nothing but their rounding is left of it."""
    return difference if difference > size * 1e-12 else 0.0


def make_sums(xs, ys=None):
    """The Sums of two lists of the same length; y is 0 without the second."""
    ys = [0.0] * len(xs) if ys is None else ys
    return Sums(len(xs), math.fsum(xs), math.fsum(x * x for x in xs), math.fsum(ys), math.fsum(y * y for y in ys),
                math.fsum(x * y for x, y in zip(xs, ys, strict=True)))


def total(sums):
    """All of them together."""
    return sum(sums, Sums())


def correlate(groups):
    """Pearson's correlation of x and y within groups of Sums: deviations are from the mean of each group, so groups
    that differ as a whole, such as tests of different difficulty, add nothing to it. With one group it is the usual
    coefficient. None where x or y does not vary."""
    groups = list(groups)
    product = math.sqrt(sum(each.spread for each in groups)) * math.sqrt(sum(each.spread_of_y for each in groups))
    return max(min(sum(each.common_spread for each in groups) / product, 1.0), -1.0) if product else None


def get_quantile(counts, share):
    """The ``share`` quantile (0.5: the median) of a list given as {value: how often}, interpolated between neighbours
    (the seventh definition of Hyndman and Fan 1996, «Sample quantiles in statistical packages», The American
    Statistician 50). None of an empty one."""
    n = sum(counts.values())
    if not n:
        return None
    place = (n - 1) * share
    below, rest = int(place), place - int(place)
    reached, lower = 0, None
    for value in sorted(counts):
        reached += counts[value]
        if lower is None and reached > below:
            lower = value
        if reached > below + bool(rest):
            return lower + (value - lower) * rest
    raise AssertionError("the last value is always reached")
