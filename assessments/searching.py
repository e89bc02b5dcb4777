"""Finding questions in the bank."""

from wagtail.coreutils import string_to_ascii
from wagtail.search.backends import get_search_backend

from assessments.categories import get_path
from assessments.models import Question


def search(questions, words):
    """Those of a queryset that have all the words, or words that begin so, in any language, with or without accents.
    In the order of the queryset."""
    words = "".join(char if char.isalnum() else " " for char in string_to_ascii(words))
    if not words.strip():
        return questions.none()
    found = get_search_backend().autocomplete(words, Question.objects.all(), order_by_relevance=False)
    # Its own filters know indexed fields only, and what a person may see is decided by more than those.
    return questions.filter(pk__in=found.get_queryset().order_by().values("pk"))


def below_category(questions, category):
    """Those of a queryset that are in a category (its primary key) or below it."""
    path = get_path(int(category))
    return questions.filter(category__path__startswith=path) if path else questions.none()
