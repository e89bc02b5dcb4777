"""Items and answers of the kinds in which options are chosen."""

from hypothesis import strategies as st

POINTS = st.sampled_from(["1", "2", "0.5"])


@st.composite
def make_items(draw, kind, *, most_right=1, ids=None, **fields):
    ids = ids or [f"option-{number}" for number in range(draw(st.integers(2, 8)))]
    total = len(ids)
    right = draw(st.integers(1, min(most_right, total)))
    correct = set(draw(st.permutations(range(total)))[:right])
    return {"kind": kind, "stem": {"es": "¿Qué?"}, "feedback": {}, "points": draw(POINTS),
            "options": [{"id": each, "text": {"es": f"Opción {n}"}, "feedback": {}, "correct": n in correct}
                        for n, each in enumerate(ids)],
            **{name: draw(values) for name, values in fields.items()}}


@st.composite
def make_weighed_items(draw, kind, percents, **fields):
    """Items with the percentages of one of ``percents`` (words), the first of which earns most."""
    item = draw(make_items(kind, **fields))
    written = draw(st.sampled_from(percents)).split()
    item["options"] = [{"id": f"option-{number}", "text": {"es": f"Opción {number}"}, "feedback": {},
                        "percent": percent,
                        "correct": percent == "100" if kind == "single_choice" else not percent.startswith(("-", "0"))}
                       for number, percent in enumerate(written)]
    return item


def get_ids(item):
    return [option["id"] for option in item["options"]]


def get_right_response(item):
    return [option["id"] for option in item["options"] if option["correct"]]


def make_item(kind, right, wrong, **fields):
    """An item with the options ``right`` and then ``wrong`` (words of single letters)."""
    return {"kind": kind, "points": "1", **fields,
            "options": [{"id": letter, "correct": letter in right} for letter in right + wrong]}
