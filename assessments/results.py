"""What every kind of activity ends in. No Django here: results are computed and compared without a database."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item: ``score`` of ``maximum`` points, exact."""

    score: Fraction
    maximum: Fraction
    answered: bool


@dataclass(frozen=True, slots=True)
class Result:
    """Points of a whole activity, exact, with its items in the order of the form."""

    items: tuple[ItemResult, ...]

    @property
    def score(self):
        return sum((item.score for item in self.items), Fraction(0))

    @property
    def maximum(self):
        return sum((item.maximum for item in self.items), Fraction(0))

    @property
    def fraction(self):
        """From 0 to 1; 0 for a form without points."""
        return self.score / self.maximum if self.maximum else Fraction(0)

    def reaches(self, pass_mark):
        """Is it at least ``pass_mark`` per cent? Decided on the exact fraction: 59.99 % never reaches 60."""
        return self.fraction * 100 >= Fraction(pass_mark)
