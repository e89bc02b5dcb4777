from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import get_ids, get_right_response, make_items

ITEMS = make_items("multiple_choice", most_right=8,
                   scoring=st.sampled_from(["balanced", "right_only", "all_or_nothing", "negative"]))


def get_responses(item):
    return st.lists(st.sampled_from(get_ids(item)), unique=True)


def get_least(item):
    """The least fraction of its points that an answer can earn."""
    return Fraction(-1 if item["scoring"] == "negative" else 0)


__all__ = ["ITEMS", "get_least", "get_responses", "get_right_response"]
