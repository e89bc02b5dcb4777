"""The life of an attempt: start, save answers, submit, close when time is up. Every function takes the time and the
randomness as arguments, is atomic, and is safe to repeat."""

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import connection, transaction

from assessments.draws import bank, choose_questions
from assessments.grading import AnswerRefused, check_response, grade
from assessments.kinds import get_graders, get_kind
from assessments.models import Answer, Attempt, Question
from assessments.quiz_rules import QuizRules
from assessments.stamps import add_stamp, is_last, is_taken
from assessments.versions import get_contents
from lms.kept_queries import kept_query

# The line and the clock of a browser may lag: what arrives so soon after the deadline still counts.
GRACE = timedelta(seconds=30)

SAVED = ("response", "saved_at", "language", "seconds", "stamps")  # what a save changes in an Answer


class AttemptError(Exception):
    """Something about an attempt that a person must be told; nothing was lost."""


class NoAttemptsLeft(AttemptError):
    """All allowed attempts have been used."""


class AttemptTooSoon(AttemptError):
    """The next attempt can start at ``when``, not before."""

    def __init__(self, when):
        super().__init__(when)
        self.when = when


class QuizNotOpen(AttemptTooSoon):
    """The quiz opens at ``when``."""


class QuizClosed(AttemptError):
    """The quiz has closed: no attempt can start any more."""


class HonourNotAccepted(AttemptError):
    """The honour statement has to be accepted before the start."""


class QuizHasNoQuestions(AttemptError):
    """The quiz refers to no question of the bank."""


class AttemptClosed(AttemptError):
    """The attempt was handed in already; what was handed in stands."""


class TimeIsUp(AttemptError):
    """The deadline and its grace have passed. What had been saved has been graded; the late answers were not taken."""


@dataclass(frozen=True, slots=True)
class Change:
    """One item as a page sends it: the fingerprint of the response it was shown with, and the response now, any JSON.
    Where both are equal the page has nothing to say, so a page left open elsewhere undoes nothing. With a ``turn`` the
    page says that somebody answered, and when among its other answers: it is taken once, and never over a later one of
    the same page (assessments.stamps). ``language``: the one in which the page showed the item; empty when nobody
    knows."""

    position: int
    before: str
    response: object
    sender: str = ""
    turn: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of Changes: the positions that another page had changed meanwhile (the last answer stands); those
    whose response no honest form can send, and those checked before, which both stay as they were. For each position
    ``before`` is the fingerprint of what is saved now, ``states`` how far it is answered (get_answer_state)."""

    overtaken: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    locked: tuple[int, ...] = ()
    before: dict[int, str] = field(default_factory=dict, compare=False)
    states: dict[int, str] = field(default_factory=dict, compare=False)


def get_fingerprint(response):
    """The same short text for the same response; empty for an empty one."""
    if not response:
        return ""
    return hashlib.sha256(json.dumps(response, sort_keys=True).encode()).hexdigest()[:16]


def is_overdue(attempt, now):
    return attempt.is_open and attempt.deadline is not None and now > attempt.deadline + GRACE


@transaction.atomic(savepoint=False)
def start_attempt(*, learner, enrolment: UUID, activity: UUID, rules: QuizRules, now, rng=None, honour_accepted=False):
    """The open attempt of this enrolment at this activity, or a new one with its form frozen.

    The caller holds a lock on the enrolment, so two clicks make one attempt; the database refuses a second all the
    same. Raises TimeIsUp when the open one must be closed first, what check_start raises, HonourNotAccepted,
    QuizHasNoQuestions."""
    attempts = find_attempts(enrolment, activity)
    for attempt in attempts:
        if is_overdue(attempt, now):
            raise TimeIsUp
        if attempt.is_open:
            return attempt
    check_start(rules=rules, attempts=attempts, now=now)
    if rules.honour and not honour_accepted:
        raise HonourNotAccepted
    return Attempt.objects.create(
        learner=learner,
        enrolment=enrolment,
        activity=activity,
        number=len(attempts) + 1,
        form=freeze_form(rules=rules, rng=rng or random.SystemRandom()),
        rules=rules.freeze() | ({"honour_accepted_at": now.isoformat()} if rules.honour else {}),
        pass_mark=rules.pass_mark,
        started_at=now,
        deadline=get_deadline(rules, now),
    )


@kept_query
def find_attempts(enrolment, activity):
    """Those of an enrolment at an activity, in order, without their forms."""
    return Attempt.objects.filter(enrolment=enrolment, activity=activity).defer("form")


def check_start(*, rules, attempts, now):
    """Whether a new attempt may start at ``now`` after ``attempts``, all of this enrolment at this activity, none of
    them open. Raises NoAttemptsLeft, QuizNotOpen, QuizClosed, AttemptTooSoon, in this order."""
    if rules.attempts_allowed and len(attempts) >= rules.attempts_allowed:
        raise NoAttemptsLeft
    if rules.opens_at and now < rules.opens_at:
        raise QuizNotOpen(rules.opens_at)
    if rules.closes_at and now >= rules.closes_at:
        raise QuizClosed
    if rules.delay and attempts:
        when = max(attempt.submitted_at for attempt in attempts) + timedelta(hours=rules.delay)
        if now < when:
            raise AttemptTooSoon(when)


def get_deadline(rules, start):
    """When an attempt that starts at ``start`` ends: with its time limit or when the quiz closes, whichever is first;
    None when neither is set."""
    ends = [start + rules.time_allowed] if rules.time_allowed else []
    return min([*ends, rules.closes_at] if rules.closes_at else ends, default=None)


def freeze_form(*, rules, rng):
    """Choose and order the questions: ``[{"version": digest, "kind": …, "options": [id, …]}, …]``. No question comes
    twice. Raises QuizHasNoQuestions. ``rng`` is a random.Random."""
    chosen = choose_questions(rules.sections, rng)
    digests = _get_digests(chosen)
    if len(digests) < len(chosen):  # a process that shares no cache with this one has just deleted a question
        bank.forget()
        chosen = choose_questions(rules.sections, rng)
        digests = _get_digests(chosen)
    chosen = [pk for pk in chosen if pk in digests]
    if not chosen:
        raise QuizHasNoQuestions
    if rules.shuffle_questions:
        rng.shuffle(chosen)
    contents = get_contents({digests[pk] for pk in chosen})
    form = []
    for pk in chosen:
        content = contents[digests[pk]]
        options = get_kind(content["kind"]).arrange(content, rng if rules.shuffle_options else None)
        form.append({"version": digests[pk], "kind": content["kind"], "options": options})
    return form


def _get_digests(questions):
    """{primary key: digest of the present version}. Nobody can delete these questions before the attempt is there."""
    rows = Question.objects.filter(pk__in=questions).order_by("pk").values_list("pk", "version_id")
    if not questions or not connection.features.has_select_for_update:
        return dict(rows)
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:  # Django has no shared lock; with its own, learners would wait for each other
        cursor.execute(f"{sql} FOR KEY SHARE", values)
        return dict(cursor.fetchall())


def get_items(attempt, *, corrected=False):
    """The contents of an attempt's questions, in the order of its form, options in the order they were shown.
    ``corrected``: with the key by which they are graded, where it was corrected later."""
    digests = [(corrected and entry.get("key")) or entry["version"] for entry in attempt.form]
    contents = get_contents(set(digests))
    return [_arrange(contents[digest], entry["options"]) for digest, entry in zip(digests, attempt.form, strict=True)]


def _arrange(content, order):
    options = {option["id"]: option for option in content.get("options", [])}
    return {**content, "options": [options[option] for option in order if option in options]}


def get_responses(attempt):
    """{position: response} of what is saved."""
    return {answer.position: answer.response for answer in find_answers(attempt.pk)}


@kept_query
def find_answers(attempt):
    """What is saved of an attempt, as Answers in the order of its questions."""
    return Answer.objects.filter(attempt=attempt)


def get_answer_state(item, response):
    """``answered``, ``begun`` (something is missing: Kind.describe_missing) or ``open``."""
    if not response:
        return "open"
    return "begun" if get_kind(item["kind"]).describe_missing(item, response) else "answered"


def save_answers(*, attempt_id, learner, changes, now, check=None):
    """Keep the changed responses of an open attempt. ``check``: the position of an answer that is then to be shown to
    be right or wrong, if it can be (can_check). Returns a Saved. Raises AttemptClosed, TimeIsUp (the attempt has then
    been graded), Attempt.DoesNotExist for somebody else's."""
    _attempt, error, saved = _receive(attempt_id, learner, changes, now, submit=False, check=check)
    if error:
        raise error  # after the commit: an overdue attempt stays graded
    return saved


def submit_attempt(*, attempt_id, learner, changes, now):
    """Save, grade and close, once. Returns (attempt, error class or None, Saved): with AttemptClosed the earlier result
    stands, with TimeIsUp what was saved in time was graded. Raises Attempt.DoesNotExist."""
    return _receive(attempt_id, learner, changes, now, submit=True)


@transaction.atomic(savepoint=False)
def close_overdue_attempt(*, attempt_id, now):
    """Grade and close an attempt whose time and grace have passed; leave any other as it is. Returns the attempt."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if is_overdue(attempt, now):
        _close(attempt, _get_answers(attempt), at=attempt.deadline, closed_by=Attempt.ClosedBy.TIME)
    return attempt


@transaction.atomic(savepoint=False)
def _receive(attempt_id, learner, changes, now, *, submit, check=None):
    attempt = _lock_own.get(attempt_id, learner.pk)
    if not attempt.is_open:
        return attempt, AttemptClosed, Saved()
    answers = _get_answers(attempt)
    if is_overdue(attempt, now):
        _close(attempt, answers, at=attempt.deadline, closed_by=Attempt.ClosedBy.TIME)
        return attempt, TimeIsUp, Saved()
    changed, saved = _merge(attempt, answers, changes, now)
    if submit:
        _close(attempt, answers, at=now, closed_by=Attempt.ClosedBy.LEARNER)
    elif changed:
        _write(changed, SAVED)
    if check in answers and check not in saved.refused and _is_ready(attempt, check, answers[check].response):
        attempt.checked = sorted({*attempt.checked, check})
        attempt.save(update_fields=["checked"])
    return attempt, None, saved


@kept_query
def _lock_own(pk, learner):
    return Attempt.objects.select_for_update().filter(pk=pk, learner=learner)


def _is_ready(attempt, position, response):
    item = get_items(attempt)[position]
    return can_check(attempt, item) and get_kind(item["kind"]).is_finished(item, response)


def can_check(attempt, item):
    """May the answer to an item be shown to be right or wrong before the attempt is handed in? Only where the trainer
    chose so, the item has points, and no person decides them."""
    return (attempt.rules.get("feedback") == "now" and not get_kind(item["kind"]).is_marked
            and bool(Fraction(item["points"])))


def _get_answers(attempt):
    return {answer.position: answer for answer in find_answers(attempt.pk)}


def _merge(attempt, answers, changes, now):
    """Put ``changes`` into ``answers``, {position: Answer}. Returns the Answers to write and what to tell."""
    items = get_items(attempt) if changes else []
    last_save = max([attempt.started_at, *(answer.saved_at for answer in answers.values())])
    changed, stamped, overtaken, refused, locked = [], [], [], [], []
    for change in changes:
        try:
            response = _check(attempt, change.position, items[change.position], change.response)
        except AnswerRefused:
            refused.append(change.position)
            continue
        answer = answers.get(change.position) or _make_answer(attempt, change.position, saved_at=now)
        saved, sent = get_fingerprint(answer.response), get_fingerprint(response)
        if is_taken(answer.stamps, change.sender, change.turn):
            if sent != saved:
                overtaken.append(change.position)
            continue
        if not change.turn and sent in (saved, change.before):
            continue
        if sent != saved and change.position in attempt.checked:
            locked.append(change.position)
            continue
        item = items[change.position]
        if not get_kind(item["kind"]).may_replace(item, answer.response, response):
            refused.append(change.position)
            continue
        if sent != saved:
            if saved != change.before and not is_last(answer.stamps, change.sender):
                overtaken.append(change.position)
            answer.response, answer.saved_at, answer.language = response, now, change.language
            changed.append(answer)
        answer.stamps = add_stamp(answer.stamps, change.sender, change.turn)
        answers[change.position] = answer
        stamped.append(answer)
    _count_seconds(changed, now - last_save)
    responses = {change.position: getattr(answers.get(change.position), "response", None) for change in changes}
    return stamped, Saved(
        tuple(overtaken), tuple(refused), tuple(locked),
        before={position: get_fingerprint(response) for position, response in responses.items()},
        states={position: get_answer_state(items[position], response) for position, response in responses.items()})


def _count_seconds(changed, elapsed):
    """Add to the seconds of the one Answer that a save changed those since the save before it, or since the start. When
    a save changes several at once, or once did, nobody knows how long each took."""
    seconds = max(round(elapsed.total_seconds()), 0)  # clocks of several machines differ
    for answer in changed:
        is_known = len(changed) == 1 and (answer.pk is None or answer.seconds is not None)
        answer.seconds = (answer.seconds or 0) + seconds if is_known else None


def _check(attempt, position, item, response):
    response = check_response(item, response, get_graders())
    if not get_kind(item["kind"]).is_kept(response, attempt=attempt, position=position):
        raise AnswerRefused("unknown_option")
    return response


def _make_answer(attempt, position, **fields):
    return Answer(attempt=attempt, position=position, version_id=attempt.form[position]["version"], **fields)


def _write(answers, update_fields):
    Answer.objects.bulk_create(answers, update_conflicts=True, unique_fields=["attempt", "position"],
                               update_fields=update_fields)


def _close(attempt, answers, *, at, closed_by):
    items = get_items(attempt)
    languages = {answer.language for answer in answers.values()}
    language = languages.pop() if len(languages) == 1 else ""  # of what was left out
    for position in range(len(items)):
        if position not in answers:
            answers[position] = _make_answer(attempt, position, saved_at=at, language=language)
    result = grade(items, {position: answer.response for position, answer in answers.items()}, get_graders())
    for position, answer in answers.items():
        answer.score = _to_decimal_or_none(result.items[position].score)
    _write(answers.values(), [*SAVED, "score"])
    attempt.submitted_at, attempt.closed_by = at, closed_by
    record_result(attempt, result, at=at)


def record_result(attempt, result, *, at):
    """Write a Result on an attempt that has been handed in; nothing but its maximum while something is to be marked."""
    attempt.maximum = to_decimal(result.maximum)
    if not result.is_pending:
        attempt.graded_at, attempt.score = at, to_decimal(result.score)
        attempt.passed = result.reaches(attempt.pass_mark)
    attempt.save(update_fields=["submitted_at", "closed_by", "graded_at", "score", "maximum", "passed"])


def _to_decimal_or_none(fraction):
    return None if fraction is None else to_decimal(fraction)


def to_decimal(fraction: Fraction):
    """Four decimals, rounded down, so that what is shown never exceeds what was earned."""
    return Decimal(fraction.numerator * 10_000 // fraction.denominator) / 10_000
