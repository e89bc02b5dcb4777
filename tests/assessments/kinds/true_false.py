from hypothesis import strategies as st

from assessments.kinds.penalties import get_penalty
from tests.assessments.kinds.choices import get_ids, get_right_response, make_items

ITEMS = make_items("true_false", ids=["true", "false"],
                   penalty=st.sampled_from(["none", "chance", "half", "whole"]))


def get_responses(item):
    return st.lists(st.sampled_from(get_ids(item)), max_size=1)


def get_least(item):
    """The least fraction of its points that an answer can earn."""
    return -get_penalty(item["penalty"], len(item["options"]))


__all__ = ["ITEMS", "get_least", "get_responses", "get_right_response"]
