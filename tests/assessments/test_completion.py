import datetime as dt
import uuid

import pytest

from assessments.completion import record_completion
from assessments.models import Completion
from tests.factories import make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def test_record_completion_keeps_the_first_time():
    learner, enrolment, activity = make_user(), uuid.uuid4(), uuid.uuid4()
    later = NOW + dt.timedelta(days=1)
    for at in (NOW, later):
        record_completion(learner=learner, enrolment=enrolment, activity=activity, at=at)
    completion = Completion.objects.get()
    assert (completion.learner, completion.enrolment, completion.activity, completion.completed_at) == (
        learner, enrolment, activity, NOW)


def test_record_completion_is_by_enrolment_and_activity():
    learner, places = make_user(), [(uuid.UUID(int=1), uuid.UUID(int=1)), (uuid.UUID(int=1), uuid.UUID(int=2)),
                                    (uuid.UUID(int=2), uuid.UUID(int=1))]
    for enrolment, activity in places:
        record_completion(learner=learner, enrolment=enrolment, activity=activity, at=NOW)
    assert sorted(Completion.objects.values_list("enrolment", "activity")) == places
