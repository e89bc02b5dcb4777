"""Months after a course: a survey to those who completed it, and to a supervisor whom they name.

A follow-up is a row before it is a mail. What is answered is added to totals and has no link to it
(docs/decisions/0018-anonymous-by-construction.md)."""

import calendar
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from assessments.models import AnswerPool, Survey
from assessments.surveys import add_answers
from certificates.validity import get_day, start_of_day
from courses.models import CoursePage, Enrolment, FollowUp, Notice
from courses.notices import announce_follow_ups
from courses.progress import AlreadyAnswered

Voice = AnswerPool.Voice
MONTHS = range(3, 7)
GRACE = timedelta(days=90)  # who completed longer ago than that beyond the months is not asked any more
REMIND_AFTER = timedelta(weeks=2)
LINK_LASTS = timedelta(days=60)
BATCH = 200
MAILS_A_DAY = 5  # to one supervisor's address


class LinkExpired(Exception):
    pass


class LinkInvalid(Exception):
    pass


class SupervisorNotAsked(Exception):
    """``reason``: ``answered``, ``today`` (asked today already), ``own`` (the learner's own address) or ``often`` (the
    address gets too many)."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


# --- When -------------------------------------------------------------------------------------------------------------

def send_follow_ups(*, now):
    """Ask whoever is due on the day of ``now``, and remind once who has not answered in two weeks. Safe to repeat; a
    day on which nobody called it is made up for by the next. Returns how many were asked and how many reminded."""
    return _repeat(_invite, now), _repeat(_remind, now)


def _repeat(step, now):
    total = 0
    while done := step(now):
        total += done
    return total


@transaction.atomic
def _invite(now):
    due = Q(pk__in=[])
    for months in MONTHS:
        last = subtract_months(get_day(now), months)
        due |= Q(edition__follow_up_months=months, completed_at__lt=start_of_day(last + timedelta(days=1)),
                 completed_at__gte=start_of_day(last - GRACE))
    if get_standard_survey(Survey.Purpose.FOLLOW_UP) is None:
        due &= Q(edition__follow_up_survey__isnull=False)
    # Whoever asks the same at the same moment takes others; and whom they asked just before these were locked, the
    # statement that locks them does not see yet.
    enrolments = list(Enrolment.objects.select_for_update(of=("self",), skip_locked=True).filter(
        due, follow_up__isnull=True, renews__isnull=True, learner__is_active=True).order_by("pk")[:BATCH])
    asked = set(FollowUp.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", flat=True))
    follow_ups = FollowUp.objects.bulk_create(
        FollowUp(enrolment=enrolment, invited_on=get_day(now))
        for enrolment in enrolments if enrolment.pk not in asked)
    announce_follow_ups(follow_ups=follow_ups, reason=Notice.Reason.FOLLOW_UP, now=now)
    return len(follow_ups)


@transaction.atomic
def _remind(now):
    today = get_day(now)
    waiting = FollowUp.objects.select_for_update(skip_locked=True).filter(
        has_answered=False, reminded_on__isnull=True, invited_on__lte=today - REMIND_AFTER)
    follow_ups = list(waiting.order_by("pk")[:BATCH])
    FollowUp.objects.filter(pk__in=[each.pk for each in follow_ups]).update(reminded_on=today)
    announce_follow_ups(follow_ups=follow_ups, reason=Notice.Reason.REMINDER, now=now)
    return len(follow_ups)


def subtract_months(day, months):
    """The same day of the month so many months earlier, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# --- What -------------------------------------------------------------------------------------------------------------

def get_standard_survey(purpose):
    return Survey.objects.filter(purpose=purpose, is_standard=True).select_related("version").first()


def get_survey(follow_up, voice):
    """The Survey of a FollowUp (with its enrolment and edition) for ``voice``; None when there is none any more."""
    if voice == Voice.SUPERVISOR:
        return get_standard_survey(Survey.Purpose.SUPERVISOR)
    return follow_up.enrolment.edition.follow_up_survey or get_standard_survey(Survey.Purpose.FOLLOW_UP)


def get_course_title(follow_up):
    """In the active language, else in the first; as it was when the course was completed."""
    titles = follow_up.enrolment.facts.get("titles") or dict(CoursePage.objects.filter(
        translation_key=follow_up.enrolment.edition.course_id).values_list("locale__language_code", "title"))
    return titles.get(get_language()) or titles.get(settings.LANGUAGE_CODE, "")


# --- The links --------------------------------------------------------------------------------------------------------

class Names(NamedTuple):
    url: str
    flag: str  # of FollowUp


NAMES = {Voice.LEARNER: Names("follow_up", "has_answered"),
         Voice.SUPERVISOR: Names("supervisor", "supervisor_has_answered")}


def _get_signer(voice):
    return signing.Signer(salt=f"courses.follow_up.{voice}")


def make_token(*, follow_up, voice, now):
    """A signed text for the address of a survey. It names a row, never a person, and the day on which it ends."""
    until = get_day(now) + LINK_LASTS
    return _get_signer(voice).sign_object([follow_up.pk.hex, until.isoformat()])


def make_address(*, follow_up, voice, now):
    token = make_token(follow_up=follow_up, voice=voice, now=now)
    return f"{settings.BASE_URL}{reverse(NAMES[voice].url, args=[token])}"


@dataclass(frozen=True, slots=True)
class Link:
    """What a token leads to."""

    follow_up: FollowUp
    voice: Voice

    @property
    def is_answered(self):
        return getattr(self.follow_up, NAMES[self.voice].flag)


def read_token(*, token, voice, now):
    """The Link of a token. Raises LinkInvalid and LinkExpired."""
    try:
        key, until = _get_signer(voice).unsign_object(token)
    except signing.BadSignature:
        raise LinkInvalid from None
    if get_day(now).isoformat() > until:
        raise LinkExpired
    follow_up = FollowUp.objects.select_related("enrolment__edition__follow_up_survey__version",
                                                "enrolment__learner").filter(pk=key).first()
    if follow_up is None:
        raise LinkInvalid
    return Link(follow_up, voice)


# --- Answers ----------------------------------------------------------------------------------------------------------

@transaction.atomic
def answer_follow_up(*, link, version, answers):
    """Add the answers of a learner or a supervisor and, apart from them, note that they were given: each link counts
    once. Raises AlreadyAnswered and AnswerRefused."""
    follow_up = FollowUp.objects.select_for_update(of=("self",)).select_related("enrolment__edition").get(
        pk=link.follow_up.pk)
    flag = NAMES[link.voice].flag
    if getattr(follow_up, flag):
        raise AlreadyAnswered
    edition = follow_up.enrolment.edition
    add_answers(survey=edition.course_id, edition=edition.pk, version=version, answers=answers, voice=link.voice)
    setattr(follow_up, flag, True)
    follow_up.save(update_fields=[flag])


@transaction.atomic
def ask_supervisor(*, follow_up, email, now):
    """Send the supervisor's link to ``email``, which is kept nowhere, in the active language. When the mail cannot be
    sent, nothing happened. Raises SupervisorNotAsked, and what sending raises."""
    follow_up = FollowUp.objects.select_for_update(of=("self",)).select_related(
        "enrolment__edition", "enrolment__learner").get(pk=follow_up.pk)
    learner, today = follow_up.enrolment.learner, get_day(now)
    if follow_up.supervisor_has_answered:
        raise SupervisorNotAsked("answered")
    if follow_up.supervisor_asked_on == today:
        raise SupervisorNotAsked("today")
    if email.casefold() == learner.email.casefold():
        raise SupervisorNotAsked("own")
    if _count_mails(email, today) > MAILS_A_DAY:
        raise SupervisorNotAsked("often")
    follow_up.supervisor_asked_on = today
    follow_up.save(update_fields=["supervisor_asked_on"])
    context = {"name": learner.get_full_name(), "title": get_course_title(follow_up),
               "days": LINK_LASTS.days, "address": make_address(follow_up=follow_up, voice=Voice.SUPERVISOR, now=now)}
    EmailMessage(subject=_("A few questions about what was learned in a course"),
                 body=render_to_string("courses/mail/supervisor.txt", context), to=[email]).send()


def _count_mails(email, day):
    """How many asked the same supervisor on this day; in the cache, by a keyed fingerprint of the address."""
    digest = hmac.new(settings.SECRET_KEY.encode(), email.casefold().encode(), hashlib.sha256).hexdigest()
    key = f"supervisor:{day}:{digest}"
    cache.add(key, 0, timeout=24 * 60 * 60)
    return cache.incr(key)


def make_mail(*, follow_up, reason, now):
    """(subject, body) of the mail to a learner, in the learner's language; None when there is nothing to ask any
    more."""
    if follow_up.has_answered or not follow_up.enrolment.learner.is_active:
        return None
    with override(follow_up.enrolment.learner.preferred_language):
        if get_survey(follow_up, Voice.LEARNER) is None:
            return None
        title = " ".join(get_course_title(follow_up).split())
        subject = {
            Notice.Reason.FOLLOW_UP: _("What do you use of “%(title)s”?"),
            Notice.Reason.REMINDER: _("A reminder: what do you use of “%(title)s”?"),
        }[reason] % {"title": title}
        return subject, render_to_string("courses/mail/follow_up.txt", {
            "name": follow_up.enrolment.learner.get_short_name(), "title": title, "days": LINK_LASTS.days,
            "is_reminder": reason == Notice.Reason.REMINDER,
            "address": make_address(follow_up=follow_up, voice=Voice.LEARNER, now=now)})
