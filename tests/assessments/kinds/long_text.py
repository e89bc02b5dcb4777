from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS
from tests.assessments.kinds.marked import freeze_rubric

ITEMS = st.builds(
    lambda points, rubric, minimum, more: {
        "kind": "long_text", "stem": {"es": "¿Qué?"}, "feedback": {}, "points": points, "guide": {"es": "La guía"},
        "rubric": rubric, "minimum": minimum, "maximum": more and minimum + more},
    POINTS, st.sampled_from([[], freeze_rubric()]), st.integers(0, 5), st.integers(0, 5))


def get_responses(item):
    return st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def get_right_response(item):
    """A person decides."""


def get_least(item):
    return 0
