"""How exactly a test measures."""

import math


def get_alpha(item_variances, total_variance):
    """Cronbach's alpha, k/(k - 1) · (1 - Σ item variances / variance of the total), of items that everybody answered
    (Cronbach 1951, «Coefficient alpha and the internal structure of tests», Psychometrika 16, formula 2). Where all
    items are right or wrong it equals KR-20 (Kuder and Richardson 1937, «The theory of the estimation of test
    reliability», Psychometrika 2, formula 20). None with fewer than two items or a total that does not vary."""
    k = len(item_variances)
    if k < 2 or not total_variance:
        return None
    return k / (k - 1) * (1 - sum(item_variances) / total_variance)


def get_nested_reliability(*, people, items, between, within):
    """Of a test that draws other questions for each person: 1 - MS(within people)/MS(between people), the
    generalisability coefficient of items nested in people, which treats what is drawn as a sample of the bank, so its
    differences in difficulty count as error (Brennan 2001, «Generalizability theory», section 3.1, design i:p;
    Cronbach, Rajaratnam and Gleser 1963, «Theory of generalizability», British Journal of Statistical Psychology 16).

    ``people`` each answered ``items`` items; ``between``: the sum of squared deviations of their totals from the mean
    total; ``within``: the sum of those of all item scores from the mean of their person. Returns (coefficient, standard
    error of measurement of a total) or (None, None)."""
    if people < 2 or items < 2 or not between:
        return None, None
    mean_square_between = between / items / (people - 1)
    mean_square_within = within / (people * (items - 1))
    return 1 - mean_square_within / mean_square_between, math.sqrt(items * mean_square_within)


def get_standard_error(deviation, reliability):
    """Standard error of measurement: standard deviation of the totals · √(1 - reliability) (Lord and Novick 1968,
    «Statistical theories of mental test scores», formula 3.8.3). In the unit of ``deviation``; None where either is
    unknown. A reliability below 0, which samples can give, counts as 0."""
    if deviation is None or reliability is None:
        return None
    return deviation * math.sqrt(1 - max(reliability, 0.0))
