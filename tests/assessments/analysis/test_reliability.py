import math
import random
import statistics

import numpy
import pytest
from scipy import stats

from assessments.analysis.reliability import get_alpha, get_nested_reliability, get_standard_error
from tests.assessments.analysis.lsat import get_people


def test_alpha_of_the_lsat_is_as_published():
    """0.295: D. Rizopoulos (2006), «ltm: An R package for latent variable modeling», Journal of Statistical Software
    17(5)."""
    people = get_people()
    variances = [statistics.variance(scores) for scores in zip(*people, strict=True)]
    alpha = get_alpha(variances, statistics.variance(map(sum, people)))
    assert round(alpha, 3) == 0.295
    covariances = numpy.cov(numpy.array(people).T)
    assert alpha == pytest.approx(5 / 4 * (1 - numpy.trace(covariances) / covariances.sum()), abs=1e-9)


def test_alpha_of_items_that_are_right_or_wrong_is_kr20():
    people = get_people()
    shares = [statistics.fmean(scores) for scores in zip(*people, strict=True)]
    kr20 = 5 / 4 * (1 - sum(p * (1 - p) for p in shares) / statistics.pvariance(map(sum, people)))
    variances = [statistics.variance(scores) for scores in zip(*people, strict=True)]
    assert get_alpha(variances, statistics.variance(map(sum, people))) == pytest.approx(kr20, abs=1e-9)


@pytest.mark.parametrize(("variances", "of_total"), [([0.2], 1.0), ([], 0.0), ([0.0, 0.0], 0.0), ([0.1, 0.1], None)])
def test_alpha_is_unknown_where_nothing_varies_or_one_item_is_all(variances, of_total):
    assert get_alpha(variances, of_total) is None


def test_nested_reliability_is_that_of_the_analysis_of_variance():
    rng = random.Random(4)
    people = [[float(rng.random() < chance) for _item in range(12)] for chance in
              (rng.uniform(0.2, 0.95) for _person in range(60))]
    totals = [sum(person) for person in people]
    reliability, error = get_nested_reliability(
        people=60, items=12, between=statistics.pvariance(totals) * 60,
        within=sum(statistics.pvariance(person) * 12 for person in people))
    assert reliability == pytest.approx(1 - 1 / stats.f_oneway(*people).statistic, abs=1e-9)
    assert error == pytest.approx(statistics.stdev(totals) * math.sqrt(1 - reliability), abs=1e-9)


def test_nested_reliability_of_one_item_or_person_is_unknown():
    assert get_nested_reliability(people=1, items=9, between=0, within=2) == (None, None)
    assert get_nested_reliability(people=9, items=1, between=2, within=0) == (None, None)


@pytest.mark.parametrize(("deviation", "reliability", "error"), [
    (10, 0.84, 4), (10, -0.2, 10), (10, 1, 0), (None, 0.5, None), (10, None, None)])
def test_standard_error(deviation, reliability, error):
    assert get_standard_error(deviation, reliability) == (error if error is None else pytest.approx(error))
