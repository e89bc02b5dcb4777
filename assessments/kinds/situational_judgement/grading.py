"""Scoring keys of situational judgement tests, each set by experts and chosen by the trainer. McDaniel and Nguyen
(2001, «Situational judgment tests: a review of practice and constructs assessed», International Journal of Selection
and Assessment 9) describe how such tests are answered; Bergman et al. (2006, «Scoring situational judgment tests: once
you get the data, your troubles begin», in the same journal, 14) compare keys and show that the choice matters, so it
is kept with the question.

In a frozen option ``expert`` is what the experts said: a rating from 1 to 5, "best", "worst" or "", a rank from 1, or
their votes. No key costs points on the whole: the credit is from 0 to 1."""

from fractions import Fraction

from assessments.grading import AnswerRefused, check_ids, check_pairs
from assessments.kinds.points import check_point
from assessments.results import Credit

MOST_EFFECTIVE = 5
PARTS = ("best", "worst")


def check(item, response):
    """``rate`` and ``rank``: {option id: point}; ``best_worst``: {"best": option id, "worst": option id}; ``panel``: a
    list of at most one option id."""
    ids = [option["id"] for option in item["options"]]
    if item["mode"] == "panel":
        return check_ids(response, ids, most=1)
    if item["mode"] == "best_worst":
        return check_pairs(response, PARTS, lambda value: check_id(value, ids))
    most = get_most(item)
    return check_pairs(response, ids, lambda value: check_point(value, most))


def get_most(item):
    """The highest rating or the last rank."""
    return MOST_EFFECTIVE if item["mode"] == "rate" else len(item["options"])


def check_id(value, known):
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise AnswerRefused("shape")
    if value not in known:
        raise AnswerRefused("unknown_option")
    return value


def grade(item, response):
    experts = {option["id"]: option["expert"] for option in item["options"]}
    return {"rate": grade_ratings, "best_worst": grade_best_and_worst, "rank": grade_ranks,
            "panel": grade_choice}[item["mode"]](experts, response)


def grade_ratings(experts, ratings):
    """Each option earns 1 - |d|/4, d being the distance to the experts' rating and 4 the longest on the scale, so that
    each point away costs the same; an option without a rating earns nothing. The credit is their mean. ``details``:
    {"distances": {option id: d}}."""
    distances = {option: abs(rating - experts[option]) for option, rating in ratings.items()}
    earned = sum(1 - Fraction(distance, MOST_EFFECTIVE - 1) for distance in distances.values())
    return Credit(Fraction(earned) / len(experts), details={"distances": distances})


def grade_best_and_worst(experts, chosen):
    """Half for one of the best as the best, half for one of the worst as the worst; one of the worst as the best, or of
    the best as the worst, costs a half; below 0 counts as 0. Motowidlo, Dunnette and Carter (1990, «An alternative
    selection procedure: the low-fidelity simulation», Journal of Applied Psychology 75) score so, from -2 to 2. Who
    chooses one option as both, which a form without JavaScript can send, therefore earns nothing by it. ``details``:
    {"best": 1, 0 or -1, "worst": …} of what was chosen."""
    worth = {part: 1 if experts[option] == part else -1 if experts[option] else 0 for part, option in chosen.items()}
    return Credit(max(Fraction(sum(worth.values()), 2), Fraction(0)), details=worth)


def grade_ranks(experts, ranks):
    """1 - D/⌊n²/2⌋, D being the sum of the distances to the experts' ranks, and ⌊n²/2⌋ the most it can be between two
    orders of n options (Diaconis and Graham 1977, «Spearman's footrule as a measure of disarray», Journal of the Royal
    Statistical Society B 39). ``details``: {"distance": D}.

    Options that share a rank, which a form without JavaScript can send, take those that are left by the options with a
    rank of their own, in the order given; options without a rank take the last of them. Where that leaves it open, they
    stand in the order least like the experts', so that one rank for all, and none at all, earn nothing."""
    total, given = len(experts), list(ranks.values())
    places = {option: rank for option, rank in ranks.items() if given.count(rank) == 1}
    undecided = sorted(experts.keys() - places.keys(),
                       key=lambda option: (ranks.get(option, total + 1), -experts[option]))
    free = [rank for rank in range(1, total + 1) if rank not in places.values()]
    places.update(zip(undecided, free, strict=True))
    distance = sum(abs(place - experts[option]) for option, place in places.items())
    return Credit(1 - Fraction(distance, total ** 2 // 2), details={"distance": distance})


def grade_choice(experts, chosen):
    """The experts' votes for the chosen option, of those for the option that most chose: consensus weights, such as 4,
    3, 2, 1, which are the votes' own."""
    if not chosen:
        return Credit(Fraction(0))
    return Credit(Fraction(experts[chosen[0]], max(experts.values())))
