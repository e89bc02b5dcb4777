from fractions import Fraction

from hypothesis import strategies as st

ITEMS = st.fixed_dictionaries({
    "kind": st.just("estimate"), "stem": st.just({"es": "¿Cuántas personas?"}), "feedback": st.just({}),
    "points": st.sampled_from(["1", "2"]), "right": st.integers(0, 100), "reach": st.integers(1, 100)})


def get_responses(item):
    return st.just({}) | st.fixed_dictionaries({"percent": st.integers(0, 100)})


def get_right_response(item):
    return {"percent": item["right"]}


def get_least(item):
    return Fraction(0)
