from fractions import Fraction

from hypothesis import strategies as st

from assessments.kinds.words import get_all
from tests.assessments.kinds.choices import POINTS

WORDS = st.text(alphabet="abñáÉ'-’ ", min_size=1, max_size=8).map(str.strip).filter(bool)


@st.composite
def make_items(draw):
    total = draw(st.integers(1, 5))
    gaps = [{"id": f"option-{number}", "case": draw(st.booleans()), "accents": draw(st.booleans()),
             "feedback": {"es": "Porque sí"},
             "accepted": {"es": draw(st.lists(WORDS, min_size=1, max_size=3)), "en": draw(st.lists(WORDS, max_size=2))}}
            for number in range(total)]
    for gap in gaps:
        extra = draw(st.sampled_from(["none", "others", "list", "number"]))
        if extra in ("others", "list"):
            gap["others"] = [{"id": "other-0", "accepted": {"es": ["zzz"], "en": []}, "feedback": {"es": "Casi"},
                              "credit": draw(st.sampled_from([0, 50, "33.33333"]))}]
            gap["is_list"] = extra == "list"
        if extra == "number":
            gap |= {"accepted": {"es": ["1234.5"], "en": []}, "tolerance": draw(st.sampled_from(["0", "0.5"]))}
        if draw(st.booleans()):
            gap["weight"] = draw(st.sampled_from(["2", "0.5"]))
    text = " y ".join(f"[[{number + 1}]]" for number in draw(st.permutations(range(total))))
    return {"kind": "gap_fill", "stem": {"es": "Complete"}, "feedback": {}, "points": draw(POINTS),
            "text": {"es": text, "en": draw(st.sampled_from(["", text]))}, "gaps": gaps}


ITEMS = make_items()


def get_responses(item):
    return st.dictionaries(st.sampled_from([gap["id"] for gap in item["gaps"]]), WORDS | st.text(max_size=20).filter(
        lambda text: "\0" not in text))


def get_right_response(item):
    return {gap["id"]: get_all(gap["accepted"])[-1].upper() if not gap["case"] else get_all(gap["accepted"])[0]
            for gap in item["gaps"]}


def get_least(item):
    return Fraction(0)
