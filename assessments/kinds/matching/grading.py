from fractions import Fraction

from assessments.grading import AnswerRefused, check_pairs
from assessments.results import Credit


def check(item, response):
    """{prompt id: choice id}; several prompts may have the same choice, and prompts without one are left out."""
    choices = {option["id"] for option in item["options"]}

    def check_choice(choice):
        if choice is None:
            return ""
        if not isinstance(choice, str):
            raise AnswerRefused("shape")
        if choice and choice not in choices:
            raise AnswerRefused("unknown_option")
        return choice

    return check_pairs(response, [prompt["id"] for prompt in item["prompts"]], check_choice)


def grade(item, response):
    """The share of the prompts that have their match, each prompt for itself and nothing off for wrong ones: the rule
    of Moodle's matching question and of pairs of one value in «map_response» of QTI 2 and 3. Details: ``right``, the
    ids of those prompts."""
    right = [prompt["id"] for prompt in item["prompts"] if response.get(prompt["id"]) == prompt["match"]]
    return Credit(Fraction(len(right), len(item["prompts"])), {"right": right})
