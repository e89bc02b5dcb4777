"""Finding questions in the bank."""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import IntegerField
from django.db.models.functions import Cast
from wagtail.coreutils import string_to_ascii
from wagtail.search.backends import get_search_backend
from wagtail.search.models import IndexEntry

from assessments.categories import get_below
from assessments.models import Question


def search(questions, words):
    """Those of a queryset that have all the words, or words that begin so, in any language, with or without accents.
    In the order of the queryset."""
    words = "".join(char if char.isalnum() else " " for char in string_to_ascii(words))
    if not words.strip():
        return questions.none()
    found = get_search_backend().autocomplete(words, Question.objects.all(), order_by_relevance=False)
    if connection.vendor == "sqlite":
        return questions.filter(pk__in=_find_in_sqlite(found.get_queryset()))
    # Its own filters know indexed fields only, and what a person may see is decided by more than those.
    return questions.filter(pk__in=found.get_queryset().order_by().values("pk"))


def _find_in_sqlite(found):
    """The primary keys that ``found`` asks for. SQLite would look through all entries of the index, one by one, because
    it does not know how few a MATCH finds: so what matches is asked for by itself (20 ms in place of 1,800)."""
    # It needs the models of the index, which are there only where a database is SQLite.
    from modelsearch.backends.database.sqlite.query import MatchExpression

    (lookup,) = found.query.where.children
    (match,) = (child for child in lookup.rhs.where.children if isinstance(child, MatchExpression))
    entries = IndexEntry.objects.filter(content_type=ContentType.objects.get_for_model(Question),
                                        pk__in=lookup.rhs.model.objects.filter(match).values("pk"))
    return entries.annotate(question=Cast("object_id", IntegerField())).values("question")


def below_category(questions, category):
    """Those of a queryset that are in a category (its primary key) or below it."""
    return questions.filter(category__in=get_below(int(category)))
