"""Figures of one item, and what they advise."""

from assessments.analysis.sums import correlate, total

VERY_EASY, VERY_HARD = 0.95, 0.25
WEAK, GOOD = 0.2, 0.3
UNUSED = 0.05


def get_facility(groups):
    """Facility index: the mean score as a fraction of the points, of all Sums of an item; for an item that is right or
    wrong, the proportion of right answers (Lord and Novick 1968, «Statistical theories of mental test scores»,
    section 15.3, where it is called difficulty)."""
    return total(groups).mean


def get_discrimination(groups):
    """Corrected item-total correlation: of the score of an item with that of the rest of the test, without the item,
    which would correlate with itself (Henrysson 1963, «Correction of item-total correlations in item analysis»,
    Psychometrika 28). For an item that is right or wrong it is the corrected point-biserial. In each Sums ``y`` is the
    score of the rest; of several tests it is the correlation within tests."""
    return correlate(groups)


def get_advice(*, facility, discrimination):
    """Stable words for what to look at. The limits of discrimination are those of Ebel (1965, «Measuring educational
    achievement», chapter 13): 0.40 very good, 0.30 good, 0.20 marginal, below that poor."""
    if discrimination is not None and discrimination < 0:
        return "check_key"
    if facility is not None and facility > VERY_EASY:
        return "very_easy"
    if facility is not None and facility < VERY_HARD:
        return "very_hard"
    if discrimination is not None and discrimination < WEAK:
        return "weak"
    return "good" if discrimination is not None and discrimination >= GOOD else ""


def get_option_advice(*, is_right, share, mean, mean_of_right):
    """Stable words on one option, of whose choosers ``mean`` is the mean score in the test. An option that less than
    5 % choose does not work as a distractor (Haladyna and Downing 1993, «How many options is enough for a
    multiple-choice test item?», Educational and Psychological Measurement 53)."""
    if is_right:
        return ""
    if mean is not None and mean_of_right is not None and mean > mean_of_right:
        return "attracts_best"
    return "unused" if share < UNUSED else ""
