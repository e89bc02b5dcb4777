import datetime as dt
import logging
from fractions import Fraction

import pytest
from django.core import mail
from django.utils import timezone

from assessments.marking import NotToMark
from assessments.models import Completion, Mark
from certificates.models import Certificate
from courses import marking
from courses.marking import get_learner_number, get_markable_attempts, get_next, get_own_queue, get_queue
from courses.models import Edition
from tests.assessments.marked_questions import make_long_text
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import NOW
from tests.courses.marking import Essay
from tests.factories import make_edition, make_question, make_user
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
LATER, HOUR = NOW + dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    """With the rights of trainers."""
    return make_site(django_capture_on_commit_callbacks)


def give(essay, fraction, *, marker=None, position=0, **fields):
    return marking.mark(answer_id=essay.get_answer(position).pk, marker=marker or make_user(),
                        fraction=Fraction(fraction), levels={}, comment=fields.get("comment", ""),
                        now=fields.get("now", LATER))


# --- Who marks what ---------------------------------------------------------------------------------------------------

def test_trainer_marks_own_editions_and_those_without_a_trainer(site):
    anna, berta = make_trainer(), make_trainer()
    free, hers = Essay(), Essay().give_trainer(berta)
    assert set(get_markable_attempts(anna)) == {free.attempt}
    assert set(get_markable_attempts(berta)) == {free.attempt, hers.attempt}
    assert set(get_markable_attempts(make_user(is_superuser=True))) == {free.attempt, hers.attempt}
    assert set(get_markable_attempts(make_user())) == set()


def test_where_two_markers_are_asked_for_every_trainer_marks(site):
    essay = Essay(second_marker=True).give_trainer(make_trainer())
    assert set(get_markable_attempts(make_trainer())) == {essay.attempt}


def test_nobody_marks_an_own_attempt(site):
    trainer, administrator = make_trainer(), make_user(is_superuser=True)
    Essay(learner=trainer)
    Essay(learner=administrator)
    assert trainer.pk not in get_markable_attempts(trainer).values_list("learner", flat=True)
    assert administrator.pk not in get_markable_attempts(administrator).values_list("learner", flat=True)


def test_queue_holds_what_waits_the_longest_waiting_first(site):
    trainer = make_trainer()
    newer = Essay(make_long_text(), make_question(), texts=["Uno", []], now=NOW + HOUR)
    older = Essay(second_marker=True)
    Essay(texts=[""])
    assert [answer.attempt for answer in get_own_queue(trainer)] == [older.attempt, newer.attempt]
    give(older, 1)
    first, second = get_own_queue(trainer)
    assert (first.attempt, second.attempt, second.given, second.waiting_since) == (
        newer.attempt, older.attempt, 1, LATER)
    assert (first.title, first.given, first.waiting_since) == (newer.course.quizzes[0].title, 0, NOW + HOUR)


def test_own_mark_that_does_not_count_yet_is_not_left_to_do(site):
    trainer, essay = make_trainer(), Essay(second_marker=True)
    give(essay, 1, marker=trainer)
    assert not get_own_queue(trainer).exists()
    assert get_queue(trainer).get().is_mine is True
    assert get_queue(make_trainer()).get().is_mine is False


def test_next_is_the_same_question_then_the_same_test_then_another(site):
    trainer = make_trainer()
    first, second = make_long_text(), make_long_text(points="2")
    one = Essay(first, second, texts=["a", "b"])
    two = Essay(course=one.course, texts=["a", "b"], now=NOW + HOUR)
    other = Essay()
    order, answer = [], one.get_answer(0)
    while True:
        order.append(answer.pk)
        marking.mark(answer_id=answer.pk, marker=trainer, fraction=Fraction(1), levels={}, comment="", now=LATER)
        following = get_next(trainer, answer)
        if following is None:
            break
        answer = get_queue(trainer).get(pk=following)
    assert order == [each.pk for each in (
        one.get_answer(0), two.get_answer(0), one.get_answer(1), two.get_answer(1), other.get_answer())]


def test_skipping_goes_round_and_loses_nothing(site):
    trainer = make_trainer()
    one = Essay()
    two = Essay(course=one.course, now=NOW + HOUR)
    assert get_next(trainer, one.get_answer()) == two.get_answer().pk
    assert get_next(trainer, two.get_answer()) == one.get_answer().pk
    give(two, 1)
    assert get_next(trainer, one.get_answer()) is None


# --- What follows -----------------------------------------------------------------------------------------------------

def test_last_mark_completes_the_course_even_after_the_edition_closed():
    essay = Essay()
    essay.learning.read_all()
    Edition.objects.update(closes_at=NOW + HOUR)
    assert not Completion.objects.filter(activity=essay.attempt.activity).exists()
    assert give(essay, "0.6").is_graded
    completion = Completion.objects.get(activity=essay.attempt.activity)
    assert (completion.attempt, completion.completed_at) == (essay.attempt, NOW)
    assert Certificate.objects.get(award=essay.attempt.enrolment).learner == essay.learning.learner


def test_mark_below_the_pass_mark_completes_nothing():
    essay = Essay()
    essay.learning.read_all()
    assert give(essay, "0.59").is_graded
    essay.attempt.refresh_from_db()
    assert (essay.attempt.passed, Certificate.objects.exists()) == (False, False)


@pytest.mark.parametrize(("language", "path"), [("es", "/es/learn/attempts/"), ("en", "/en/learn/attempts/")])
def test_learner_gets_one_mail_in_the_own_language(language, path, django_capture_on_commit_callbacks):
    essay = Essay(make_long_text(), make_long_text(), texts=["a", "b"],
                  learner=make_user(preferred_language=language))
    with django_capture_on_commit_callbacks(execute=True):
        give(essay, 1, comment="Muy bien", now=timezone.now())
    assert mail.outbox == []
    with django_capture_on_commit_callbacks(execute=True):
        give(essay, 1, position=1, now=timezone.now())
    (message,) = mail.outbox
    assert message.to == [essay.learning.learner.email]
    assert f"{path}{essay.attempt.pk}/result/" in message.body
    assert essay.course.quizzes[0].title in message.subject
    assert "Muy bien" not in message.body


def test_failing_mail_leaves_the_mark_and_no_name_in_the_log(django_capture_on_commit_callbacks, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.nowhere.EmailBackend"
    essay = Essay()
    with caplog.at_level(logging.DEBUG), django_capture_on_commit_callbacks(execute=True):
        give(essay, 1, comment="Muy bien", now=timezone.now())
    essay.attempt.refresh_from_db()
    assert essay.attempt.passed is True
    records = " ".join(record.getMessage() for record in caplog.records)
    assert "could not be sent" in records
    for secret in (essay.learning.learner.email, essay.learning.learner.first_surname, "Muy bien"):
        assert secret not in records


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("second_marker", "marks", "refused"), [(True, 3, 0), (False, 1, 1)])
def test_two_markers_at_once_complete_the_course_once(second_marker, marks, refused):
    essay = Essay(second_marker=second_marker)
    essay.learning.read_all()
    markers = [make_user(), make_user()]

    def job(marker):
        try:
            return give(essay, "0.8", marker=marker)
        except NotToMark:
            return None

    results = run_at_once([lambda marker=marker: job(marker) for marker in markers])
    assert (results.count(None), Mark.objects.count(), Mark.objects.filter(is_final=True).count()) == (
        refused, marks, 1)
    assert Certificate.objects.filter(award=essay.attempt.enrolment).count() == 1


def test_number_of_a_learner_says_nothing_and_differs():
    one = Essay()
    other = Essay(course=one.course, edition=make_edition(course_page=one.course.page))
    numbers = {get_learner_number(each.attempt) for each in (one, other)}
    assert len(numbers) == 2
    assert not any(one.learning.learner.first_surname in number for number in numbers)
