"""A response is ``{"path": [ids of the choices taken, in order]}``; ``{}`` before the first."""

from fractions import Fraction

from assessments.grading import AnswerRefused
from assessments.kinds.branching_scenario.graph import get_nodes, is_ending
from assessments.results import Credit

MOST_STEPS = 100


def check(item, response):
    """Every step must be a choice of the situation to which the steps before it led. Raises AnswerRefused."""
    if response is None:
        return {}
    if not isinstance(response, dict):
        raise AnswerRefused("shape")
    path = response.get("path", [])
    if not set(response) <= {"path"} or not isinstance(path, list) or not all(isinstance(step, str) for step in path):
        raise AnswerRefused("shape")
    if len(path) > MOST_STEPS:
        raise AnswerRefused("too_many_options")
    follow(item, path)
    return {"path": path} if path else {}


def follow(item, path):
    """([(node, choice taken there), …], the node where the path is). A choice that leads nowhere stays where it is: the
    form of the bank does not let one pass. Raises AnswerRefused."""
    nodes = get_nodes(item["nodes"])
    node, steps = item["nodes"][0], []
    for step in path:
        choice = next((choice for choice in node["choices"] if choice["id"] == step), None)
        if choice is None:
            raise AnswerRefused("unknown_option")
        steps.append((node, choice))
        node = nodes.get(choice["target"], node)
    return steps, node


def add_up(steps):
    """The points of the choices taken, as a Fraction. Each counts once, so that nobody gains or loses by turning in
    circles."""
    taken = {choice["id"]: Fraction(choice["points"]) for _node, choice in steps}
    return sum(taken.values(), Fraction(0))


def grade(item, response):
    """What was collected, of the most that a path from the start to an ending can be worth (``best``, see graph),
    between 0 and 1. A story without an ending earns nothing. Where no path is worth more than 0, a path of the best sum
    earns everything and any other nothing.

    After the branched patient management problems of medical education, in which experts weigh each choice and the
    sum is related to the most that could be collected (McGuire and Babbott 1967, «Simulation technique in the
    measurement of problem-solving skills», Journal of Educational Measurement 4(1)).

    Details: ``total`` as text of a Fraction, ``ending`` its code or None."""
    steps, node = follow(item, response.get("path", []))
    total = add_up(steps)
    ending = node["code"] if is_ending(node) and steps else None
    details = {"total": str(total), "ending": ending}
    return Credit(Fraction(0) if ending is None else get_share(total, item["best"]), details)


def get_share(total, best):
    """The fraction of the points of the question that a finished story of ``total`` earns. Both: exact numbers, or such
    numbers as text."""
    total, best = Fraction(total), Fraction(best)
    if best <= 0:
        return Fraction(int(total >= best))
    return min(max(total / best, Fraction(0)), Fraction(1))
