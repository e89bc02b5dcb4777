from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS


@st.composite
def make_items(draw):
    ids = [f"option-{number}" for number in range(draw(st.integers(2, 8)))]
    return {"kind": "ordering", "stem": {"es": "¿Qué?"}, "feedback": {}, "points": draw(POINTS),
            "scoring": draw(st.sampled_from(["exact", "positions", "adjacent"])), "order": draw(st.permutations(ids)),
            "options": [{"id": each, "text": {"es": f"Paso {each}"}} for each in ids]}


ITEMS = make_items()


def get_responses(item):
    places = list(range(1, len(item["order"]) + 1))
    orders = st.permutations(places).map(lambda order: dict(zip(item["order"], order, strict=True)))
    return orders | st.dictionaries(st.sampled_from(item["order"]), st.sampled_from([None, *places]))


def get_right_response(item):
    return {each: place for place, each in enumerate(item["order"], 1)}


def get_least(item):
    return Fraction(0)
