"""Answers with known parameters, and their strata as assessments.analysis.dif takes them."""

import math
import random
from collections import defaultdict

from assessments.analysis.dif import make_strata
from assessments.analysis.sums import Sums


def simulate(*, items, people, seed, harder=None, steps=1, apart=0.0):
    """[(is it the focal group?, [score of each item from 0 to 1])] of ``people`` in each of two groups, by the Rasch
    model, with difficulties spread from -1.5 to 1.5. ``harder``: {item: by so many logits in the focal group};
    ``steps``: items with partial credit in so many steps; ``apart``: by so much is the focal group less able."""
    rng, harder = random.Random(seed), harder or {}
    difficulties = [-1.5 + 3 * item / (items - 1) for item in range(items)]
    drawn = []
    for is_focal in (False, True):
        for _person in range(people):
            ability = rng.gauss(-apart if is_focal else 0, 1)
            scores = []
            for item, difficulty in enumerate(difficulties):
                chance = 1 / (1 + math.exp(difficulty + (harder.get(item, 0) if is_focal else 0) - ability))
                scores.append(sum(rng.random() < chance for _step in range(steps)) / steps)
            drawn.append((is_focal, scores))
    return drawn


def make_reader(drawn):
    """The ``read`` of find_dif for what simulate returned."""
    def read(excluded):
        cells = defaultdict(lambda: defaultdict(lambda: defaultdict(Sums)))
        for is_focal, scores in drawn:
            kept = sum(score for item, score in enumerate(scores) if item not in excluded)
            for item, x in enumerate(scores):
                matched = kept + (x if item in excluded else 0)
                cells[item][round(matched, 6)][is_focal] += Sums(1, x, x * x)
        return {item: make_strata(pairs) for item, pairs in cells.items()}
    return read
