from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS
from tests.assessments.kinds.gap_fill import WORDS


@st.composite
def make_items(draw):
    rows = [{"id": f"option-{number}", "match": draw(st.sampled_from(["exact", "contains", "wildcard"])),
             "credit": draw(st.integers(0, 100) | st.sampled_from(["33.33333", "12.5"])), "feedback": {"es": "Casi"},
             "accepted": {"es": draw(st.lists(WORDS | st.just("a*b"), min_size=1, max_size=3)), "en": []}}
            for number in range(draw(st.integers(1, 4)))]
    rows[0]["credit"] = 100
    return {"kind": "short_text", "stem": {"es": "¿Quién?"}, "feedback": {}, "points": draw(POINTS),
            "case": draw(st.booleans()), "accents": draw(st.booleans()), "answers": rows}


ITEMS = make_items()


def get_responses(item):
    return WORDS | st.text(max_size=30).filter(lambda text: "\0" not in text)


def get_right_response(item):
    return item["answers"][0]["accepted"]["es"][0]


def get_least(item):
    return Fraction(0)
