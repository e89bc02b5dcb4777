"""The life of an attempt: start, save answers, submit, close when time is up. Every function takes the time and the
randomness as arguments, is atomic, and is safe to repeat."""

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from assessments.grading import check_response, grade
from assessments.models import Answer, Attempt, Question
from assessments.versions import get_contents

# The line and the clock of a browser may lag: what arrives so soon after the deadline still counts.
GRACE = timedelta(seconds=30)


class AttemptError(Exception):
    """Something about an attempt that a person must be told; nothing was lost."""


class NoAttemptsLeft(AttemptError):
    """All allowed attempts have been used."""


class QuizHasNoQuestions(AttemptError):
    """The quiz refers to no question of the bank."""


class AttemptClosed(AttemptError):
    """The attempt was handed in already; what was handed in stands."""


class TimeIsUp(AttemptError):
    """The deadline and its grace have passed. What had been saved has been graded; the late answers were not taken."""


@dataclass(frozen=True, slots=True)
class Draw:
    """``count`` questions at random from a category (its primary key)."""

    category: int
    count: int


@dataclass(frozen=True, slots=True)
class QuizRules:
    """What a quiz promises when an attempt starts. ``sections``: question primary keys (int) and Draws, in order.
    ``attempts_allowed`` and ``time_limit`` (minutes): 0 is no limit. ``pass_mark``: per cent."""

    sections: tuple[int | Draw, ...]
    pass_mark: Decimal
    attempts_allowed: int = 0
    time_limit: int = 0
    shuffle_questions: bool = True
    shuffle_options: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One item as a page sends it: the response it was shown with and the response now, lists of option ids.
    Where both are equal the page has nothing to say, so a page left open elsewhere undoes nothing."""

    position: int
    before: list
    response: list


def is_overdue(attempt, now):
    return attempt.is_open and attempt.deadline is not None and now > attempt.deadline + GRACE


@transaction.atomic(savepoint=False)
def start_attempt(*, learner, enrolment: UUID, activity: UUID, rules: QuizRules, now, rng=None):
    """The open attempt of this enrolment at this activity, or a new one with its form frozen.

    The caller holds a lock on the enrolment, so two clicks make one attempt; the database refuses a second all the
    same. Raises TimeIsUp when the open one must be closed first, NoAttemptsLeft or QuizHasNoQuestions."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment, activity=activity).defer("form"))
    for attempt in attempts:
        if is_overdue(attempt, now):
            raise TimeIsUp
        if attempt.is_open:
            return attempt
    if rules.attempts_allowed and len(attempts) >= rules.attempts_allowed:
        raise NoAttemptsLeft
    return Attempt.objects.create(
        learner=learner,
        enrolment=enrolment,
        activity=activity,
        number=len(attempts) + 1,
        form=freeze_form(rules=rules, rng=rng or random.SystemRandom()),
        pass_mark=rules.pass_mark,
        started_at=now,
        deadline=now + timedelta(minutes=rules.time_limit) if rules.time_limit else None,
    )


def freeze_form(*, rules, rng):
    """Choose and order the questions: ``[{"version": digest, "kind": …, "options": [id, …]}, …]``. No question comes
    twice. Raises QuizHasNoQuestions. ``rng`` is a random.Random."""
    fixed = [section for section in rules.sections if not isinstance(section, Draw)]
    digests = dict(Question.objects.filter(pk__in=fixed).values_list("pk", "version_id"))
    chosen = []
    for section in rules.sections:
        if isinstance(section, Draw):
            pool = Question.objects.filter(category=section.category).order_by("pk").values_list("pk", "version_id")
            pool = [(pk, digest) for pk, digest in pool if pk not in digests]
            drawn = rng.sample(pool, min(section.count, len(pool)))
            digests.update(drawn)
            chosen += [pk for pk, _digest in drawn]
        elif section in digests and section not in chosen:
            chosen.append(section)
    if not chosen:
        raise QuizHasNoQuestions
    if rules.shuffle_questions:
        rng.shuffle(chosen)
    contents = get_contents({digests[pk] for pk in chosen})
    form = []
    for pk in chosen:
        content = contents[digests[pk]]
        options = [option["id"] for option in content["options"]]
        if rules.shuffle_options and content["kind"] != "true_false":
            rng.shuffle(options)
        form.append({"version": digests[pk], "kind": content["kind"], "options": options})
    return form


def get_items(attempt):
    """The contents of an attempt's questions, in the order of its form, options in the order they were shown."""
    contents = get_contents({entry["version"] for entry in attempt.form})
    items = []
    for entry in attempt.form:
        content = contents[entry["version"]]
        options = {option["id"]: option for option in content["options"]}
        items.append({**content, "options": [options[option] for option in entry["options"]]})
    return items


def get_responses(attempt):
    """{position: list of option ids} of what is saved."""
    return dict(attempt.answers.values_list("position", "response"))


def save_answers(*, attempt_id, learner, changes, now):
    """Keep the changed responses of an open attempt. Returns the positions another page had changed meanwhile (the
    last one saved stands). Raises AttemptClosed, TimeIsUp (the attempt has then been graded), AnswerRefused,
    Attempt.DoesNotExist for somebody else's."""
    _attempt, error, overtaken = _receive(attempt_id, learner, changes, now, submit=False)
    if error:
        raise error  # after the commit: an overdue attempt stays graded
    return overtaken


def submit_attempt(*, attempt_id, learner, changes, now):
    """Save, grade and close, once. Returns (attempt, error class or None): with AttemptClosed the earlier result
    stands, with TimeIsUp what was saved in time was graded. Raises AnswerRefused, Attempt.DoesNotExist."""
    attempt, error, _overtaken = _receive(attempt_id, learner, changes, now, submit=True)
    return attempt, error


@transaction.atomic(savepoint=False)
def close_overdue_attempt(*, attempt_id, now):
    """Grade and close an attempt whose time and grace have passed; leave any other as it is. Returns the attempt."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if is_overdue(attempt, now):
        _close(attempt, _get_answers(attempt), at=attempt.deadline, closed_by=Attempt.ClosedBy.TIME)
    return attempt


@transaction.atomic(savepoint=False)
def _receive(attempt_id, learner, changes, now, *, submit):
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id, learner=learner)
    if not attempt.is_open:
        return attempt, AttemptClosed, []
    answers = _get_answers(attempt)
    if is_overdue(attempt, now):
        _close(attempt, answers, at=attempt.deadline, closed_by=Attempt.ClosedBy.TIME)
        return attempt, TimeIsUp, []
    changed, overtaken = _merge(attempt, answers, changes, now)
    if submit:
        _close(attempt, answers, at=now, closed_by=Attempt.ClosedBy.LEARNER)
    elif changed:
        _write(changed, ["response", "saved_at"])
    return attempt, None, overtaken


def _get_answers(attempt):
    return {answer.position: answer for answer in attempt.answers.all()}


def _merge(attempt, answers, changes, now):
    """Put ``changes`` into ``answers``, {position: Answer}. Returns the Answers to write, and the positions that had
    been changed elsewhere meanwhile. Raises AnswerRefused."""
    changed, overtaken = [], []
    for change in changes:
        response = check_response(attempt.form[change.position], change.response)
        answer = answers.get(change.position) or Answer(attempt=attempt, position=change.position, response=[])
        if set(change.before) == set(response) or set(answer.response) == set(response):
            continue
        if set(answer.response) != set(change.before):
            overtaken.append(change.position)
        answer.response, answer.saved_at = response, now
        answers[change.position] = answer
        changed.append(answer)
    return changed, overtaken


def _write(answers, update_fields):
    Answer.objects.bulk_create(answers, update_conflicts=True, unique_fields=["attempt", "position"],
                               update_fields=update_fields)


def _close(attempt, answers, *, at, closed_by):
    result = grade(get_items(attempt), {position: answer.response for position, answer in answers.items()})
    for position, answer in answers.items():
        answer.score = to_decimal(result.items[position].score)
    if answers:
        _write(answers.values(), ["response", "saved_at", "score"])
    attempt.submitted_at, attempt.closed_by = at, closed_by
    attempt.score, attempt.maximum = to_decimal(result.score), to_decimal(result.maximum)
    attempt.passed = result.reaches(attempt.pass_mark)
    attempt.save(update_fields=["submitted_at", "closed_by", "score", "maximum", "passed"])


def to_decimal(fraction: Fraction):
    """Four decimals, rounded down, so that what is shown never exceeds what was earned."""
    return Decimal(fraction.numerator * 10_000 // fraction.denominator) / 10_000
