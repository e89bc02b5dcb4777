"""From a quiz page, the dates of an edition and what is different for one person to the rules that assessments works
with."""

import math
import random
from decimal import Decimal

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from assessments.draws import Draw, bank, choose_questions, get_existing
from assessments.quiz_rules import QuizRules
from courses.models import Accommodation, ParallelForm, QuizPage, QuizWindow
from courses.quiz_blocks import read_sections
from courses.time_zones import describe_moment
from lms.remembering import State

RULES = ("pass_mark", "attempts_allowed", "time_limit", "shuffle_questions", "shuffle_options", "layout", "feedback",
         "delay", "honour", "counting", "anonymous_marking", "second_marker", "mark_difference", "measure")
PRE_TEST = {"pass_mark": Decimal(0), "attempts_allowed": 1, "feedback": "end", "delay": 0}  # whatever its page says

schedule = State("quiz-schedule-state")


def get_sections(page, form=""):
    """The questions of a QuizPage by primary key and its Draws, in order, without a query; those of ``form`` (a
    ParallelForm) after those of both forms."""
    fields = [page.items, *([page.form_a] if form == ParallelForm.A else []),
              *([page.form_b] if form == ParallelForm.B else [])]
    return tuple(section for field in fields for section in read_sections(field.raw_data))


def get_forms(page):
    """The ParallelForms of a QuizPage; only "" where everybody gets the same."""
    return ParallelForm.values if page.form_a.raw_data or page.form_b.raw_data else [""]


def get_all_sections(page):
    """As get_sections, of both forms."""
    return get_sections(page) + tuple(
        section for field in (page.form_a, page.form_b) for section in read_sections(field.raw_data))


def get_rules(page, *, enrolment=None):
    """The QuizRules of a QuizPage: for ``enrolment`` with the dates of its edition and its accommodations."""
    rules = {name: getattr(page, name) for name in RULES}
    if page.measure == QuizPage.Measure.PRE:
        rules |= PRE_TEST
    if enrolment:
        activity = page.translation_key
        rules["opens_at"], rules["closes_at"] = get_windows(enrolment.edition_id).get(activity, (None, None))
        accommodations = []
        if enrolment.pk in get_accommodated(enrolment.edition_id):
            accommodations = list(Accommodation.objects.filter(
                Q(activity=activity) | Q(activity=None), enrolment=enrolment.pk).order_by())
        rules = accommodate(rules, accommodations)
    forms = {form: get_sections(page, form) for form in get_forms(page) if form}
    return QuizRules(sections=get_sections(page), forms=forms, **rules)


@schedule.remembered
def get_windows(edition):
    """{activity: (opens, closes)} of an edition's tests that have dates."""
    windows = QuizWindow.objects.filter(edition=edition).order_by()
    return {activity: dates for activity, *dates in windows.values_list("activity_id", "opens_at", "closes_at")}


@schedule.remembered
def get_accommodated(edition):
    """The enrolments of an edition for which something is different: a few of many, so most need not be asked for."""
    accommodations = Accommodation.objects.filter(enrolment__edition=edition).order_by()
    return frozenset(accommodations.values_list("enrolment_id", flat=True))


@receiver([post_save, post_delete])
def begin_new_schedule(sender, **kwargs):
    if sender in (Accommodation, QuizWindow):
        schedule.forget()


def accommodate(rules, accommodations):
    """``rules``, the arguments of QuizRules, changed for one person by at most two Accommodations: one for this test
    and one for all. Of both counts what helps more: the most time and attempts, and of the dates they give (in place
    of those of the edition) the earliest to open and the latest to close."""
    extra_attempts = max((each.extra_attempts for each in accommodations), default=0)
    opens = [each.opens_at for each in accommodations if each.opens_at]
    closes = [each.closes_at for each in accommodations if each.closes_at]
    return rules | {
        "attempts_allowed": rules["attempts_allowed"] and rules["attempts_allowed"] + extra_attempts,
        "extra_time": max((each.extra_time for each in accommodations), default=0),
        "opens_at": min(opens, default=rules["opens_at"]),
        "closes_at": max(closes, default=rules["closes_at"]),
    }


@bank.remembered
def _count_questions(sections):
    return len(choose_questions(sections, random.Random(0)))  # noqa: S311 - any choice has as many


def count_questions(page):
    """How many questions an attempt will have: never more than the bank has for it, and the same for everybody."""
    return _count_questions(get_sections(page, get_forms(page)[0]))


def get_shortages(page):
    """(Draw, how many questions there are for it) of each draw that asks for more than the bank has."""
    draws = [section for section in get_all_sections(page) if isinstance(section, Draw)]
    sizes = [len(draw.get_pool()) for draw in draws]
    return [(draw, size) for draw, size in zip(draws, sizes, strict=True) if size < draw.count]


def count_lacking(page):
    """How many questions an attempt has less than is asked for: also because draws take from the same questions."""
    return max(_count_lacking(get_sections(page, form)) for form in get_forms(page))


def _count_lacking(sections):
    fixed = tuple(section for section in sections if not isinstance(section, Draw))
    asked = len(get_existing(fixed)) + sum(section.count for section in sections if isinstance(section, Draw))
    return asked - _count_questions(sections)


def get_quiz_facts(page, rules, *, edition=None, used=0):
    """What a quiz page tells before the start: ``rules`` as a person reads them, after ``used`` attempts. Without an
    ``edition`` there are no dates."""
    left = max(rules.attempts_allowed - used, 0) if rules.attempts_allowed else None
    minutes = math.ceil(rules.time_allowed.total_seconds() / 60) if rules.time_allowed else 0
    return {
        "questions": count_questions(page), "pass_mark": rules.pass_mark, "time_limit": minutes,
        "attempts_allowed": rules.attempts_allowed, "attempts_left": left, "delay": rules.delay,
        "is_pre_test": rules.measure == QuizPage.Measure.PRE,
        "honour": rules.honour, "counting": str(QuizPage.Counting(rules.counting).label),
        "opens": describe_moment(rules.opens_at, edition.time_zone) if edition and rules.opens_at else "",
        "closes": describe_moment(rules.closes_at, edition.time_zone) if edition and rules.closes_at else "",
    }
