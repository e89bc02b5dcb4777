"""What a quiz promises to whoever starts an attempt."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from assessments.draws import Draw

# The rules of a quiz that an attempt keeps in its JSON, beside the moment when the quiz closes.
FROZEN = ("layout", "feedback", "delay", "honour", "counting", "anonymous_marking", "second_marker", "mark_difference",
          "attempts_allowed", "time_limit", "extra_time")


@dataclass(frozen=True, slots=True)
class QuizRules:
    """What a quiz promises when an attempt starts. ``sections``: question primary keys (int) and Draws, in order.
    ``attempts_allowed`` and ``time_limit`` (minutes): 0 is no limit. ``extra_time``: per cent of ``time_limit`` more.
    ``pass_mark``: per cent.

    ``layout``: all questions on a page, or one. ``feedback``: when a learner sees what was right: at once after each
    answered question, at the end, or after ``closes_at``. ``delay``: hours between two attempts. ``honour``: a
    statement has to be accepted. ``counting``: which attempt makes the grade. ``anonymous_marking``: markers do not see
    names. ``second_marker``: two mark each answer, and when they are more than ``mark_difference`` percentage points
    apart, a third decides.

    ``measure``: "pre" or "post" where the learning gain is measured with the quiz. ``forms``: {name: sections} of its
    parallel forms, with what both have; an attempt gets those of one form (choose_form) in place of ``sections``. What
    is not listed among the fields of Attempt is frozen in Attempt.rules."""

    sections: tuple[int | Draw, ...]
    pass_mark: Decimal
    attempts_allowed: int = 0
    time_limit: int = 0
    shuffle_questions: bool = True
    shuffle_options: bool = True
    layout: str = "all"  # or "one"
    feedback: str = "end"  # or "now", "closed"
    delay: int = 0
    honour: bool = False
    counting: str = "best"  # or "last", "first", "average"
    anonymous_marking: bool = False
    second_marker: bool = False
    mark_difference: int = 20
    extra_time: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    measure: str = ""
    forms: dict[str, tuple[int | Draw, ...]] = field(default_factory=dict)
    form: str = ""

    def choose_form(self, form):
        """The rules for whoever gets this one of ``forms``."""
        return replace(self, sections=self.forms[form], forms={}, form=form)

    @property
    def time_allowed(self):
        """A timedelta, or None without a limit."""
        return timedelta(minutes=self.time_limit) * (100 + self.extra_time) / 100 if self.time_limit else None

    def freeze(self):
        """The JSON of Attempt.rules."""
        return {name: getattr(self, name) for name in FROZEN} | {
            "closes_at": self.closes_at and self.closes_at.isoformat()} | {
            name: getattr(self, name) for name in ("measure", "form") if getattr(self, name)}
