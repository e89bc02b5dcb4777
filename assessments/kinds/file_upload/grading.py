from fractions import Fraction
from uuid import UUID

from assessments.grading import AnswerRefused
from assessments.results import Credit


def check(item, response):
    """``{"file": UUID as text}`` of a file that was handed in before; {} for none. Whether there is such a file in this
    place of this attempt, whoever saves it asks the kind (``is_kept``)."""
    if response is None or response == {}:
        return {}
    if not isinstance(response, dict) or response.keys() != {"file"} or not isinstance(response["file"], str):
        raise AnswerRefused("shape")
    if not response["file"]:
        return {}
    try:
        return {"file": str(UUID(response["file"]))}
    except ValueError:
        raise AnswerRefused("shape") from None


def grade(item, response):
    """A person decides; no file earns nothing at once."""
    return Credit(None if response else Fraction(0))
