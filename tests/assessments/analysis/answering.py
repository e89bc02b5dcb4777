"""Finished attempts of many people, graded for real and written in bulk."""

import datetime as dt
import uuid

from assessments.attempts import to_decimal
from assessments.grading import grade
from assessments.kinds import get_graders
from assessments.models import Answer, Attempt
from lms.accounts.models import User

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def make_people(number):
    run = uuid.uuid4().hex[:8]
    return User.objects.bulk_create([
        User(email=f"{run}-{index}@puentes.test", given_names="Ana", first_surname="Soto", password="!")
        for index in range(number)])


def choose(question, *places):
    """The response with the options at these places."""
    return [question.version.content["options"][place]["id"] for place in places]


def make_attempts(questions, responses, *, activity=None, languages=None, seconds=None, learners=None, number=1,
                  enrolments=None):
    """One finished Attempt for each list of ``responses``, which has one for each question. ``languages`` and
    ``seconds``: lists of the same shape, or one value for all."""
    activity = activity or uuid.uuid4()
    learners = learners or make_people(len(responses))
    items = [question.version.content for question in questions]
    form = [{"version": question.version_id, "kind": question.kind,
             "options": [option["id"] for option in question.version.content.get("options", [])]}
            for question in questions]
    attempts, answers = [], []
    for person, given in enumerate(responses):
        result = grade(items, dict(enumerate(given)), get_graders())
        attempt = Attempt(
            learner=learners[person], enrolment=enrolments[person] if enrolments else uuid.uuid4(), activity=activity,
            number=number, form=form, pass_mark=60, started_at=NOW + dt.timedelta(hours=number), submitted_at=NOW,
            graded_at=NOW, closed_by="learner", score=to_decimal(result.score), maximum=to_decimal(result.maximum),
            passed=result.reaches(60))
        attempts.append(attempt)
        for position, response in enumerate(given):
            answers.append(Answer(
                attempt=attempt, position=position, version_id=questions[position].version_id, response=response,
                saved_at=NOW, score=to_decimal(result.items[position].score),
                language=languages[person][position] if isinstance(languages, list) else languages or "",
                seconds=seconds[person][position] if isinstance(seconds, list) else seconds))
    Attempt.objects.bulk_create(attempts)
    Answer.objects.bulk_create(answers)
    return Attempt.objects.filter(activity=activity)
