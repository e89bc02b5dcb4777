"""What the percentages of the options of a question come to in the scoring of our kinds, and the other way round.

In a single choice of Moodle the chosen option earns its percentage, which may be negative; in a multiple one the chosen
percentages are added up, and nothing goes below 0 (Moodle documentation, «Multiple Choice question type»)."""

from decimal import Decimal

from assessments.formats.model import ALL, NONE, QuestionRefused, Remark

# 100/3 is written as 33.33333, 33.333 or 33.33.
NEAR = Decimal("0.05")
EXACT = Decimal("0.00001")
TOO_MANY_CHOSEN = Remark("too_many_chosen", "In the file, choosing every option earns all of the points; here, "
                                            "choosing more options than are right earns nothing.")


def get_scoring(percents, *, single):
    """The ``penalty`` of a single choice with these percentages, or the ``scoring`` of a multiple one. Raises
    QuestionRefused when the kinds have none that gives exactly these."""
    if len(percents) < 2:
        raise QuestionRefused("too_few_options", "It has fewer than two options.")
    if any(abs(percent) > ALL for percent in percents):
        raise QuestionRefused("weight", "A percentage is more than 100 or less than -100.")
    return get_penalty(percents) if single else get_multiple_scoring(percents)


def get_penalty(percents):
    if max(percents) != ALL:
        raise QuestionRefused("no_right_answer", "No option earns 100%.")
    wrong = sorted(percents)[:-1]
    if wrong[-1] == ALL:
        raise QuestionRefused("several_right", "Several options earn 100%, and only one can be chosen.")
    if wrong[-1] > NONE:
        raise QuestionRefused("partial_credit", "An option of a single choice earns a part of the points.")
    for penalty, percent in get_penalties(len(percents)):
        if are_near(wrong, -percent):
            return penalty
    raise QuestionRefused("weights", "The wrong options cost amounts for which there is no penalty.")


def get_penalties(options):
    return [("none", NONE), ("whole", ALL), ("half", ALL / 2), ("chance", ALL / (options - 1))]


def get_multiple_scoring(percents):
    right = [percent for percent in percents if percent > NONE]
    wrong = [percent for percent in percents if percent <= NONE]
    if not right:
        raise QuestionRefused("no_right_answer", "No option is right.")
    if round(sum(right)) != ALL:
        raise QuestionRefused("weights_sum", "The percentages of the right options are not 100 together.")
    if not are_near(right, ALL / len(right)):
        raise QuestionRefused("weights", "The right options do not all earn the same.")
    if not wrong or are_near(wrong, -ALL / len(wrong)):
        return "balanced"
    if are_near(wrong, NONE):
        return "right_only"
    raise QuestionRefused("weights", "The wrong options do not cost all the same, or do not cost 100% together.")


def are_near(percents, wanted):
    return all(abs(percent - wanted) <= NEAR for percent in percents)


def get_percents(correct, scoring, *, single):
    """The percentages of options, ``correct`` says of each whether it is right, for a penalty or scoring; what
    ``get_scoring`` reads back. Raises QuestionRefused for a scoring that percentages cannot say."""
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
