"""A learner at a quiz of the engine alone: no page, no course."""

import datetime as dt
import uuid
from contextlib import contextmanager

import pytest
from django.db import transaction

from assessments import attempts
from assessments.attempts import Change, get_fingerprint
from assessments.models import Question
from tests.assessments.taking import make_rules
from tests.factories import make_question, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
FOUR = [("Una", True), ("Dos", False), ("Tres", False), ("Cuatro", False)]


class Sitting:
    """One learner at one quiz."""

    def __init__(self, rules):
        self.learner, self.rules = make_user(), rules
        self.place = {"enrolment": uuid.uuid4(), "activity": uuid.uuid4()}

    def start(self, now=NOW, rng=None):
        return attempts.start_attempt(learner=self.learner, rules=self.rules, now=now, rng=rng, **self.place)

    def save(self, attempt, changes, now=NOW, check=None):
        return attempts.save_answers(attempt_id=attempt.pk, learner=self.learner, changes=changes, now=now, check=check)

    def submit(self, attempt, changes=(), now=NOW):
        return attempts.submit_attempt(attempt_id=attempt.pk, learner=self.learner, changes=changes, now=now)[:2]


@contextmanager
def refused(error):
    """In a transaction of its caller, as these functions run in courses.progress."""
    with pytest.raises(error) as refusal, transaction.atomic():
        yield refusal


def make_sitting(*sections, **rules):
    return Sitting(make_rules(*(sections or [make_question(), make_question()]), **rules))


def get_codes(attempt):
    codes = dict(Question.objects.values_list("version_id", "code"))
    return [codes[entry["version"]] for entry in attempt.form]


def choose(attempt, position, option, before=()):
    """The Change of a page that was shown ``before`` (indexes) and on which ``option`` (an index) is chosen."""
    ids = attempt.form[position]["options"]
    return Change(position=position, before=get_fingerprint([ids[index] for index in before]), response=[ids[option]])


def get_chosen(attempt):
    """{position: indexes of the chosen options} as saved, of what was ever answered."""
    return {position: [attempt.form[position]["options"].index(each) for each in response]
            for position, response in attempts.get_responses(attempt).items() if response is not None}
