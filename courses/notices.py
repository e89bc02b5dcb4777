"""Mails to learners about their results, and months later about what they use of a course. Each is a row first, written
in the transaction of what it tells of, so none is lost with a worker or a mail server that is down; one may come twice,
never not at all."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.models import Notice, QuizPage

MAX_TRIES = 10
FIRST_PAUSE = timedelta(minutes=2)

logger = logging.getLogger(__name__)


def announce(*, attempts, reason, now):
    """Write a Notice for each of ``attempts`` (primary keys); it is sent after the commit or by the next sweep."""
    from courses.tasks import send_notices  # tasks import this module

    Notice.objects.bulk_create(Notice(attempt_id=attempt, reason=reason, next_at=now) for attempt in attempts)
    if attempts:
        transaction.on_commit(lambda: send_notices.apply_async(retry=False), robust=True)


def announce_follow_ups(*, follow_ups, reason, now):
    """Write a Notice for each FollowUp; it is sent after the commit or by the next sweep."""
    from courses.tasks import send_notices  # tasks import this module

    Notice.objects.bulk_create(Notice(follow_up=each, reason=reason, next_at=now) for each in follow_ups)
    if follow_ups:
        transaction.on_commit(lambda: send_notices.apply_async(retry=False), robust=True)


def claim(*, now):
    """The next Notice that is due, put off for the case that sending fails; or None."""
    with transaction.atomic():
        due = Notice.objects.filter(sent_at__isnull=True, next_at__lte=now, tries__lt=MAX_TRIES)
        notice = due.select_for_update(skip_locked=True).first()
        if notice:
            notice.next_at = now + FIRST_PAUSE * 2**notice.tries
            notice.tries += 1
            notice.save(update_fields=["next_at", "tries"])
    return notice


def send(notice, *, clock):
    """Send what was claimed. A failure is logged without saying of whom, and tried again later. True when sent."""
    try:
        (_send_follow_up if notice.follow_up_id else _send_mail)(notice, clock())
    except Exception:
        logger.exception("Notice %s could not be sent", notice.pk)
        return False
    notice.sent_at = clock()
    notice.save(update_fields=["sent_at"])
    return True


def _send_follow_up(notice, now):
    from courses.follow_ups import make_mail  # it announces by this module

    if mail := make_mail(follow_up=notice.follow_up, reason=notice.reason, now=now):
        subject, body = mail
        EmailMessage(subject=subject, body=body, to=[notice.follow_up.enrolment.learner.email]).send()


def _send_mail(notice, now):
    attempt, learner = notice.attempt, notice.attempt.learner
    if not learner.is_active:
        return
    with override(learner.preferred_language):
        titles = dict(QuizPage.objects.filter(translation_key=attempt.activity).values_list(
            "locale__language_code", "title"))
        title = titles.get(learner.preferred_language) or titles.get(settings.LANGUAGE_CODE, "")
        subject = {
            Notice.Reason.MARKED: _("Your test was marked: %(title)s"),
            Notice.Reason.REGRADED: _("Your result changed: %(title)s"),
        }[notice.reason] % {"title": " ".join(title.split())}
        context = {"name": learner.get_short_name(), "title": title, "passed": attempt.passed,
                   "is_pre_test": attempt.rules.get("measure") == QuizPage.Measure.PRE,
                   "address": f"{settings.BASE_URL}{reverse('result', args=[attempt.pk])}"}
        EmailMessage(subject=subject, body=render_to_string(f"courses/mail/{notice.reason}.txt", context),
                     to=[learner.email]).send()
