"""More time for an attempt that runs. Nothing else about it changes, and never to the learner's disadvantage."""

from datetime import datetime

from django.db import transaction

from assessments.attempts import get_deadline, is_overdue
from assessments.models import Attempt
from assessments.quiz_rules import QuizRules


@transaction.atomic
def lengthen_attempt(*, attempt_id, extra_time, closes_at, now):
    """Count the deadline of an open attempt again, from its start, with ``extra_time`` (per cent of its time limit) and
    until ``closes_at`` (None: as it was promised). Returns whether it is later now; an earlier one is not taken, an
    attempt whose time and grace have passed is not opened again. Safe to repeat."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if not attempt.is_open or attempt.deadline is None or is_overdue(attempt, now):
        return False
    promised = attempt.rules.get("closes_at")
    rules = QuizRules(
        sections=(), pass_mark=attempt.pass_mark, time_limit=attempt.rules.get("time_limit", 0),
        extra_time=max(extra_time, attempt.rules.get("extra_time", 0)),
        closes_at=closes_at or (datetime.fromisoformat(promised) if promised else None))
    deadline = get_deadline(rules, attempt.started_at)
    if deadline <= attempt.deadline:
        return False
    attempt.deadline = deadline
    attempt.rules |= {"extra_time": rules.extra_time, "closes_at": rules.closes_at and rules.closes_at.isoformat()}
    attempt.save(update_fields=["deadline", "rules"])
    return True
