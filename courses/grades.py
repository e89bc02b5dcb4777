"""Grades as a learner reads them: on the scale of the edition, in the language of the page."""

from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assessments.models import Attempt
from certificates.grades import SCALES, local_grade
from courses.models import Edition


def describe_grade(graded, edition):
    """``graded`` in words: an Attempt, or a per cent from 0 to 100 (Fraction, Decimal or int) of a whole course. An
    empty text for None and for an attempt that is not graded yet.

    An attempt passes at its own pass mark, which is then the exigency of the scale, so that the grade and the verdict
    beside it agree; a course at the exigency of its edition. Rounded only here."""
    if isinstance(graded, Attempt):
        if not graded.is_graded:
            return ""
        percentage = Fraction(graded.score) * 100 / Fraction(graded.maximum) if graded.maximum else Fraction(0)
        passed, exigency = graded.passed, graded.pass_mark
    elif graded is None:
        return ""
    else:
        percentage, exigency = Fraction(graded), edition.exigency
        passed = percentage >= Fraction(exigency)
    if edition.grade_scale == Edition.GradeScale.PASS_FAIL:
        return _("Passed") if passed else _("Not passed")
    if edition.grade_scale in SCALES:
        value = local_grade(percentage, scale=edition.grade_scale, pass_mark=exigency).value
        return number_format(value, decimal_pos=1)
    return _("%(percentage)s%%") % {"percentage": _format_percentage(percentage)}


def _format_percentage(percentage):
    """At most one decimal, rounded down: what is shown never exceeds what was earned."""
    tenths = int(percentage * 10)
    return number_format(Decimal(tenths) / 10, decimal_pos=1 if tenths % 10 else 0)
