from fractions import Fraction

from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS


@st.composite
def make_items(draw):
    choices = [f"option-{number}" for number in range(draw(st.integers(2, 8)))]
    return {"kind": "matching", "stem": {"es": "¿Qué?"}, "feedback": {}, "points": draw(POINTS),
            "prompts": [{"id": f"option-{number}", "text": {"es": f"Lema {number}"}, "feedback": {"es": "Porque sí."},
                         "match": draw(st.sampled_from(choices))} for number in range(draw(st.integers(2, 12)))],
            "options": [{"id": each, "text": {"es": f"Opción {each}"}} for each in choices]}


ITEMS = make_items()


def get_responses(item):
    choices = st.sampled_from(["", *(option["id"] for option in item["options"])])
    return st.dictionaries(st.sampled_from([prompt["id"] for prompt in item["prompts"]]), choices)


def get_right_response(item):
    return {prompt["id"]: prompt["match"] for prompt in item["prompts"]}


def get_least(item):
    return Fraction(0)
