"""What the pages of an attempt share: whose it is, of which quiz, and whether its time has passed."""

from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import Attempt
from courses import progress
from courses.models import QuizPage
from lms.page_tree import remembered


class QuizNode(NamedTuple):
    """What the pages of an attempt say of its quiz."""

    translation_key: UUID
    title: str
    url_path: str
    path: str
    live: bool


@remembered
def _get_quiz_nodes(activity):
    pages = QuizPage.objects.filter(translation_key=activity)
    return {language: QuizNode(*values)
            for language, *values in pages.values_list("locale__language_code", *QuizNode._fields)}


def get_quiz_node(activity):
    """The QuizNode in the active language, else in the first; live or not, because an attempt that runs goes on when
    its page is withdrawn. Raises Http404."""
    nodes = _get_quiz_nodes(activity)
    node = nodes.get(get_language()) or nodes.get(settings.LANGUAGE_CODE)
    if node is None:
        raise Http404
    return node


def get_own_attempt(request, attempt_id):
    """Raises Http404 for somebody else's, the same as for none."""
    return get_object_or_404(Attempt, pk=attempt_id, learner=request.user)


def close_if_overdue(attempt):
    """The attempt, closed and graded when its time has passed."""
    if attempt.is_open and attempt.deadline and timezone.now() > attempt.deadline:
        return progress.close_if_overdue(attempt_id=attempt.pk, now=timezone.now())
    return attempt
