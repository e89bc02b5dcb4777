"""The map of a branching scenario for its author: what leads where, what is amiss, and a drawing. Pure functions of the
``nodes`` of a frozen item; no words, the page has them."""

from dataclasses import dataclass, field
from statistics import fmean

from assessments.kinds.branching_scenario.grading import get_share
from assessments.kinds.branching_scenario.graph import (
    find_dead_ends,
    find_extremes,
    find_loops,
    is_ending,
    measure_distances,
    sort_forward,
)

WIDTH, HEIGHT, PORT = 200, 84, 20  # of a box; of the room of each choice on its side
GAP_ACROSS, GAP_DOWN, MARGIN = 120, 64, 24
DIP = 56  # how far an arrow that does not go forward sags below the boxes


@dataclass(slots=True)
class Exit:
    """A choice: its number in its situation, from 1."""

    number: int
    target: str
    points: str
    goes_back: bool
    text: dict


@dataclass(slots=True)
class Place:
    """A situation. ``distance``: choices from the start, None where no choice leads there. ``least`` and ``most``: what
    the paths to an ending collect without going back, with the fraction of the question's points that this is."""

    code: str
    text: dict
    distance: int | None
    exits: list[Exit]
    reached_from: list[str]
    is_on_loop: bool
    is_dead_end: bool
    ending: dict | None = None
    least: object = None
    most: object = None
    least_share: object = None
    most_share: object = None

    @property
    def is_start(self):
        return self.distance == 0

    @property
    def is_reachable(self):
        return self.distance is not None


@dataclass(slots=True)
class Map:
    """What the author should know. ``places`` in their order; ``loops`` are lists of codes."""

    places: list[Place]
    loops: list[list[str]]
    best: str

    @property
    def unreachable(self):
        return [place.code for place in self.places if not place.is_reachable]

    @property
    def dead_ends(self):
        return [place.code for place in self.places if place.is_dead_end]

    @property
    def endings(self):
        return [place for place in self.places if place.ending]


def make_map(item):
    """The Map of a frozen branching scenario."""
    nodes = item["nodes"]
    distances = measure_distances(nodes, nodes[0]["code"])
    loops, dead_ends, extremes = find_loops(nodes), find_dead_ends(nodes), find_extremes(nodes)
    going_back = sort_forward(nodes)[1]
    places = []
    for node in nodes:
        code = node["code"]
        place = Place(
            code=code, text=node["text"], distance=distances.get(code), is_dead_end=code in dead_ends,
            exits=[Exit(number, choice["target"], choice["points"], choice["id"] in going_back, choice["text"])
                   for number, choice in enumerate(node["choices"], start=1)],
            reached_from=[other["code"] for other in nodes
                          if any(choice["target"] == code for choice in other["choices"])],
            is_on_loop=any(code in loop for loop in loops), ending=node["ending"] if is_ending(node) else None)
        if code in extremes:
            place.least, place.most = extremes[code]
            place.least_share, place.most_share = (get_share(total, item["best"]) for total in extremes[code])
        places.append(place)
    return Map(places, loops, item["best"])


# --- Drawing ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Box:
    """Where a Place is drawn, in units of the drawing."""

    place: Place
    x: int
    y: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def bottom(self):
        return self.y + self.height


@dataclass(slots=True)
class Arrow:
    """A choice: ``path`` is the data of an SVG path; its label stands where it leaves its box."""

    exit: Exit
    path: str
    label_x: int
    label_y: int


@dataclass(slots=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


def draw(scenario):
    """The Drawing of a Map: a column for each distance from the start, and a last row for what cannot be reached."""
    boxes, bottom = _place_reachable(scenario.places)
    unreachable = [place for place in scenario.places if not place.is_reachable]
    boxes += [Box(place, _get_left(column), bottom) for column, place in enumerate(unreachable)]
    by_code = {box.place.code: box for box in boxes}
    return Drawing(width=max(box.x for box in boxes) + WIDTH + GAP_ACROSS,
                   height=max(box.bottom for box in boxes) + GAP_DOWN + MARGIN, boxes=boxes,
                   arrows=[arrow for box in boxes for arrow in _draw_exits(box, by_code)])


def _get_left(column):
    return MARGIN + column * (WIDTH + GAP_ACROSS)


def _place_reachable(places):
    """(boxes, the height below them). Within its column a situation stands near the choices that lead to it."""
    boxes, heights = [], {}  # heights: {code: where the choices that lead there stand, in rows}
    depth = max(place.distance for place in places if place.is_reachable)
    for column in range(depth + 1):
        here = sorted((place for place in places if place.distance == column),
                      key=lambda place: fmean(heights.get(place.code, [0])))
        top = MARGIN
        for row, place in enumerate(here):
            boxes.append(Box(place, _get_left(column), top, height=max(HEIGHT, PORT * (len(place.exits) + 1))))
            top = boxes[-1].bottom + GAP_DOWN
            for each in place.exits:
                heights.setdefault(each.target, []).append(row + each.number / (len(place.exits) + 1))
    return boxes, max(box.bottom for box in boxes) + GAP_DOWN


def _draw_exits(box, by_code):
    for each in box.place.exits:
        target = by_code.get(each.target)
        if target is None:
            continue
        if target.x > box.x and target.place.is_reachable and box.place.is_reachable:
            yield _draw_forward(box, each, target)
        elif target.x == box.x and target is not box:
            yield _draw_beside(box, each, target)
        else:
            yield _draw_round(box, each, target)


def _get_port(box, each):
    """Where a choice leaves the right edge of its box."""
    return box.x + box.width, box.y + box.height * each.number // (len(box.place.exits) + 1)


def _draw_forward(box, each, target):
    x, y = _get_port(box, each)
    target_y, bend = target.y + target.height // 2, GAP_ACROSS // 2
    path = f"M{x},{y} C{x + bend},{y} {target.x - bend},{target_y} {target.x},{target_y}"
    return Arrow(each, path, x + 6, y - 5)


def _draw_beside(box, each, target):
    """To another box of the same column, on its right side: what stands between them hides nothing."""
    x, y = _get_port(box, each)
    target_y, bend = target.y + target.height * (7 if target.y < box.y else 1) // 8, GAP_ACROSS * 3 // 4
    return Arrow(each, f"M{x},{y} C{x + bend},{y} {x + bend},{target_y} {x},{target_y}", x + 6,
                 y + (14 if target.y < box.y else -5))


def _draw_round(box, each, target):
    """Back to an earlier column, out of the last row, or to itself: from the edge that faces the target to the edge of
    that which faces the box; in the same row, below both."""
    x = box.x + box.width * each.number // (len(box.place.exits) + 2)
    target_x = target.x + target.width * 7 // 8
    y, low = (box.y, box.y - DIP) if target.y < box.y else (box.bottom, box.bottom + DIP)
    target_y, target_low = ((target.y, target.y - DIP) if target.y > box.y
                            else (target.bottom, target.bottom + DIP))
    path = f"M{x},{y} C{x},{low} {target_x},{target_low} {target_x},{target_y}"
    return Arrow(each, path, x + 5, y - 6 if target.y < box.y else y + 15)
