import pytest
from scipy import stats

from assessments.analysis.items import get_advice, get_discrimination, get_facility, get_option_advice
from assessments.analysis.sums import make_sums
from tests.assessments.analysis.lsat import get_people


def get_item(number):
    """The Sums of an item of the LSAT with the score of the others."""
    people = get_people()
    return make_sums([person[number] for person in people], [sum(person) - person[number] for person in people])


def test_facility_of_the_lsat_is_as_published():
    assert [get_facility([get_item(number)]) for number in range(5)] == [0.924, 0.709, 0.553, 0.763, 0.870]


@pytest.mark.parametrize("number", range(5))
def test_discrimination_of_the_lsat_is_the_point_biserial_of_scipy(number):
    people = get_people()
    expected = stats.pointbiserialr([person[number] for person in people],
                                    [sum(person) - person[number] for person in people]).statistic
    assert get_discrimination([get_item(number)]) == pytest.approx(expected, abs=1e-9)


def test_discrimination_with_partial_credit_is_the_correlation_of_scipy():
    xs, ys = [0, 0.5, 0.25, 1, 0.75, 0.5], [2, 3.5, 2, 4, 1, 5]
    assert get_discrimination([make_sums(xs, ys)]) == pytest.approx(stats.pearsonr(xs, ys).statistic, abs=1e-9)


@pytest.mark.parametrize(("facility", "discrimination", "advice"), [
    (0.5, -0.01, "check_key"), (0.99, -0.2, "check_key"), (0.96, 0.1, "very_easy"), (0.2, 0.1, "very_hard"),
    (0.5, 0.19, "weak"), (0.5, 0.25, ""), (0.5, 0.3, "good"), (1.0, None, "very_easy"), (0.5, None, "")])
def test_advice_names_what_to_look_at(facility, discrimination, advice):
    assert get_advice(facility=facility, discrimination=discrimination) == advice


@pytest.mark.parametrize(("is_right", "share", "mean", "advice"), [
    (True, 0.01, 0.9, ""), (False, 0.3, 0.71, "attracts_best"), (False, 0.04, 0.2, "unused"),
    (False, 0.04, None, "unused"), (False, 0.3, 0.6, "")])
def test_advice_on_an_option(is_right, share, mean, advice):
    assert get_option_advice(is_right=is_right, share=share, mean=mean, mean_of_right=0.7) == advice
