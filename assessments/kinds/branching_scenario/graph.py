"""The shape of a scenario: pure functions of its ``nodes``, the first of which is the start. An unknown target leads
nowhere.

How points are counted, where a story may turn in circles: each choice counts once, however often it is taken. A
choice that goes back counts no further in what a story can be worth: its extremes are those of its paths without such
choices. Which choices go back is found depth first from the start in the order in which they are written: those that
lead to a situation on the way to their own (the retreating edges of Hecht and Ullman 1974, «Characterizations of
reducible flow graphs», JACM 21(3)). What remains has no circles, so the extremes are exact, found in one pass, and each
is reached by a real path. The order of writing matters only in a circle that can be entered in two places."""

from decimal import Decimal


def get_nodes(nodes):
    """{code: node}."""
    return {node["code"]: node for node in nodes}


def is_ending(node):
    return not node["choices"]


def measure_distances(nodes, start):
    """{code: choices from ``start``}, nearest first, of what can be reached."""
    by_code = get_nodes(nodes)
    distances, found = {start: 0}, [start]
    for code in found:
        for choice in by_code[code]["choices"]:
            target = choice["target"]
            if target in by_code and target not in distances:
                distances[target] = distances[code] + 1
                found.append(target)
    return distances


def find_loops(nodes):
    """Lists of codes, each list the situations among which a story can turn in circles."""
    by_code = get_nodes(nodes)
    after = {code: set().union(*(measure_distances(nodes, choice["target"]) for choice in node["choices"]
                                 if choice["target"] in by_code))
             for code, node in by_code.items()}
    loops = []
    for code in by_code:
        if code in after[code] and not any(code in loop for loop in loops):
            loops.append([other for other in by_code if other in after[code] and code in after[other]])
    return loops


def find_dead_ends(nodes):
    """Codes, in their order, from which no ending can be reached."""
    by_code = get_nodes(nodes)
    return [code for code in by_code
            if not any(is_ending(by_code[reached]) for reached in measure_distances(nodes, code))]


def sort_forward(nodes):
    """(codes that can be reached from the start, each before those it leads to; the set of ids of the choices that go
    back)."""
    by_code, finished, going_back, opened = get_nodes(nodes), [], set(), set()
    start = nodes[0]["code"]
    way = {start: iter(by_code[start]["choices"])}  # the situations on the way, with their choices still to follow
    while way:
        code = next(reversed(way))
        opened.add(code)
        for choice in way[code]:
            target = choice["target"]
            if target in way:
                going_back.add(choice["id"])
            elif target in by_code and target not in opened:
                way[target] = iter(by_code[target]["choices"])
                break
        else:
            del way[code]
            finished.append(code)
    return finished[::-1], going_back


def find_extremes(nodes):
    """{code of an ending: (least, most points of a path to it)}, of the endings that can be reached, as Decimals."""
    by_code = get_nodes(nodes)
    order, going_back = sort_forward(nodes)
    sums = {order[0]: (Decimal(0), Decimal(0))}
    for code in order:
        for choice in by_code[code]["choices"]:
            target = choice["target"]
            if choice["id"] not in going_back and target in by_code:
                least, most = (total + Decimal(choice["points"]) for total in sums[code])
                known = sums.get(target, (least, most))
                sums[target] = min(known[0], least), max(known[1], most)
    return {code: sums[code] for code in order if is_ending(by_code[code])}
