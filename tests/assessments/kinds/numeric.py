from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS

NUMBERS = st.decimals(min_value=-10**9, max_value=10**9, places=3).map(lambda number: format(number.normalize(), "f"))


@st.composite
def make_items(draw):
    rows = [{"id": f"option-{number}", "value": draw(NUMBERS), "tolerance": draw(st.sampled_from(["0", "0.5", "10"])),
             "tolerance_kind": draw(st.sampled_from(["absolute", "percent"])),
             "credit": draw(st.integers(0, 100) | st.just("33.33333")), "feedback": {"es": "Casi"}}
            for number in range(draw(st.integers(1, 4)))]
    rows[0]["credit"] = 100
    units = draw(st.sampled_from([[], [{"names": ["km", "kilómetros"], "factor": "1"},
                                       {"names": ["m"], "factor": "0.001"}]]))
    return {"kind": "numeric", "stem": {"es": "¿Cuánto?"}, "feedback": {}, "points": draw(POINTS), "answers": rows,
            "units": units, "unit_needed": bool(units) and draw(st.booleans()), "unit_loss": draw(st.integers(0, 100)),
            **draw(st.sampled_from([{}, {"otherwise": {"es": "Otro número"}}]))}


ITEMS = make_items()


def get_responses(item):
    around = st.sampled_from(["", " km", " M", "kg", " €"])
    written = st.text(alphabet="0123456789.,' -−eE+", max_size=20)
    return st.tuples(NUMBERS | written, around).map("".join) | st.text(max_size=30).filter(
        lambda text: "\0" not in text)


def get_right_response(item):
    return item["answers"][0]["value"].replace(".", ",") + (" KM" if item["units"] else "")


def get_least(item):
    return Fraction(0)
