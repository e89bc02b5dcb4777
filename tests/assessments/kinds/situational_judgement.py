from hypothesis import strategies as st

from tests.assessments.kinds.choices import POINTS, get_ids


@st.composite
def make_experts(draw, mode, total):
    if mode == "rate":
        return draw(st.lists(st.integers(1, 5), min_size=total, max_size=total))
    if mode == "rank":
        return draw(st.permutations(range(1, total + 1)))
    if mode == "panel":
        return draw(st.lists(st.integers(0, 9), min_size=total, max_size=total).filter(any))
    return draw(st.permutations(["best", "worst", *draw(st.lists(st.sampled_from(["best", "worst", ""]),
                                                                min_size=total - 2, max_size=total - 2))]))


@st.composite
def make_items(draw):
    mode = draw(st.sampled_from(["rate", "best_worst", "rank", "panel"]))
    experts = draw(make_experts(mode, draw(st.integers(2, 8))))
    return {"kind": "situational_judgement", "stem": {"es": "Llega alguien."}, "feedback": {}, "points": draw(POINTS),
            "mode": mode, "options": [
                {"id": f"option-{number}", "text": {"es": f"Opción {number}"}, "rationale": {"es": "Porque sí."},
                 "expert": expert} for number, expert in enumerate(experts)]}


ITEMS = make_items()


def get_responses(item):
    ids = get_ids(item)
    if item["mode"] == "panel":
        return st.lists(st.sampled_from(ids), max_size=1)
    if item["mode"] == "best_worst":
        return st.dictionaries(st.sampled_from(["best", "worst"]), st.sampled_from(ids))
    return st.dictionaries(st.sampled_from(ids), st.integers(1, 5 if item["mode"] == "rate" else len(ids)))


def get_right_response(item):
    experts = {option["id"]: option["expert"] for option in item["options"]}
    if item["mode"] == "panel":
        return [max(experts, key=experts.get)]
    if item["mode"] == "best_worst":
        return {expert: each for each, expert in experts.items() if expert}
    return experts


def get_least(item):
    return 0
