"""What many people answered to a survey, without any of them: pure functions on plain JSON.

A tally is {"n": people, "counts": {cell: {value: people}}, "texts": {item: [text, …]}}. A cell is a statement of a
scale (value: the point as text) or a question with options (value: the option's id). Counters and sorted texts do not
say in which order people came, nor that two answers are of the same person.

The state of a pool is {"shown": tally, "waiting": tally}. Answers wait until there are STEP of them and then become
figures together, so that nobody who looks twice can subtract one person's answers from the others'."""

from assessments.grading import AnswerRefused

STEP = 5
LONGEST_TEXT = 2000


def get_cells(content):
    """{cell: values that it can have}, of the frozen content of a survey."""
    cells = {}
    for item in content["items"]:
        if item["kind"] == "scale":
            points = [str(point) for point in range(1, len(item["labels"]) + 1)]
            cells |= {option["id"]: points for option in item["options"]}
        elif item["kind"] == "choice":
            cells[item["id"]] = [option["id"] for option in item["options"]]
    return cells


def check_answers(content, answers):
    """``answers``, {cell or open item: value or text}, without what was left empty. Raises AnswerRefused."""
    cells = get_cells(content)
    texts = {item["id"] for item in content["items"] if item["kind"] == "open"}
    checked = {}
    for key, value in answers.items():
        if not isinstance(value, str):
            raise AnswerRefused("shape")
        if not (value := value.strip()):
            continue
        if key in texts:
            if len(value) > LONGEST_TEXT:
                raise AnswerRefused("too_long")
        elif value not in cells.get(key, ()):
            raise AnswerRefused("unknown_option")
        checked[key] = value
    return checked


def make_tally():
    return {"n": 0, "counts": {}, "texts": {}}


def make_state():
    return {"shown": make_tally(), "waiting": make_tally()}


def add_person(state, content, answers):
    """``state`` with one person more, whose checked ``answers`` are in it and nowhere else."""
    cells = get_cells(content)
    person = {"n": 1, "counts": {key: {value: 1} for key, value in answers.items() if key in cells},
              "texts": {key: [text] for key, text in answers.items() if key not in cells}}
    waiting = merge([state["waiting"], person])
    if waiting["n"] < STEP:
        return state | {"waiting": waiting}
    return {"shown": merge([state["shown"], waiting]), "waiting": make_tally()}


def merge(tallies):
    """One tally of several. The order of ``tallies`` makes no difference."""
    merged = make_tally()
    for tally in tallies:
        merged["n"] += tally["n"]
        for cell, counts in tally["counts"].items():
            own = merged["counts"].setdefault(cell, {})
            for value, people in counts.items():
                own[value] = own.get(value, 0) + people
        for item, texts in tally["texts"].items():
            merged["texts"][item] = sorted([*merged["texts"].get(item, []), *texts])
    return merged


def hide_small(tally):
    """``tally`` without cells that fewer than STEP people answered; empty when fewer than STEP are in it."""
    if tally["n"] < STEP:
        return make_tally()
    return tally | {"counts": {cell: counts for cell, counts in tally["counts"].items()
                               if sum(counts.values()) >= STEP}}
