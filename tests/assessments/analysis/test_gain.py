import math
import random
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from assessments.analysis.gain import get_band, get_bar, get_normalised_gain, measure_gain

# «Student» 1908, «The probable error of a mean», Biometrika 6, table on page 20 (Cushny and Peebles): hours of sleep
# gained by ten patients with each of two drugs. R's data set «sleep».
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
SLEEP = [(10 * before + 30, 10 * after + 30) for before, after in zip(FIRST, SECOND, strict=True)]

percentages = st.integers(0, 20).map(lambda points: Fraction(points * 100, 20))
groups = st.lists(st.tuples(percentages, percentages), min_size=2, max_size=30)


def simulate(n, *, seed, gain=15.0):
    """Pairs of correlated results, whole numbers from 0 to 100."""
    rng = random.Random(seed)
    pairs = []
    for _person in range(n):
        ability = rng.gauss(50, 12)
        pairs.append(tuple(min(max(round(ability + rng.gauss(more, 8)), 0), 100) for more in (0, gain)))
    return pairs


# --- Normalised gain --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("pre", "post", "g"), [
    (40, 70, Fraction(1, 2)), (0, 100, 1), (50, 50, 0), (50, 25, Fraction(-1, 2)), (99, 0, -99), (100, 100, None),
    (100, 60, None)])
def test_normalised_gain_is_the_share_of_what_could_be_gained(pre, post, g):
    assert get_normalised_gain(Fraction(pre), Fraction(post)) == g


@pytest.mark.parametrize(("g", "band"), [
    (None, ""), (Fraction(-5), "low"), (Fraction(299, 1000), "low"), (Fraction(3, 10), "medium"),
    (Fraction(699, 1000), "medium"), (Fraction(7, 10), "high"), (Fraction(1), "high")])
def test_bands_begin_at_3_and_7_tenths(g, band):
    assert get_band(g) == band


def test_band_of_exactly_3_tenths_is_medium_however_it_came_about():
    gain = measure_gain([(Fraction(100, 3), Fraction(160, 3))] * 3)  # in floats it would be 0.2999…
    assert (gain.band, gain.mean_band, gain.bands) == ("medium", "medium", {"low": 0, "medium": 3, "high": 0})


def test_gain_of_the_means_and_mean_gain_are_two_figures():
    gain = measure_gain([(80, 90), (20, 30), (50, 80)])
    assert gain.g_of_means == pytest.approx((200 / 3 - 50) / 50)
    assert gain.mean_g == pytest.approx((10 / 20 + 10 / 80 + 30 / 50) / 3)


def test_gain_is_undefined_where_everything_was_right_before():
    gain = measure_gain([(100, 100), (100, 50), (50, 75)])
    assert (gain.n, gain.defined, gain.undefined, gain.negative, gain.mean_g) == (3, 1, 2, 1, 0.5)
    assert gain.g_of_means == pytest.approx((75 - 250 / 3) / (100 - 250 / 3))
    every = measure_gain([(100, 100), (100, 90)])
    assert (every.g_of_means, every.mean_g, every.band, every.mean_band, every.undefined) == (None, None, "", "", 2)
    assert sum(every.bars) == 0


@pytest.mark.parametrize(("g", "bar"), [
    (-99, 0), (Fraction(-51, 100), 0), (Fraction(-1, 2), 1), (Fraction(-1, 100), 5), (0, 6), (Fraction(3, 10), 9),
    (Fraction(99, 100), 15), (1, 15)])
def test_bars_are_of_a_tenth_and_one_is_for_all_that_is_lower(g, bar):
    assert get_bar(Fraction(g)) == bar


@given(groups)
def test_gain_counts_everybody_once(pairs):
    gain = measure_gain(pairs)
    assert gain.n == len(pairs) == gain.defined + gain.undefined
    assert sum(gain.bars) == sum(gain.bands.values()) == gain.defined
    assert sum(gain.bars[:6]) <= gain.negative <= sum(gain.bars[:6]) + gain.undefined
    assert gain.pre_mean == pytest.approx(statistics.fmean(pre for pre, _post in pairs))
    for g in (gain.g_of_means, gain.mean_g):
        assert g is None or g <= 1


@given(groups)
def test_gain_does_not_depend_on_the_order(pairs):
    one, other = measure_gain(pairs), measure_gain(reversed(pairs))
    assert (one.g_of_means, one.mean_g, one.bars) == (other.g_of_means, other.mean_g, other.bars)


@given(groups)
def test_effects_and_intervals_have_the_sign_and_the_size_of_the_difference(pairs):
    gain = measure_gain(pairs)
    for effect in (gain.d_av, gain.d_z):
        assert effect is None or (effect.low <= effect.size <= effect.high
                                  and (abs(effect.size) < 1e-9 or effect.size * gain.test.difference > 0))
    if gain.d_z:
        # the interval of the effect holds 0 exactly when that of the difference does
        assert (gain.d_z.low > 1e-6) == (gain.test.low > 1e-5) or abs(gain.test.low) < 1e-3


@pytest.mark.parametrize("pairs", [[], [(40, 60)]])
def test_gain_of_nobody_and_of_one_has_no_effect(pairs):
    gain = measure_gain(pairs)
    assert (gain.n, gain.d_av, gain.d_z, gain.test, gain.pre_deviation) == (len(pairs), None, None, None, None)


def test_same_difference_everywhere_has_no_effect_size():
    gain = measure_gain([(10, 20), (30, 40), (50, 60)])
    assert (gain.d_z, gain.d_av, gain.test.difference, gain.test.t, gain.test.p) == (None, None, 10, None, None)
    assert (gain.test.low, gain.test.high) == (10, 10)


# --- Against other computations ---------------------------------------------------------------------------------------

def test_paired_test_is_that_of_the_published_data():
    gain = measure_gain(SLEEP)
    assert (gain.n, gain.test.df) == (10, 9)
    assert gain.test.t == pytest.approx(4.0621, abs=5e-5)  # as R prints it for t.test(extra ~ group, paired)
    assert gain.test.p == pytest.approx(0.002833, abs=5e-7)
    assert (gain.test.low / 10, gain.test.high / 10) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert gain.test.difference / 10 == pytest.approx(1.58)
    assert gain.d_z.size == pytest.approx(4.0621 / math.sqrt(10), abs=5e-5)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("n", [5, 12, 60, 1000])
def test_paired_test_is_that_of_scipy_and_statsmodels(n, seed):
    pairs = simulate(n, seed=seed, gain=seed * 4 - 4)
    before, after = zip(*pairs, strict=True)
    gain, expected = measure_gain(pairs), stats.ttest_rel(after, before)
    assert (gain.test.t, gain.test.p) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-6, abs=1e-7)
    described = DescrStatsW([post - pre for pre, post in pairs])
    assert (gain.test.low, gain.test.high) == pytest.approx(described.tconfint_mean(), rel=1e-6, abs=1e-6)
    assert (gain.pre_deviation, gain.post_deviation) == pytest.approx(
        (statistics.stdev(before), statistics.stdev(after)))
    assert gain.correlation == pytest.approx(stats.pearsonr(before, after).statistic)
    assert gain.d_z.size == pytest.approx(described.mean / statistics.stdev([b - a for a, b in pairs]))
    assert gain.d_av.size == pytest.approx(described.mean / ((gain.pre_deviation + gain.post_deviation) / 2))


@pytest.mark.parametrize("seed", range(4))
def test_interval_of_the_effect_is_that_of_the_noncentral_t_distribution(seed):
    pairs = simulate(25, seed=seed)
    gain = measure_gain(pairs)
    for limit, p in ((gain.d_z.low, 0.975), (gain.d_z.high, 0.025)):
        assert stats.nct.cdf(gain.test.t, 24, limit * 5) == pytest.approx(p, abs=1e-7)
    ratio = gain.d_av.size / gain.d_z.size
    assert (gain.d_av.low, gain.d_av.high) == pytest.approx((gain.d_z.low * ratio, gain.d_z.high * ratio))


def test_interval_of_the_headline_covers_the_true_effect_as_often_as_it_says():
    """Normal results with equal spread and a true effect of 0.5 standard deviations: 95 % within three standard errors
    of 600 samples."""
    rng, hits = random.Random(7), 0
    for _sample in range(600):
        pairs = []
        for _person in range(20):
            ability = rng.gauss(0, math.sqrt(0.7))
            pairs.append((50 + 5 * (ability + rng.gauss(0, math.sqrt(0.3))),
                          52.5 + 5 * (ability + rng.gauss(0, math.sqrt(0.3)))))
        effect = measure_gain(pairs).d_av
        hits += effect.low <= 0.5 <= effect.high
    assert hits / 600 == pytest.approx(0.95, abs=3 * math.sqrt(0.95 * 0.05 / 600))
