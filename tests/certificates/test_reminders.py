import datetime as dt

import pytest
from django.core import mail

from certificates.ending import correct, renew, revoke
from certificates.models import Outbox
from certificates.outbox import claim, perform
from certificates.reminders import plan_reminders
from tests.factories import make_certificate, make_snapshot, make_user
from tests.threads import run_at_once

ISSUED = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LAST_DAY = dt.date(2027, 11, 22)
pytestmark = pytest.mark.django_db


def make_expiring(**arguments):
    return make_certificate(now=ISSUED, **{"expires_on": LAST_DAY, **arguments})


def before(days):
    return dt.datetime(2027, 11, 23, 3, tzinfo=dt.UTC) - dt.timedelta(days=days)


def get_kinds(certificate):
    return sorted(Outbox.objects.filter(certificate__code=certificate.code, kind__contains="mail_exp")
                  .values_list("kind", flat=True))


def test_reminders_at_sixty_and_seven_days_and_at_the_end():
    certificate = make_expiring()
    seen = []
    for days in (61, 60, 59, 8, 7, 6, 1, 0, -1, -2):
        plan_reminders(now=before(days))
        seen.append(len(get_kinds(certificate)))
    assert seen == [0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert get_kinds(certificate) == ["mail_expired", "mail_expires_60", "mail_expires_7"]


def test_what_was_missed_is_not_told_late():
    certificate = make_expiring()
    assert plan_reminders(now=before(3)) == 1
    assert get_kinds(certificate) == ["mail_expires_7"]
    assert plan_reminders(now=before(-31)) == 0


def test_no_reminder_for_what_does_not_expire_or_holds_no_more():
    make_certificate(now=ISSUED)
    renewed = make_expiring()
    renew(certificate=renewed, award=renewed.award, kind="approval", snapshot=make_snapshot(), now=before(80))
    revoke(certificate=make_expiring(), reason="mistake", by=make_user(), now=ISSUED)
    assert plan_reminders(now=before(60)) == 0


def test_a_certificate_valid_for_a_month_gets_no_reminder_of_two():
    certificate = make_expiring(expires_on=dt.date(2026, 12, 22))
    assert plan_reminders(now=ISSUED) == 0
    assert plan_reminders(now=dt.datetime(2026, 12, 20, tzinfo=dt.UTC)) == 1
    assert get_kinds(certificate) == ["mail_expires_7"]


def test_a_correction_reminds_nobody_twice():
    certificate = make_expiring()
    plan_reminders(now=before(60))
    correct(certificate=certificate, changes={"holder": "Ana Soto"}, reason="name", by=make_user(), now=before(50))
    assert plan_reminders(now=before(49)) == 0


@pytest.mark.parametrize("days", [60, 7])
@pytest.mark.parametrize(("language", "subject", "sentence", "page"), [
    ("es", "Su certificado vence el 22 de noviembre de 2027: Interculturalidad", "22 de noviembre de 2027",
     "http://localhost:8000/es/learn/"),
    ("en", "Your certificate expires on 22 November 2027: Intercultural", "is valid until 22 November 2027",
     "http://localhost:8000/en/learn/"),
])
def test_reminder_is_in_the_language_of_the_holder_with_the_day_and_the_way_to_renew(language, subject, sentence, page,
                                                                                     days):
    certificate = make_expiring(learner=make_user(preferred_language=language))
    certificate.outbox.all().delete()
    plan_reminders(now=before(days))
    assert perform(claim(now=before(days)), clock=lambda: before(days))
    message, = mail.outbox
    assert message.subject.startswith(subject)
    html = message.alternatives[0].content
    assert sentence in message.body
    assert page in message.body
    assert page in html
    assert certificate.folio in html


@pytest.mark.parametrize("size", [1, 3])
def test_reminders_cost_the_same_for_many(size, django_assert_num_queries):
    for _number in range(size):
        make_expiring()
    with django_assert_num_queries(13):  # three windows, of which one finds something and looks once more
        assert plan_reminders(now=before(60)) == size


@pytest.mark.django_db(transaction=True)
def test_reminders_planned_twice_at_once_are_sent_once(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    for _number in range(20):
        make_expiring()
    totals = run_at_once([lambda: plan_reminders(now=before(60))] * 4)
    assert Outbox.objects.filter(kind="mail_expires_60").count() == 20
    assert sum(totals) >= 20
