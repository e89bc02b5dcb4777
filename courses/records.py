"""What learners have left on a page: it decides what an author may still do with the page."""

from assessments.models import Attempt, Completion
from courses.models import ActivityVisit, CoursePage, Enrolment


def has_records(page):
    """Whether there is an enrolment, visit, attempt or completion for ``page`` or for anything below it."""
    keys = page.get_descendants(inclusive=True).values("translation_key")
    return (
        Enrolment.objects.filter(edition__course__in=keys).exists()
        or ActivityVisit.objects.filter(activity__in=keys).exists()
        or Attempt.objects.filter(activity__in=keys).exists()
        or Completion.objects.filter(activity__in=keys).exists()
    )


def get_course_key(page):
    """The key of the course that ``page`` is or belongs to; None above the courses."""
    return CoursePage.objects.ancestor_of(page, inclusive=True).values_list("translation_key", flat=True).first()
