from collections import Counter
from fractions import Fraction
from itertools import pairwise

from assessments.grading import AnswerRefused, check_pairs
from assessments.results import Credit


def check(item, response):
    """{item id: place}, places from 1 to the number of items. What a form without script sends is kept as it is: items
    without a place are left out, and two items may have the same one."""
    last = len(item["order"])

    def check_place(place):
        if place is None or place == "":
            return None
        if not isinstance(place, int) or isinstance(place, bool):
            raise AnswerRefused("shape")
        if not 1 <= place <= last:
            raise AnswerRefused("unknown_option")
        return place

    return check_pairs(response, item["order"], check_place)


def get_places(response):
    """{item id: place} of the items that have a place of their own. A place that was given to several items is none:
    else placing all of them first and second would earn more than guessing an order."""
    shared = Counter(response.values())
    return {each: place for each, place in response.items() if shared[place] == 1}


def grade(item, response):
    """By the item's ``scoring``, on the items with a place of their own:

    ``exact``: all of the points for the whole order, else nothing.
    ``positions``: the share of the items that are in their place («absolute position» in Moodle's ordering question).
    ``adjacent``: the share of the n - 1 neighbours of the right order of which the second comes just after the first
    («relative to the next item, excluding last» in Moodle), so that one item too early does not spoil all that follow
    (Alderson, Percsich & Szabo 2000, «Sequencing as an item type», Language Testing 17(4), who compare
    exact scoring with partial credit).

    Details: ``right``, the ids of the items in their place; with ``adjacent``, of those that are followed by the item
    that has to follow."""
    order, places = item["order"], get_places(response)
    on_place = [each for place, each in enumerate(order, 1) if places.get(each) == place]
    if item["scoring"] == "adjacent":
        followed = [first for first, second in pairwise(order)
                    if first in places and places.get(second) == places[first] + 1]
        return Credit(Fraction(len(followed), len(order) - 1), {"right": followed})
    fraction = Fraction(len(on_place), len(order))
    return Credit(Fraction(fraction == 1) if item["scoring"] == "exact" else fraction, {"right": on_place})
