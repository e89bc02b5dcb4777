"""What every kind of activity ends in. No Django here: results are computed and compared without a database."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Credit:
    """What one response earned: ``fraction`` of the item's points, exact, from 0 to 1 and below 0 only by a penalty
    that the trainer chose; None when a person has to decide. ``details`` is plain JSON about the parts of the item, for
    the review page and the statistics; each kind says what it holds."""

    fraction: Fraction | None
    details: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item: ``score`` of ``maximum`` points, exact. ``score`` is None while a person has to decide."""

    score: Fraction | None
    maximum: Fraction
    answered: bool
    details: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """Points of a whole activity, exact, with its items in the order of the form."""

    items: tuple[ItemResult, ...]

    @property
    def is_pending(self):
        """Is there an item that a person has yet to mark?"""
        return any(item.score is None for item in self.items)

    @property
    def score(self):
        """Never below 0, whatever penalties say. What is pending counts as nothing yet."""
        return max(sum((item.score for item in self.items if item.score is not None), Fraction(0)), Fraction(0))

    @property
    def maximum(self):
        return sum((item.maximum for item in self.items), Fraction(0))

    @property
    def fraction(self):
        """From 0 to 1; 0 for a form without points."""
        return self.score / self.maximum if self.maximum else Fraction(0)

    def reaches(self, pass_mark):
        """Is it at least ``pass_mark`` per cent? Decided on the exact fraction: 59.99 % never reaches 60. A form
        without points, such as a scale of attitudes, is reached by whoever hands it in."""
        return not self.maximum or self.fraction * 100 >= Fraction(pass_mark)
