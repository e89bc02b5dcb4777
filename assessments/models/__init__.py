from assessments.models.attempts import (
    Answer,
    Attempt,
    Completion,
    HandedInFile,
    get_handed_in_path,
    get_private_storage,
)
from assessments.models.bank import Question, QuestionComment, QuestionEdit, QuestionVersion, TranslationGap
from assessments.models.categories import Competence, QuestionCategory
from assessments.models.importing import ImportedQuestion, QuestionImport, QuestionOrigin
from assessments.models.marking import Mark, MarkCorrection, Phrase
from assessments.models.regrading import Regrade, RegradedAttempt
from assessments.models.sharing import Sharing
from assessments.models.surveys import AnswerPool, Survey, SurveyVersion

__all__ = [
    "Answer", "AnswerPool", "Attempt", "Competence", "Completion", "HandedInFile", "ImportedQuestion", "Mark",
    "MarkCorrection", "Phrase", "Question", "QuestionCategory", "QuestionComment", "QuestionEdit", "QuestionImport",
    "QuestionOrigin", "QuestionVersion", "Regrade", "RegradedAttempt", "Sharing", "Survey", "SurveyVersion",
    "TranslationGap", "get_handed_in_path", "get_private_storage",
]
