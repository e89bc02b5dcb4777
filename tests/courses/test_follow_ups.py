import datetime as dt
import logging
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import override

from assessments.models import AnswerPool, Survey
from assessments.standard_surveys import put_standard_surveys
from assessments.surveys import unseal
from courses import tasks
from courses.follow_ups import (
    LINK_LASTS,
    MAILS_A_DAY,
    LinkExpired,
    LinkInvalid,
    SupervisorNotAsked,
    Voice,
    answer_follow_up,
    ask_supervisor,
    get_survey,
    make_address,
    make_token,
    read_token,
    send_follow_ups,
    subtract_months,
)
from courses.models import Edition, FollowUp, Notice
from courses.progress import AlreadyAnswered
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_survey, make_user
from tests.threads import run_at_once

DAY = dt.timedelta(days=1)
DUE = dt.datetime(2027, 2, 22, 15, tzinfo=dt.UTC)  # three months after NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    """Somebody who completed a course at NOW."""
    put_standard_surveys()
    learning = Learning(SmallCourse(weights=()))
    learning.read()
    return learning


def make_link(voice=Voice.LEARNER, now=DUE):
    token = make_token(follow_up=FollowUp.objects.get(), voice=voice, now=now)
    return read_token(token=token, voice=voice, now=now)


def answer(link, point="4"):
    version = get_survey(link.follow_up, link.voice).version
    first = version.content["items"][0]
    answer_follow_up(link=link, version=version, answers={option["id"]: point for option in first["options"]})


@pytest.mark.parametrize(("day", "months", "earlier"), [
    (dt.date(2027, 2, 22), 3, dt.date(2026, 11, 22)), (dt.date(2027, 5, 31), 3, dt.date(2027, 2, 28)),
    (dt.date(2027, 3, 15), 3, dt.date(2026, 12, 15)), (dt.date(2028, 8, 31), 6, dt.date(2028, 2, 29)),
    (dt.date(2027, 12, 1), 6, dt.date(2027, 6, 1))])
def test_months_are_those_of_the_calendar(day, months, earlier):
    assert subtract_months(day, months) == earlier


# --- When -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("days", "asked"), [(-1, 0), (0, 1), (87, 1), (88, 0)])
def test_follow_up_goes_out_three_months_after_completion(learning, days, asked):
    assert send_follow_ups(now=DUE + days * DAY) == (asked, 0)
    assert FollowUp.objects.count() == Notice.objects.count() == asked


@pytest.mark.parametrize("months", [3, 4, 5, 6, None])
def test_follow_up_goes_out_after_the_months_of_its_edition(learning, months):
    Edition.objects.update(follow_up_months=months)
    asked = {later: send_follow_ups(now=dt.datetime(2027, 11 + later - 12, 22, 15, tzinfo=dt.UTC))[0]
             for later in (2, 3, 4, 5, 6)}
    assert asked == {later: int(later == months) for later in (2, 3, 4, 5, 6)}


def test_follow_up_goes_to_nobody_who_has_not_completed_or_is_inactive():
    put_standard_surveys()
    Learning(SmallCourse(weights=()))
    gone = Learning(SmallCourse(weights=()))
    gone.read()
    gone.learner.is_active = False
    gone.learner.save()
    assert send_follow_ups(now=DUE) == (0, 0)


def test_follow_up_needs_a_survey():
    Learning(SmallCourse(weights=())).read()
    assert send_follow_ups(now=DUE) == (0, 0)
    Edition.objects.update(follow_up_survey=make_survey(purpose=Survey.Purpose.FOLLOW_UP))
    assert send_follow_ups(now=DUE) == (1, 0)


def test_follow_up_is_safe_to_repeat_and_reminds_once(learning):
    assert send_follow_ups(now=DUE) == (1, 0)
    for days, done in [(0, (0, 0)), (13, (0, 0)), (14, (0, 1)), (15, (0, 0)), (60, (0, 0))]:
        assert send_follow_ups(now=DUE + days * DAY) == done
    assert list(Notice.objects.order_by("pk").values_list("reason", flat=True)) == ["follow_up", "reminder"]
    follow_up = FollowUp.objects.get()
    assert (follow_up.invited_on, follow_up.reminded_on) == (dt.date(2027, 2, 22), dt.date(2027, 3, 8))


def test_follow_ups_go_out_by_the_periodic_task():
    put_standard_surveys()
    long_ago = timezone.now() - 120 * DAY
    Learning(SmallCourse(weights=()), now=long_ago).read()
    tasks.send_follow_ups()
    assert Notice.objects.get().follow_up.invited_on == timezone.localdate()


def test_follow_up_that_was_answered_is_not_reminded(learning):
    send_follow_ups(now=DUE)
    answer(make_link())
    assert send_follow_ups(now=DUE + 20 * DAY) == (0, 0)


def test_follow_up_costs_the_same_for_many(learning):
    counts = []
    for number, months in ((1, 3), (3, 4)):
        for _number in range(number - 1):
            Learning(learning.course).read()
        Edition.objects.update(follow_up_months=months)
        with CaptureQueriesContext(connection) as queries:
            asked, _reminded = send_follow_ups(now=DUE if months == 3 else DUE + 28 * DAY)
        counts.append((asked, len(queries)))
        Notice.objects.all().delete()
        FollowUp.objects.update(has_answered=True)
    assert [asked for asked, _queries in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]


@pytest.mark.django_db(transaction=True)
def test_follow_ups_of_two_processes_at_once_ask_once(learning):
    for _number in range(4):
        Learning(learning.course).read()
    assert sum(asked for asked, _reminded in run_at_once([lambda: send_follow_ups(now=DUE)] * 3)) == 5
    assert Notice.objects.count() == 5


# --- The mail ---------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("language", "part"), [("es", "/es/"), ("en", "/en/")])
def test_follow_up_mail_leads_to_the_survey_in_the_language_of_the_person(learning, language, part):
    learning.learner.preferred_language = language
    learning.learner.save()
    now = timezone.now()
    send_follow_ups(now=DUE)
    Notice.objects.update(next_at=now)
    tasks.send_notices()
    (message,) = mail.outbox
    assert message.to == [learning.learner.email]
    address = re.search(r"https?://[^/\s]+(\S+)", message.body)[1]
    assert address.startswith(part)
    with override(language):
        token = resolve(address).kwargs["token"]
    assert read_token(token=token, voice=Voice.LEARNER, now=now).follow_up == FollowUp.objects.get()
    assert learning.course.page.title in message.subject
    assert learning.learner.email not in address


def test_reminder_is_not_sent_to_who_answered_meanwhile(learning):
    send_follow_ups(now=DUE)
    send_follow_ups(now=DUE + 14 * DAY)
    answer(make_link())
    Notice.objects.update(next_at=timezone.now())
    tasks.send_notices()
    assert mail.outbox == []
    assert not Notice.objects.filter(sent_at__isnull=True).exists()


# --- The links --------------------------------------------------------------------------------------------------------

def test_link_names_nobody_and_ends(learning):
    send_follow_ups(now=DUE)
    follow_up = FollowUp.objects.get()
    token = make_token(follow_up=follow_up, voice=Voice.LEARNER, now=DUE)
    assert read_token(token=token, voice=Voice.LEARNER, now=DUE + LINK_LASTS).follow_up == follow_up
    with pytest.raises(LinkExpired):
        read_token(token=token, voice=Voice.LEARNER, now=DUE + LINK_LASTS + DAY)
    for wrong in (token[:-1], f"{token}x", "", "a:b"):
        with pytest.raises(LinkInvalid):
            read_token(token=wrong, voice=Voice.LEARNER, now=DUE)
    with pytest.raises(LinkInvalid):  # the learner's is not the supervisor's
        read_token(token=token, voice=Voice.SUPERVISOR, now=DUE)


# --- Answers ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("voice", "flag"), [(Voice.LEARNER, "has_answered"),
                                             (Voice.SUPERVISOR, "supervisor_has_answered")])
def test_link_counts_once(learning, voice, flag):
    send_follow_ups(now=DUE)
    FollowUp.objects.update(supervisor_asked_on=DUE.date())
    link = make_link(voice)
    answer(link)
    with pytest.raises(AlreadyAnswered):
        answer(link)
    pool = AnswerPool.objects.get()
    assert (pool.voice, pool.survey, unseal(pool.sealed)["waiting"]["n"]) == (voice, learning.course.key, 1)
    assert getattr(FollowUp.objects.get(), flag) is True


@pytest.mark.django_db(transaction=True)
def test_link_used_twice_at_once_counts_once(learning):
    send_follow_ups(now=DUE)
    link = make_link()

    def try_to_answer():
        try:
            answer(link)
        except AlreadyAnswered:
            return 0
        return 1

    assert sum(run_at_once([try_to_answer] * 4)) == 1
    assert unseal(AnswerPool.objects.get().sealed)["waiting"]["n"] == 1


# --- The supervisor ---------------------------------------------------------------------------------------------------

@pytest.fixture
def follow_up(learning):
    send_follow_ups(now=DUE)
    return FollowUp.objects.get()


def test_supervisor_gets_a_mail_and_the_address_is_kept_nowhere(follow_up, caplog):
    with caplog.at_level(logging.DEBUG):
        ask_supervisor(follow_up=follow_up, email="Jefa.Unica@municipio.test", now=DUE)
    (message,) = mail.outbox
    assert message.to == ["Jefa.Unica@municipio.test"]
    assert follow_up.enrolment.learner.get_full_name() in message.body
    assert make_address(follow_up=follow_up, voice=Voice.SUPERVISOR, now=DUE).rsplit("/", 3)[-2] in message.body
    assert FollowUp.objects.get().supervisor_asked_on == dt.date(2027, 2, 22)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert "jefa.unica" not in str(cursor.fetchall()).lower(), table
    assert "jefa.unica" not in caplog.text.lower()


@pytest.mark.parametrize(("days", "change", "reason"), [
    (0, {}, "today"), (1, {"supervisor_has_answered": True}, "answered"), (1, {}, None)])
def test_supervisor_is_asked_once_a_day_and_not_after_the_answer(follow_up, days, change, reason):
    ask_supervisor(follow_up=follow_up, email="jefa@municipio.test", now=DUE)
    FollowUp.objects.update(**change) if change else None
    if reason:
        with pytest.raises(SupervisorNotAsked) as refused:
            ask_supervisor(follow_up=follow_up, email="jefa@municipio.test", now=DUE + days * DAY)
        assert refused.value.reason == reason
    else:
        ask_supervisor(follow_up=follow_up, email="jefa@municipio.test", now=DUE + days * DAY)
    assert len(mail.outbox) == (1 if reason else 2)


def test_supervisor_is_not_the_learner(follow_up):
    with pytest.raises(SupervisorNotAsked) as refused:
        ask_supervisor(follow_up=follow_up, email=follow_up.enrolment.learner.email.upper(), now=DUE)
    assert refused.value.reason == "own"


def test_supervisor_gets_so_many_mails_a_day(learning):
    for _number in range(MAILS_A_DAY):
        Learning(learning.course, learner=make_user()).read()
    send_follow_ups(now=DUE)
    *some, last = FollowUp.objects.all()
    for each in some:
        ask_supervisor(follow_up=each, email="jefa@municipio.test", now=DUE)
    with pytest.raises(SupervisorNotAsked) as refused:
        ask_supervisor(follow_up=last, email="JEFA@municipio.test", now=DUE)
    assert refused.value.reason == "often"
    ask_supervisor(follow_up=last, email="otra@municipio.test", now=DUE)


def test_supervisor_whose_mail_fails_was_not_asked(follow_up, monkeypatch):
    def fail(message):
        raise OSError

    monkeypatch.setattr("courses.follow_ups.EmailMessage.send", fail)
    with pytest.raises(OSError):
        ask_supervisor(follow_up=follow_up, email="jefa@municipio.test", now=NOW)
    assert FollowUp.objects.get().supervisor_asked_on is None
