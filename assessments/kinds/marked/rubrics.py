"""What a rubric gives. Pure."""

from fractions import Fraction


class RubricNotFilled(ValueError):
    """A criterion has no level, or a level is none of its criterion."""


def get_fraction(rubric, levels):
    """The exact fraction of the points that ``levels``, {criterion id: level id}, earn: the points of the chosen level
    of each criterion times its weight, of the most that could be reached that way.

    That is the analytic scoring of a rubric: each criterion is judged by itself and the judgements are summed
    (Brookhart, How to Create and Use Rubrics, 2013). Raises RubricNotFilled."""
    earned = most = 0
    for criterion in rubric:
        points = {level["id"]: level["points"] for level in criterion["levels"]}
        if levels.get(criterion["id"]) not in points:
            raise RubricNotFilled
        earned += criterion["weight"] * points[levels[criterion["id"]]]
        most += criterion["weight"] * max(points.values())
    return Fraction(earned, most)
