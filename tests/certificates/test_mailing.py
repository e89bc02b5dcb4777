import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail

from certificates.codes import grouped
from certificates.mailing import send_mail
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def send(**person):
    certificate = make_certificate(learner=make_user(**person), now=NOW)
    send_mail(certificate=certificate, occasion="issued")
    return certificate, mail.outbox[0]


@pytest.mark.parametrize(("language", "course"), [
    ("es", "Interculturalidad en la atención municipal"), ("en", "Intercultural public service"),
])
def test_mail_is_in_the_language_of_the_holder(language, course):
    certificate, message = send(preferred_language=language, email="ana@puentes.test")
    assert message.to == ["ana@puentes.test"]
    assert course in message.subject
    html = message.alternatives[0].content
    for body in (message.body, html):
        assert course in body
        assert f"http://localhost:8000/{language}/certificates/{certificate.code}/" in body
        assert "2026-000001" in body
        assert grouped(certificate.code) in body
    assert f'<html lang="{language}">' in html


def test_mail_in_english_says_what_happened():
    _certificate, message = send(preferred_language="en", given_names="Ana María")
    assert message.subject == "Your certificate: Intercultural public service"
    assert "Dear Ana:" in message.body
    assert "“Intercultural public service” (24.5 chronological hours (60 minutes each))" in message.body
    assert "&quot;" not in message.body


def test_mail_says_nothing_of_hours_that_are_not_known():
    send_mail(certificate=make_certificate(learner=make_user(preferred_language="en"), hours=Decimal(0)),
              occasion="issued")
    for body in (mail.outbox[0].body, mail.outbox[0].alternatives[0].content):
        assert "You completed “Intercultural public service”. Your certificate was issued" in body


def test_mail_has_one_identity_however_often_it_is_sent():
    certificate, _message = send()
    send_mail(certificate=certificate, occasion="issued")
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_mail_holds_no_identity_number():
    _certificate, message = send()
    assert "5678-5" not in message.body + message.alternatives[0].content


def test_mail_is_not_sent_to_a_closed_account():
    send_mail(certificate=make_certificate(learner=make_user(is_active=False)), occasion="issued")
    assert mail.outbox == []
