"""What the question bank knows of its questions: their text in a language, and where they are used."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import TextField
from django.db.models.functions import Cast
from wagtail.models import ReferenceIndex

from assessments import kinds, texts
from assessments.models import Attempt, Question


def get_kinds():
    """(value, name) of each kind of question."""
    return [(name, kind.label) for name, kind in kinds.get_kinds().items()]


def get_kind_name(question):
    return kinds.get_kind(question.kind).label


def get_text(question):
    """What the question asks, in the active language or else in the first. ``question`` has its version loaded."""
    return texts.get_text(question.version.content["stem"])


def get_questions():
    """The bank for a list: whatever a row shows is loaded with it."""
    return Question.objects.select_related("category", "version")


def get_references(question):
    """What refers to a question: the tests that chose it and those that draw from its category. A queryset of
    ReferenceIndex."""
    return ReferenceIndex.get_references_to(question) | _get_references_to_category(question.category)


def _get_references_to_category(category):
    bank = ContentType.objects.get_for_model(Question)
    return ReferenceIndex.get_references_to(category).exclude(base_content_type=bank)


def get_tests(*, question=None, category=None):
    """The titles of the tests that chose a question, or that draw from a category, each once."""
    references = (ReferenceIndex.get_references_to(question) if question else _get_references_to_category(category))
    return sorted({str(test) for test, _references in references.group_by_source_object()})


def is_in_attempts(question):
    """Whether somebody was asked the question as it is now. Reads all attempts: for rare acts only."""
    attempts = Attempt.objects.annotate(form_text=Cast("form", TextField()))
    return attempts.filter(form_text__contains=question.version_id).exists()
