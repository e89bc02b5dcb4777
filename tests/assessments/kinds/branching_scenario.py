"""Stories with any number of circles and endings, and walks through them."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from assessments.kinds.base import format_points
from assessments.kinds.branching_scenario.graph import find_extremes, sort_forward
from tests.assessments.kinds.choices import POINTS

CHANGES = st.sampled_from(["0", "1", "2", "-1", "0.5", "-0.25"])


def make_node(code, *choices, outcome="good", **fields):
    """``choices``: (target, points) pairs; their ids are «code.number». A node without choices is an ending."""
    return {"code": code, "text": {"es": f"Situación {code}"}, "image": None, "alt": {},
            "choices": [{"id": f"{code}.{number}", "text": {"es": f"Ir a {target}"}, "target": target,
                         "consequence": {"es": f"Llega a {target}"}, "points": points}
                        for number, (target, points) in enumerate(choices)],
            "ending": None if choices else {"title": {"es": f"Final {code}"}, "outcome": outcome}, **fields}


def make_item(*nodes, restart=False, points="1"):
    best = max((most for _least, most in find_extremes(nodes).values()), default=0)
    return {"kind": "branching_scenario", "stem": {"es": "Una mañana"}, "feedback": {}, "points": points,
            "nodes": list(nodes), "restart": restart, "best": format_points(best)}


@st.composite
def make_items(draw):
    codes = [f"n{number}" for number in range(draw(st.integers(2, 7)))]
    choices = st.tuples(st.sampled_from(codes), CHANGES)
    nodes = [make_node(code, *draw(st.lists(choices, min_size=int(code == "n0"), max_size=3)),
                       outcome=draw(st.sampled_from(["good", "mixed", "bad"])))
             for code in codes[:-1]]
    return make_item(*nodes, make_node(codes[-1]), restart=draw(st.booleans()), points=draw(POINTS))


ITEMS = make_items()


def get_responses(item):
    """Walks of any length: each number chooses one of the choices where the walk is."""
    return st.lists(st.integers(0, 50), max_size=12).map(lambda numbers: walk(item, numbers))


def walk(item, numbers):
    nodes, node, path = {node["code"]: node for node in item["nodes"]}, item["nodes"][0], []
    for number in numbers:
        if node["choices"]:
            choice = node["choices"][number % len(node["choices"])]
            path.append(choice["id"])
            node = nodes[choice["target"]]
    return {"path": path}


def list_paths(item, node=None, taken=()):
    """Every path from the start to an ending that never goes back, as a list of choices."""
    nodes, going_back = {node["code"]: node for node in item["nodes"]}, sort_forward(item["nodes"])[1]
    node = node or item["nodes"][0]
    if not node["choices"]:
        yield list(taken)
    for choice in node["choices"]:
        if choice["id"] not in going_back:
            yield from list_paths(item, nodes[choice["target"]], (*taken, choice))


def get_right_response(item):
    """None where no ending can be reached, which the form of the bank refuses."""
    path = max(list_paths(item), key=lambda path: sum(Decimal(choice["points"]) for choice in path), default=None)
    return path and {"path": [choice["id"] for choice in path]}


def get_least(item):
    """The least fraction of its points that an answer can earn."""
    return Fraction(0)
