"""Take a test as a learner's page does, right or wrong, without a page."""

from decimal import Decimal

from assessments.attempts import Change, get_fingerprint, get_items, get_responses
from assessments.quiz_rules import QuizRules


def make_rules(*sections, **fields):
    """QuizRules of questions (objects of the bank) and Draws. Nothing is shuffled unless it is asked for."""
    sections = tuple(getattr(section, "pk", section) for section in sections)
    return QuizRules(**{"sections": sections, "pass_mark": Decimal(60), "shuffle_questions": False,
                        "shuffle_options": False, **fields})


def get_right_response(item):
    return [option["id"] for option in item["options"] if option["correct"]]


def get_wrong_response(item):
    return [option["id"] for option in item["options"] if not option["correct"]][:1]


def answer(attempt, *, right=True, positions=None):
    """The Changes of a page that shows what is saved and on which the questions at ``positions`` (all of them) are
    answered right or wrong."""
    saved = get_responses(attempt)
    choose = get_right_response if right else get_wrong_response
    return [Change(position=position, before=get_fingerprint(saved.get(position)), response=choose(item))
            for position, item in enumerate(get_items(attempt)) if positions is None or position in positions]
