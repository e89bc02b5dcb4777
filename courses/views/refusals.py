"""Why no attempt can start now, in words."""

from django.utils.translation import gettext as _

from assessments import attempts
from courses import progress
from courses.time_zones import describe_moment


def explain_refusal(error, *, edition, study_hint=""):
    """The sentence for an AttemptError of a start or EditionClosed. Times are in the time zone of ``edition``."""
    if isinstance(error, attempts.QuizNotOpen):
        return _("This test opens on %(when)s.") % {"when": describe_moment(error.when, edition.time_zone)}
    if isinstance(error, attempts.AttemptTooSoon):
        sentence = _("You can begin the next attempt on %(when)s.") % {
            "when": describe_moment(error.when, edition.time_zone)}
        return f"{sentence} {study_hint}".strip()
    return {
        progress.EditionClosed: _("This edition is closed: no new attempt was started."),
        attempts.NoAttemptsLeft: _("You have used all your attempts at this test. Your results are below."),
        attempts.QuizClosed: _("This test has closed: no new attempt can be started. Attempts that were handed in "
                               "count."),
        attempts.HonourNotAccepted: _("Please accept the honour statement first. No attempt was started."),
        attempts.QuizHasNoQuestions: _("This test has no questions yet. Please tell the trainer; nothing was counted."),
    }[type(error)]
