from decimal import Decimal

import pytest
from hypothesis import given

from assessments.kinds.branching_scenario.graph import (
    find_dead_ends,
    find_extremes,
    find_loops,
    measure_distances,
    sort_forward,
)
from tests.assessments.kinds.branching_scenario import ITEMS, list_paths, make_node

TREE = [make_node("a", ("b", "2"), ("c", "-1")), make_node("b", ("good", "1"), ("bad", "-3")),
        make_node("c", ("bad", "0"), ("a", "5")), make_node("good"), make_node("bad"),
        make_node("lost", ("lost", "9"), ("good", "9"))]


def test_distances_are_counted_from_the_start_and_leave_out_what_cannot_be_reached():
    assert measure_distances(TREE, "a") == {"a": 0, "b": 1, "c": 1, "good": 2, "bad": 2}


def test_loops_are_found_wherever_they_are():
    assert find_loops(TREE) == [["a", "c"], ["lost"]]
    assert find_loops(TREE[3:5]) == []


def test_dead_ends_are_what_leads_to_no_ending():
    nodes = [make_node("a", ("b", "0"), ("end", "0")), make_node("b", ("c", "0")), make_node("c", ("b", "0")),
             make_node("end")]
    assert find_dead_ends(nodes) == ["b", "c"]
    assert find_dead_ends(TREE) == []


def test_the_choice_back_to_an_earlier_situation_is_the_one_that_goes_back():
    order, going_back = sort_forward(TREE)
    assert going_back == {"c.1"}
    assert order[0] == "a"
    assert set(order) == {"a", "b", "c", "good", "bad"}


def test_extremes_are_of_paths_that_do_not_go_back():
    assert find_extremes(TREE) == {"good": (3, 3), "bad": (-1, -1)}


@pytest.mark.parametrize("points", ["1", "-1", "0.25"])
def test_a_situation_that_leads_to_itself_adds_nothing(points):
    nodes = [make_node("a", ("a", points), ("end", "1")), make_node("end")]
    assert find_extremes(nodes) == {"end": (1, 1)}


def test_an_unknown_target_leads_nowhere():
    nodes = [make_node("a", ("nobody", "7"), ("end", "1")), make_node("end")]
    assert measure_distances(nodes, "a") == {"a": 0, "end": 1}
    assert find_extremes(nodes) == {"end": (1, 1)}
    assert find_loops(nodes) == find_dead_ends(nodes) == []


def test_the_largest_story_is_measured_at_once():
    """60 situations, each with 8 choices to the next: 8 to the power of 59 paths."""
    nodes = [make_node(f"n{at}", *((f"n{at + 1}", str(points)) for points in range(8))) for at in range(59)]
    assert find_extremes([*nodes, make_node("n59")]) == {"n59": (0, 59 * 7)}


@given(item=ITEMS)
def test_extremes_are_those_of_all_paths_that_do_not_go_back(item):
    found = {}
    for path in list_paths(item):
        ending = path[-1]["target"]
        total = sum(Decimal(choice["points"]) for choice in path)
        least, most = found.get(ending, (total, total))
        found[ending] = min(least, total), max(most, total)
    assert find_extremes(item["nodes"]) == found


@given(item=ITEMS)
def test_without_the_choices_that_go_back_there_is_no_loop(item):
    order, going_back = sort_forward(item["nodes"])
    for node in item["nodes"]:
        for choice in node["choices"]:
            if node["code"] in order and choice["id"] not in going_back:
                assert order.index(node["code"]) < order.index(choice["target"])
