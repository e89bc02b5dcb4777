import pytest
from scipy import stats

from assessments.analysis.student import get_noncentrality, get_probability, get_quantile

DEGREES = [1, 2, 3, 4, 9, 29, 100, 999, 20_000]


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [-4.5, -1, 0, 0.3, 2, 6])
def test_probability_is_that_of_scipy(df, t):
    assert get_probability(t, df) == pytest.approx(stats.t.cdf(t, df), abs=1e-8)
    for delta in (-2.5, 0.4, 3, *([7] if t >= 0 else [])):  # below that, scipy has no answer for some
        assert get_probability(t, df, delta) == pytest.approx(stats.nct.cdf(t, df, delta), abs=1e-8)


def test_probability_holds_where_the_noncentrality_is_large():
    assert get_probability(100, 9999, 100) == pytest.approx(stats.nct.cdf(100, 9999, 100), abs=1e-7)


@pytest.mark.parametrize("df", DEGREES)
def test_quantile_is_that_of_scipy(df):
    for p in (0.5, 0.9, 0.975, 0.995):
        assert get_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-4, abs=1e-8)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [-30, -2, 0, 1.3, 8, 45])
def test_noncentrality_gives_back_its_probability(df, t):
    for p in (0.025, 0.975):
        assert get_probability(t, df, get_noncentrality(t, df, p)) == pytest.approx(p, abs=1e-9)
