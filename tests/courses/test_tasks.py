import logging
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from assessments.models import Attempt, Completion
from courses import progress
from courses.tasks import close_overdue_attempts
from tests.assessments.taking import answer
from tests.courses.learning import Learning, SmallCourse

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=1)


def abandon(learning):
    """An attempt with right answers that is never handed in."""
    attempt = learning.start()
    progress.save_answers(attempt_id=attempt.pk, learner=learning.learner, changes=answer(attempt), now=learning.now)
    return attempt


def test_close_overdue_attempts_grades_and_records_what_was_abandoned():
    course = SmallCourse(quiz={"time_limit": 10})
    late, running = abandon(Learning(course, now=LONG_AGO)), abandon(Learning(course, now=timezone.now()))
    close_overdue_attempts()
    assert list(Attempt.objects.open()) == [running]
    assert Completion.objects.get().attempt == late
    close_overdue_attempts()
    assert Completion.objects.get().attempt == late


def test_close_overdue_attempts_goes_on_after_one_that_fails(caplog):
    broken, other = (SmallCourse(quiz={"time_limit": 10}) for _number in range(2))
    attempts = [abandon(Learning(course, now=LONG_AGO).read_all()) for course in (broken, other, broken)]
    Page.objects.filter(translation_key=broken.key).update(title="")  # no certificate can be issued
    with caplog.at_level(logging.ERROR):
        close_overdue_attempts()
    assert {attempt.pk for attempt in Attempt.objects.open()} == {attempts[0].pk, attempts[2].pk}
    assert len(caplog.records) == 2
    Page.objects.filter(translation_key=broken.key).update(title="Curso")
    close_overdue_attempts()
    assert not Attempt.objects.open().exists()
