from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS
from tests.assessments.kinds.marked import freeze_rubric

ITEMS = st.builds(
    lambda points, rubric, types: {
        "kind": "file_upload", "stem": {"es": "¿Qué?"}, "feedback": {}, "points": points, "guide": {"es": "La guía"},
        "rubric": rubric, "types": types, "largest": 10 * 1024 * 1024},
    POINTS, st.sampled_from([[], freeze_rubric()]), st.sampled_from([["pdf"], ["docx", "odt", "jpg"]]))


def get_responses(item):
    return st.just({}) | st.builds(lambda identifier: {"file": str(identifier)}, st.uuids())


def get_right_response(item):
    """A person decides."""


def get_least(item):
    return 0
