from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import get_ids, get_right_response, make_items, make_weighed_items

PERCENTS = ["50 50 0", "60 40 -25", "33.33333 33.33333 33.33333 -33.33333 -33.33333 -33.33333", "33 33 33 0",
            "16.7 83.3", "100 100 -100", "14.28571 14.28571 71.42857 -50", "75 50 -10.5"]
ITEMS = make_items("multiple_choice", most_right=8, scoring=st.sampled_from(
    ["balanced", "right_only", "all_or_nothing", "negative"])) | make_weighed_items(
        "multiple_choice", PERCENTS, scoring=st.sampled_from(["weights", "weights_negative"]))


def get_responses(item):
    return st.lists(st.sampled_from(get_ids(item)), unique=True)


def get_least(item):
    """The least fraction of its points that an answer can earn."""
    return Fraction(-1 if item["scoring"] in ("negative", "weights_negative") else 0)


__all__ = ["ITEMS", "get_least", "get_responses", "get_right_response"]
