from hypothesis import strategies as st

from assessments.kinds.penalties import get_penalty
from assessments.kinds.weights import get_share
from tests.assessments.kinds.choices import get_ids, make_items, make_weighed_items
from tests.assessments.kinds.choices import get_right_response as get_right_ones

PERCENTS = ["100 0 0", "100 50 -25", "100 33.33333 66.66667 -33.33333 -100", "100 100 0"]
ITEMS = make_items("single_choice", penalty=st.sampled_from(["none", "chance", "half", "whole"])) | make_weighed_items(
    "single_choice", PERCENTS, penalty=st.just("weights"))


def get_responses(item):
    return st.lists(st.sampled_from(get_ids(item)), max_size=1)


def get_right_response(item):
    return get_right_ones(item)[:1]


def get_least(item):
    """The least fraction of its points that an answer can earn."""
    if item["penalty"] == "weights":
        return min(get_share(option["percent"]) for option in item["options"])
    return -get_penalty(item["penalty"], len(item["options"]))
