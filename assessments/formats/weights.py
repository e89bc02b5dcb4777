"""What the percentages of the options of a question come to in the scoring of our kinds, and the other way round.

In a single choice of Moodle the chosen option earns its percentage, which may be negative; in a multiple one the chosen
percentages are added up, and nothing goes below 0 or above 100 (Moodle documentation, «Multiple Choice question
type»). Every such question is kept: where the percentages are those of a scoring that has a name here it is that one,
else ``weights``, in which each option has its own percentage."""

from decimal import Decimal

from assessments.formats.model import ALL, NONE, QuestionRefused, Remark
from assessments.kinds.weights import get_shares, is_full

# 100/3 is written as 33.33333, 33.333 or 33.33.
NEAR = Decimal("0.05")
EXACT = Decimal("0.00001")
WEIGHTS = "weights"
ALL_CHOSEN = Remark("all_chosen", "Choosing every option earns all of the points.")


def round_percent(percent):
    """With the five decimals that percentages have in Moodle and here."""
    return percent if -percent.as_tuple().exponent <= 5 else percent.quantize(EXACT)


def get_scoring(percents, *, single):
    """The ``penalty`` of a single choice with these percentages, or the ``scoring`` of a multiple one. Raises
    QuestionRefused when nobody could earn the points."""
    if len(percents) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if any(abs(percent) > ALL for percent in percents):
        raise QuestionRefused("weight", "A percentage is more than 100 or less than -100.")
    return get_penalty(percents) if single else get_multiple_scoring(percents)


def get_penalty(percents):
    if max(percents) != ALL:
        raise QuestionRefused("no_right_answer", "No option earns 100%.")
    wrong = sorted(percents)[:-1]
    return next((penalty for penalty, percent in get_penalties(len(percents)) if are_near(wrong, -percent)), WEIGHTS)


def get_penalties(options):
    return [("none", NONE), ("whole", ALL), ("half", ALL / 2), ("chance", ALL / (options - 1))]


def get_true_false_penalty(percents):
    """The ``penalty`` of a statement that is true or false, with the percentages of the two answers. Raises
    QuestionRefused."""
    if (penalty := get_scoring(percents, single=True)) == WEIGHTS:
        raise QuestionRefused("weights", "The wrong answer costs or earns an amount for which there is no penalty.")
    return penalty


def get_multiple_scoring(percents):
    right = [percent for percent in percents if percent > NONE]
    wrong = [percent for percent in percents if percent <= NONE]
    if not right:
        raise QuestionRefused("no_right_answer", "No option is right.")
    if not is_full(percents):
        raise QuestionRefused("weights_sum", "The percentages of the right options are less than 100 together.")
    if are_near(right, ALL / len(right)) and (not wrong or are_near(wrong, -ALL / len(wrong))):
        return "balanced"
    return WEIGHTS


def are_near(percents, wanted):
    return all(abs(percent - wanted) <= NEAR for percent in percents)


def get_remarks(percents, *, single):
    """What a trainer should know of a question with these percentages."""
    earned = sum(get_shares(percents))
    return () if single or earned < 1 else (ALL_CHOSEN,)


def get_percents(correct, scoring, *, single):
    """The percentages of options, ``correct`` says of each whether it is right, for a penalty or scoring that has a
    name. Raises QuestionRefused for a scoring that percentages cannot say. What is written for ``right_only`` is read
    as ``weights``: only here more options than are right earn nothing."""
    right = sum(correct)
    wrong = len(correct) - right
    if single:
        cost = dict(get_penalties(max(len(correct), 2))).get(scoring)
        earned = ALL
    else:
        cost = {"balanced": ALL / max(wrong, 1), "right_only": NONE}.get(scoring)
        earned = ALL / max(right, 1)
    if cost is None:
        raise QuestionRefused("scoring", "Percentages cannot say how its answers are scored.")
    return [(earned if each else -cost).quantize(EXACT).normalize() + NONE for each in correct]


def can_be_written(choice, *, single):
    """Do the percentages of a Choice say how it is scored, or nearly (``right_only``)?"""
    scoring = WEIGHTS if choice.scoring == "right_only" else choice.scoring
    percents = [option.percent for option in choice.options]
    named = get_scoring(percents, single=single)
    return scoring in (named, WEIGHTS)
