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
from assessments.models.surveys import AnswerPool, Survey, SurveyVersion

__all__ = [
    "Answer", "AnswerPool", "Attempt", "Completion", "HandedInFile", "Mark", "Phrase", "Question", "QuestionCategory",
    "QuestionEdit", "QuestionVersion", "Regrade", "RegradedAttempt", "Survey", "SurveyVersion",
    "get_handed_in_path", "get_private_storage",
]
