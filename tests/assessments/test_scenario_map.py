from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given

from assessments.scenario_map import GAP_DOWN, MARGIN, draw, make_map
from tests.assessments.kinds.branching_scenario import ITEMS, make_item, make_node

STORY = make_item(
    make_node("start", ("listen", "2"), ("shout", "-1")), make_node("listen", ("well", "1"), ("badly", "-3")),
    make_node("shout", ("badly", "0"), ("start", "0.5"), ("trap", "0")), make_node("well"),
    make_node("badly", outcome="bad"), make_node("trap", ("trap", "0")), make_node("lost", ("well", "9")),
    make_node("never", outcome="mixed"))


def get(code):
    return next(place for place in make_map(STORY).places if place.code == code)


def test_map_lists_what_is_amiss():
    scenario = make_map(STORY)
    assert scenario.unreachable == ["lost", "never"]
    assert scenario.loops == [["start", "shout"], ["trap"]]
    assert scenario.dead_ends == ["trap"]
    assert [place.code for place in scenario.endings] == ["well", "badly", "never"]
    assert scenario.best == "3"


def test_map_of_a_sound_story_lists_nothing():
    scenario = make_map(make_item(make_node("start", ("end", "1")), make_node("end")))
    assert (scenario.unreachable, scenario.loops, scenario.dead_ends) == ([], [], [])


@pytest.mark.parametrize(("code", "exits", "reached_from", "distance", "is_on_loop"), [
    ("start", [(1, "listen", "2", False), (2, "shout", "-1", False)], ["shout"], 0, True),
    ("shout", [(1, "badly", "0", False), (2, "start", "0.5", True), (3, "trap", "0", False)], ["start"], 1, True),
    ("trap", [(1, "trap", "0", True)], ["shout", "trap"], 2, True),
    ("well", [], ["listen", "lost"], 2, False),
    ("lost", [(1, "well", "9", False)], [], None, False),
])
def test_place_tells_what_leads_where(code, exits, reached_from, distance, is_on_loop):
    place = get(code)
    assert [(each.number, each.target, each.points, each.goes_back) for each in place.exits] == exits
    assert (place.reached_from, place.distance, place.is_on_loop) == (reached_from, distance, is_on_loop)


@pytest.mark.parametrize(("code", "figures"), [
    ("well", (3, 3, 1, 1)), ("badly", (-1, -1, 0, 0)), ("never", (None, None, None, None)),
])
def test_ending_tells_its_best_and_worst_score(code, figures):
    place = get(code)
    assert (place.least, place.most, place.least_share, place.most_share) == figures


def test_scores_of_an_ending_reached_in_several_ways_differ():
    item = make_item(make_node("a", ("end", "1"), ("b", "0.5")), make_node("b", ("end", "2")), make_node("end"))
    [ending] = make_map(item).endings
    assert (ending.least, ending.most, ending.least_share) == (1, Fraction(5, 2), Fraction(2, 5))


def test_columns_are_the_distances_and_the_last_row_is_what_cannot_be_reached():
    boxes = {box.place.code: box for box in draw(make_map(STORY)).boxes}
    assert boxes["start"].x < boxes["listen"].x == boxes["shout"].x < boxes["well"].x == boxes["trap"].x
    reachable = [box for box in boxes.values() if box.place.is_reachable]
    assert boxes["lost"].y == boxes["never"].y >= max(box.bottom for box in reachable) + GAP_DOWN


def test_a_situation_stands_near_those_that_lead_to_it():
    item = make_item(make_node("a", ("b", "0"), ("c", "0")), make_node("c", ("x", "0")), make_node("b", ("y", "0")),
                     make_node("x"), make_node("y"))
    boxes = {box.place.code: box for box in draw(make_map(item)).boxes}
    assert boxes["b"].y == boxes["y"].y < boxes["c"].y == boxes["x"].y


@given(item=ITEMS)
def test_every_situation_and_choice_is_drawn_inside_the_drawing_and_no_box_over_another(item):
    drawing = draw(make_map(item))
    assert len(drawing.boxes) == len(item["nodes"])
    assert len(drawing.arrows) == sum(len(node["choices"]) for node in item["nodes"])
    for box in drawing.boxes:
        assert box.x >= MARGIN
        assert box.x + box.width < drawing.width
        assert box.y >= MARGIN
        assert box.bottom < drawing.height
    for one, other in combinations(drawing.boxes, 2):
        assert one.x != other.x or one.bottom <= other.y or other.bottom <= one.y
    for arrow in drawing.arrows:
        numbers = arrow.path.replace("M", "").replace("C", "").replace(",", " ").split()
        assert all(0 <= int(x) <= drawing.width for x in numbers[::2])
        assert all(0 <= int(y) <= drawing.height for y in numbers[1::2])


def get_ends(drawing, code, number):
    """((x, y) where a choice leaves, (x, y) where it ends)."""
    [arrow] = [arrow for box in drawing.boxes if box.place.code == code for arrow in drawing.arrows
               if arrow.exit is box.place.exits[number - 1]]
    points = [tuple(map(int, point.split(","))) for point in arrow.path.replace("M", "").replace("C", "").split()]
    return points[0], points[-1]


def test_arrows_run_between_the_edges_that_face_each_other():
    item = make_item(
        make_node("a", ("b", "0"), ("c", "0")), make_node("b", ("end", "0"), ("c", "0"), ("b", "0")),
        make_node("c", ("b", "0"), ("end", "0"), ("a", "0")), make_node("end"), make_node("lost", ("b", "0")))
    drawing = draw(make_map(item))
    boxes = {box.place.code: box for box in drawing.boxes}
    right = boxes["b"].x + boxes["b"].width
    leaves, ends = get_ends(drawing, "b", 2)  # down its own column
    assert (leaves[0], ends[0]) == (right, right)
    assert boxes["c"].y < ends[1] < boxes["c"].y + boxes["c"].height // 2
    leaves, ends = get_ends(drawing, "c", 1)  # and up again
    assert (leaves[0], ends[0]) == (right, right)
    assert boxes["b"].bottom > ends[1] > boxes["b"].y + boxes["b"].height // 2
    leaves, ends = get_ends(drawing, "b", 3)  # to itself
    assert (leaves[1], ends[1]) == (boxes["b"].bottom, boxes["b"].bottom)
    leaves, ends = get_ends(drawing, "c", 3)  # back to an earlier column, in a row above
    assert (leaves[1], ends[1]) == (boxes["c"].y, boxes["a"].bottom)
    leaves, ends = get_ends(drawing, "lost", 1)  # out of the last row
    assert (leaves[1], ends[1]) == (boxes["lost"].y, boxes["b"].bottom)
