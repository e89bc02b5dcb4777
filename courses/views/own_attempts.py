"""What the pages of an attempt share: whose it is, of which quiz, and whether its time has passed."""

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from assessments.models import Attempt
from courses import progress
from courses.models import QuizPage
from lms.kept_queries import kept_query
from lms.page_tree import remembered


@remembered
def _get_quizzes(activity):
    pages = QuizPage.objects.filter(translation_key=activity).select_related("locale")
    return {page.locale.language_code: page for page in pages}


def get_quiz(activity):
    """The QuizPage in the active language, else in the first; live or not, because an attempt that runs goes on when
    its page is withdrawn. It is shared between requests: do not change it. Raises Http404."""
    pages = _get_quizzes(activity)
    page = pages.get(get_language()) or pages.get(settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    return page


def get_own_attempt(request, attempt_id):
    """Raises Http404 for somebody else's, the same as for none."""
    try:
        return _find_own.get(attempt_id, request.user.pk)
    except Attempt.DoesNotExist:
        raise Http404 from None


@kept_query
def _find_own(pk, learner):
    return Attempt.objects.filter(pk=pk, learner=learner)


def close_if_overdue(attempt):
    """The attempt, closed and graded when its time has passed."""
    if attempt.is_open and attempt.deadline and timezone.now() > attempt.deadline:
        return progress.close_if_overdue(attempt_id=attempt.pk, now=timezone.now())
    return attempt
