from hypothesis import strategies as st

SUBSCALES = ["respect", "interest"]


@st.composite
def make_items(draw):
    subscales = SUBSCALES[:draw(st.integers(0, 2))]
    statements = draw(st.lists(st.tuples(st.booleans(), st.sampled_from([None, *subscales])), min_size=2, max_size=6))
    return {"kind": "likert", "stem": {"es": "¿Qué piensa?"}, "feedback": {}, "points": "0",
            "labels": [{"es": f"Punto {point}"} for point in range(draw(st.integers(3, 7)))],
            "subscales": [{"id": each, "name": {"es": each.title()}} for each in subscales],
            "options": [{"id": f"option-{number}", "text": {"es": f"Frase {number}"}, "reverse": reverse,
                         "subscale": subscale} for number, (reverse, subscale) in enumerate(statements)]}


ITEMS = make_items()


def get_responses(item):
    return st.dictionaries(st.sampled_from([option["id"] for option in item["options"]]),
                           st.integers(1, len(item["labels"])))


def get_right_response(item):
    return None


def get_least(item):
    return 0
