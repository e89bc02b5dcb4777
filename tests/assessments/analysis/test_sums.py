import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.analysis.sums import Sums, correlate, get_quantile, make_sums, total

NUMBERS = st.lists(st.integers(0, 50), min_size=1, max_size=40)


def test_sums_of_parts_are_those_of_the_whole():
    xs, ys = [0, 1, 1, 0.5], [3, 2, 5, 1]
    assert make_sums(xs[:1], ys[:1]) + make_sums(xs[1:], ys[1:]) == make_sums(xs, ys)
    assert total([]) == Sums()


def test_correlation_is_that_of_numpy():
    xs, ys = [0, 1, 1, 0, 1, 0.5], [3, 7, 6, 2, 4, 4]
    assert correlate([make_sums(xs, ys)]) == pytest.approx(numpy.corrcoef(xs, ys)[0, 1], abs=1e-12)


def test_correlation_within_groups_does_not_see_what_differs_between_them():
    xs, ys = [0, 1, 1, 0, 1], [3, 7, 6, 2, 4]
    group = make_sums(xs, ys)
    apart = make_sums([x / 2 for x in xs], [y + 100 for y in ys])
    assert correlate([group, make_sums(xs, [y + 100 for y in ys])]) == pytest.approx(correlate([group]), abs=1e-9)
    assert correlate([group + apart]) != pytest.approx(correlate([group]), abs=0.05)


@pytest.mark.parametrize("ys", [[1, 1, 1], [0.1, 0.1, 0.1]])
def test_correlation_with_what_does_not_vary_is_unknown(ys):
    assert correlate([make_sums([0, 1, 1], ys)]) is None
    assert correlate([]) is None


@given(NUMBERS, st.sampled_from([0, 0.25, 0.5, 0.9, 1]))
def test_quantile_is_that_of_numpy(values, share):
    counts = {value: values.count(value) for value in values}
    assert get_quantile(counts, share) == pytest.approx(numpy.quantile(values, share), abs=1e-9)


def test_quantile_of_nothing_is_unknown():
    assert get_quantile({}, 0.5) is None
