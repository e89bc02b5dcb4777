"""The geometry of charts: pure numbers for templates that draw SVG. Coordinates are in a box of WIDTH times HEIGHT."""

from dataclasses import dataclass

from django.utils.formats import number_format

from lms.typography import use_minus

WIDTH, HEIGHT = 640, 280
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 16, 48
GAP = 0.15  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


def _scale(value, low, high, start, end):
    return round(start + (value - low) / (high - low) * (end - start), 1)


def make_bars(values, labels):
    """(Bars, Ticks of the upright axis) of whole numbers."""
    top = _get_round_top(max(values, default=0))
    place = (WIDTH - LEFT - RIGHT) / max(len(values), 1)
    floor = HEIGHT - BOTTOM
    bars = []
    for number, (value, label) in enumerate(zip(values, labels, strict=True)):
        y = _scale(value, 0, top, floor, TOP)
        x = LEFT + place * number
        bars.append(Bar(round(x + place * GAP / 2, 1), y, round(place * (1 - GAP), 1), round(floor - y, 1),
                        round(x + place / 2, 1), label, value))
    return bars, [Tick(_scale(value, 0, top, floor, TOP), str(value)) for value in (0, top // 2, top)]


def _get_round_top(value):
    """The first of 2, 4, 10, 20, 40, 100, … that is not below."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if step * size >= value:
                return step * size
        size *= 10


def make_dots(points):
    """(Dots, Ticks across, Ticks upwards) of (facility, discrimination, label, state): facility from 0 to 1 runs
    across, discrimination from -0.5 to 1 upwards; what is lower stands at the edge."""
    floor = HEIGHT - BOTTOM
    dots = [Dot(_scale(min(max(facility, 0), 1), 0, 1, LEFT, WIDTH - RIGHT),
                _scale(max(discrimination, -0.5), -0.5, 1, floor, TOP), label, state)
            for facility, discrimination, label, state in points]
    across = [Tick(_scale(value / 4, 0, 1, LEFT, WIDTH - RIGHT), f"{value * 25} %") for value in range(5)]
    upwards = [Tick(_scale(value, -0.5, 1, floor, TOP), use_minus(number_format(value)))
               for value in (-0.5, 0, 0.5, 1)]
    return dots, across, upwards
