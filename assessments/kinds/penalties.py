"""What a wrong answer costs, in the kinds in which a trainer may say so. Pure.

``none``; ``chance``: 1/(options - 1), so that blind guessing among the options earns 0 on average, the classical
correction for guessing (Frary 1988, «Formula scoring of multiple-choice tests», Educational Measurement 7(2));
``half`` and ``whole`` of the points of the question. Not to answer costs nothing."""

from fractions import Fraction


def get_penalty(rule, options):
    """What a wrong answer to a question with ``options`` options costs, as a fraction of its points."""
    return {"none": Fraction(0), "chance": Fraction(1, max(options - 1, 1)), "half": Fraction(1, 2),
            "whole": Fraction(1)}[rule]
