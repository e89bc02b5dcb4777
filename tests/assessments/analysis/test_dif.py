import math
import random

import numpy
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from assessments.analysis.dif import LEVEL, adjust, compare, find_dif, grade_delta, grade_difference
from assessments.analysis.sums import make_sums
from tests.assessments.analysis.simulating import make_reader, simulate

# Admissions to six departments of the University of California, Berkeley, 1973: men admitted and rejected, women
# admitted and rejected. P. J. Bickel, E. A. Hammel and J. W. O'Connell (1975), «Sex bias in graduate admissions: data
# from Berkeley», Science 187, 398-404; the table is in D. Freedman, R. Pisani and R. Purves, «Statistics».
BERKELEY = [(512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391), (138, 279, 131, 244), (53, 138, 94, 299),
            (22, 351, 24, 317)]


def make_pair(a, b, c, d):
    return make_sums([1] * a + [0] * b), make_sums([1] * c + [0] * d)


def make_tables(seed, strata=9):
    rng = random.Random(seed)
    return [tuple(rng.randint(3, 40) for _cell in range(4)) for _stratum in range(strata)]


# --- Right or wrong ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("tables", [BERKELEY, *map(make_tables, range(5))])
def test_mantel_haenszel_is_that_of_statsmodels(tables):
    dif = compare([make_pair(*table) for table in tables])
    expected = StratifiedTable([numpy.array([[a, b], [c, d]]) for a, b, c, d in tables])
    test = expected.test_null_odds(correction=True)
    assert dif.method == "mantel_haenszel"
    assert dif.chi_square == pytest.approx(test.statistic, abs=1e-9)
    assert dif.p == pytest.approx(test.pvalue, abs=1e-9)
    assert dif.odds_ratio == pytest.approx(expected.oddsratio_pooled, abs=1e-9)
    assert dif.effect == pytest.approx(-2.35 * expected.logodds_pooled, abs=1e-9)
    assert dif.error == pytest.approx(2.35 * expected.logodds_pooled_se, abs=1e-9)


def test_mantel_haenszel_of_berkeley_is_as_published():
    """As R prints it: mantelhaen.test(UCBAdmissions) of the package stats."""
    dif = compare([make_pair(*table) for table in BERKELEY])
    assert (round(dif.odds_ratio, 4), round(dif.chi_square, 4), round(dif.p, 4)) == (0.9047, 1.4269, 0.2323)


def test_few_answers_in_one_language_give_no_figures():
    assert compare([make_pair(200, 200, 30, 19)]).problem == "too_few"
    assert compare([make_pair(200, 200, 30, 20)]).problem == ""


@pytest.mark.parametrize("pairs", [
    [make_pair(60, 0, 0, 0), make_pair(0, 0, 0, 60)],  # nobody to compare with
    [make_pair(60, 0, 60, 0), make_pair(0, 60, 0, 60)],  # nothing varies among equals
])
def test_no_overlap_gives_no_figures(pairs):
    assert compare(pairs).problem == "no_overlap"


def test_difference_without_an_exception_is_beyond_the_scale():
    dif = compare([make_pair(60, 0, 0, 60)])
    assert (dif.effect, dif.odds_ratio, dif.grade, dif.is_harder) == (-math.inf, math.inf, "C", True)
    assert compare([make_pair(0, 60, 60, 0)]).effect == math.inf


@pytest.mark.parametrize(("delta", "error", "p", "grade"), [
    (-0.99, 0.1, 0.0001, "A"), (-2.0, 1.2, 0.09, "A"), (1.2, 0.3, 0.001, "B"), (-1.6, 0.5, 0.001, "B"),
    (-1.6, 0.3, 0.001, "C"), (2.1, 0.5, 0.001, "C")])
def test_grade_of_a_delta_difference(delta, error, p, grade):
    assert grade_delta(delta, error, p) == grade


# --- Partial credit ---------------------------------------------------------------------------------------------------

def make_score_strata(seed):
    rng = random.Random(seed)
    return [([rng.randint(0, 4) / 4 for _ in range(rng.randint(8, 30))],
             [rng.choice([0, 0.25, 0.25, 0.5, 1]) for _ in range(rng.randint(8, 30))]) for _stratum in range(7)]


@pytest.mark.parametrize("seed", range(4))
def test_mantel_is_the_covariance_of_drawing_without_replacement(seed):
    """Computed another way: in each stratum the sum of the focal scores is that of a sample without replacement."""
    strata = make_score_strata(seed)
    deviation = variance = difference = 0.0
    for reference, focal in strata:
        scores = numpy.array(reference + focal)
        share = len(focal) / len(scores)
        deviation += sum(focal) - share * scores.sum()
        variance += len(focal) * (1 - share) * scores.var(ddof=1)
        difference += len(focal) * (numpy.mean(focal) - numpy.mean(reference))
    everything = [score for pair in strata for group in pair for score in group]
    dif = compare([(make_sums(reference), make_sums(focal)) for reference, focal in strata])
    assert dif.method == "mantel"
    assert dif.chi_square == pytest.approx(deviation ** 2 / variance, abs=1e-9)
    assert dif.p == pytest.approx(stats.chi2.sf(dif.chi_square, 1), abs=1e-9)
    focal_n = sum(len(focal) for _reference, focal in strata)
    assert dif.effect == pytest.approx(difference / focal_n / numpy.std(everything, ddof=1), abs=1e-9)


def test_mantel_in_one_stratum_is_the_correlation_of_group_and_score():
    """(n - 1) r², Mantel 1963."""
    reference, focal = [score for pair in make_score_strata(1) for score in pair[0]], [0.5] * 40 + [0.25] * 30 + [1] * 9
    dif = compare([(make_sums(reference), make_sums(focal))])
    r = stats.pearsonr([0] * len(reference) + [1] * len(focal), reference + focal).statistic
    assert dif.chi_square == pytest.approx((len(reference) + len(focal) - 1) * r ** 2, abs=1e-9)


def test_penalties_are_partial_credit():
    assert compare([(make_sums([-1 / 3, 0, 1] * 30), make_sums([-1 / 3, 1, 1] * 30))]).method == "mantel"


@pytest.mark.parametrize(("effect", "p", "grade"), [
    (0.17, 0.001, "A"), (-0.3, 0.06, "A"), (-0.2, 0.001, "B"), (0.25, 0.001, "B"), (-0.26, 0.001, "C")])
def test_grade_of_a_mean_difference(effect, p, grade):
    assert grade_difference(effect, p) == grade


# --- Many items -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("p_values", [[0.01, 0.04, 0.03, 0.5], [0.2], [1, 1], [0.01, 0.01, 0.9], []])
def test_correction_is_that_of_benjamini_and_hochberg(p_values):
    expected = multipletests(p_values, method="fdr_bh")[1] if p_values else []
    assert adjust(p_values) == pytest.approx(list(expected), abs=1e-12)


@pytest.mark.parametrize(("steps", "method"), [(1, "mantel_haenszel"), (4, "mantel")])
def test_item_that_is_harder_in_one_language_is_flagged(steps, method):
    """By 0.9 logits, which are 2.1 on the delta scale, though the two groups differ in ability: in 30 simulations
    nearly always, and of what is flagged one in twenty is by chance, as far as so few simulations can tell."""
    found, effects, chance = 0, [], []
    for seed in range(30):
        difs = find_dif(make_reader(simulate(items=12, people=500, seed=seed, harder={6: 0.9}, steps=steps, apart=0.5)))
        flagged = {item for item, dif in difs.items() if dif.is_flagged}
        assert (difs[6].method, difs[6].is_harder) == (method, True)
        found += 6 in flagged
        effects.append(difs[6].effect)
        chance.append(len(flagged - {6}) / max(len(flagged), 1))
    assert found >= 29
    assert sum(chance) / 30 <= LEVEL + 2 * math.sqrt(LEVEL * (1 - LEVEL) / 30)
    if steps == 1:
        assert sum(effects) / 30 == pytest.approx(-2.35 * 0.9, abs=0.15)


def test_matching_is_purified_of_what_was_flagged():
    """With four of twenty items harder, the others look easier until the four are left out."""
    drawn = simulate(items=20, people=1500, seed=5, harder=dict.fromkeys((2, 7, 12, 17), 1.2))
    read = make_reader(drawn)
    once, twice = {item: compare(strata) for item, strata in read(frozenset()).items()}, find_dif(read)
    honest = [item for item in range(20) if item not in {2, 7, 12, 17}]
    bias = [sum(difs[item].effect for item in honest) / len(honest) for difs in (once, twice)]
    assert bias[0] > 0.4
    assert abs(bias[1]) < bias[0] / 3
    assert {item for item, dif in twice.items() if dif.is_flagged} == {2, 7, 12, 17}


@pytest.mark.parametrize("seed", [1, 2])
def test_items_that_do_not_differ_are_rarely_flagged(seed):
    """200 items: the probability that any is flagged is at most 5 %, and by the uncorrected p it is 5 % of the items
    that look significant at most (continuity makes it fewer)."""
    difs = find_dif(make_reader(simulate(items=200, people=300, seed=seed, apart=0.4)))
    assert [item for item, dif in difs.items() if dif.is_flagged] == []
    assert sum(dif.p < LEVEL for dif in difs.values()) <= 200 * LEVEL
