import pytest
from django.utils.translation import override

from assessments.analysis.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, make_bars, make_dots


@pytest.mark.parametrize(("values", "top"), [([0, 0], 2), ([3, 1], 4), ([7, 10], 10), ([11], 20), ([400, 7], 400),
                                             ([401], 1000)])
def test_bars_stand_on_the_floor_and_fit(values, top):
    bars, ticks = make_bars(values, ["x"] * len(values))
    assert [tick.label for tick in ticks] == ["0", str(top // 2), str(top)]
    for bar, value in zip(bars, values, strict=True):
        assert bar.y + bar.height == pytest.approx(HEIGHT - BOTTOM, abs=0.2)
        assert bar.height == pytest.approx(value / top * (HEIGHT - BOTTOM - TOP), abs=0.2)
        assert LEFT <= bar.x < bar.middle < bar.x + bar.width <= WIDTH - RIGHT


def test_dots_stand_where_their_figures_say_and_never_outside():
    dots, across, upwards = make_dots([(0, 1, "1", ""), (1, -0.9, "2", "flagged"), (-0.2, 0, "3", "")])
    assert [(dot.x, dot.y) for dot in dots] == [
        (LEFT, TOP), (WIDTH - RIGHT, HEIGHT - BOTTOM), (LEFT, upwards[1].at)]
    assert [tick.label for tick in across] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


@pytest.mark.parametrize(("language", "labels"), [("es", ["−0,5", "0", "0,5", "1"]), ("en", ["−0.5", "0", "0.5", "1"])])
def test_numbers_beside_the_dots_are_written_as_in_the_language(language, labels):
    with override(language):
        _dots, _across, upwards = make_dots([])
    assert [tick.label for tick in upwards] == labels
