from assessments.models.attempts import (
    Answer,
    Attempt,
    Completion,
    HandedInFile,
    get_handed_in_path,
    get_private_storage,
)
from assessments.models.bank import Question, QuestionCategory, QuestionEdit, QuestionVersion
from assessments.models.marking import Mark, Phrase
from assessments.models.regrading import Regrade, RegradedAttempt

__all__ = [
    "Answer", "Attempt", "Completion", "HandedInFile", "Mark", "Phrase", "Question", "QuestionCategory",
    "QuestionEdit", "QuestionVersion", "Regrade", "RegradedAttempt", "get_handed_in_path", "get_private_storage",
]
