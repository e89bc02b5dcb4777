import datetime as dt

import pytest

from assessments.models import Attempt
from courses.accommodating import save_accommodation, withdraw_accommodation
from courses.models import Accommodation
from lms.accounts.models import AuditEvent
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_user

MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning(SmallCourse(weights=(1, 1), quiz={"time_limit": 60}))


@pytest.fixture
def trainer():
    return make_user()


def grant(learning, trainer, quiz=None, *, apply_to_running=False, now=NOW, **fields):
    accommodation = Accommodation(enrolment=learning.enrolment, activity_id=quiz and quiz.translation_key,
                                  **{"extra_time": 50, "reason": "Usa lector de pantalla.", **fields})
    return accommodation, save_accommodation(accommodation=accommodation, by=trainer, now=now,
                                             apply_to_running=apply_to_running)


def test_accommodation_leaves_a_trace_without_its_reason(learning, trainer):
    accommodation, _lengthened = grant(learning, trainer, closes_at=NOW + MINUTE)
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.subject) == (
        trainer, "accommodation.granted", f"enrolment:{learning.enrolment.pk}")
    assert event.details == {"activity": None, "extra_time": 50, "extra_attempts": 0, "opens_at": None,
                             "closes_at": (NOW + MINUTE).isoformat(), "lengthened": []}
    assert (accommodation.granted_by, accommodation.granted_at) == (trainer, NOW)

    other = make_user()
    accommodation.extra_time = 100
    save_accommodation(accommodation=accommodation, by=other, now=NOW + MINUTE)
    withdraw_accommodation(accommodation=accommodation, by=trainer)
    assert list(AuditEvent.objects.order_by("pk").values_list("actor", "action")) == [
        (trainer.pk, "accommodation.granted"), (other.pk, "accommodation.changed"),
        (trainer.pk, "accommodation.withdrawn")]
    assert not Accommodation.objects.exists()


def test_accommodation_leaves_a_running_attempt_as_it_was(learning, trainer):
    attempt = learning.start()
    _accommodation, lengthened = grant(learning, trainer)
    assert (lengthened, Attempt.objects.get().deadline) == (0, attempt.deadline)


@pytest.mark.parametrize(("quiz", "lengthened"), [(None, 2), (0, 1)])
def test_accommodation_is_given_to_running_attempts_when_asked(learning, trainer, quiz, lengthened):
    first, second = (learning.start(quiz) for quiz in learning.course.quizzes)
    stranger = Learning(learning.course)
    unconcerned = stranger.start()
    chosen = None if quiz is None else learning.course.quizzes[quiz]
    _accommodation, number = grant(learning, trainer, chosen, apply_to_running=True, now=NOW + MINUTE)
    deadlines = dict(Attempt.objects.values_list("pk", "deadline"))
    assert number == lengthened
    assert deadlines[first.pk] == NOW + 90 * MINUTE
    assert deadlines[second.pk] == NOW + (90 if quiz is None else 60) * MINUTE
    assert deadlines[unconcerned.pk] == NOW + 60 * MINUTE
    assert len(AuditEvent.objects.get().details["lengthened"]) == lengthened


def test_accommodation_withdrawn_leaves_running_attempts_their_time(learning, trainer):
    learning.start()
    accommodation, _number = grant(learning, trainer, apply_to_running=True)
    withdraw_accommodation(accommodation=accommodation, by=trainer)
    assert Attempt.objects.get().deadline == NOW + 90 * MINUTE
