import datetime as dt
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.urls import translate_url
from django.utils import timezone

from assessments.models import AnswerPool, Survey
from assessments.standard_surveys import put_standard_surveys
from assessments.surveys import unseal
from courses.follow_ups import LINK_LASTS, Voice, get_survey, make_token
from courses.models import FollowUp
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import url_in

pytestmark = pytest.mark.django_db


class Asked:
    def __init__(self, client, voice=Voice.LEARNER, **fields):
        put_standard_surveys()
        self.client, self.voice = client, voice
        learning = Learning(SmallCourse(weights=()), now=timezone.now())
        learning.read()
        self.follow_up = FollowUp.objects.create(enrolment=learning.enrolment, invited_on=timezone.localdate(),
                                                 **fields)
        self.version = get_survey(self.follow_up, voice).version

    def get_url(self, name=None, days=0):
        token = make_token(follow_up=self.follow_up, voice=self.voice, now=timezone.now() - dt.timedelta(days=days))
        return url_in("es", name or {"learner": "follow_up", "supervisor": "supervisor"}[self.voice], token)

    def make_form(self, **fields):
        first = self.version.content["items"][0]
        return {"version": self.version.pk, "action": "send",
                **{f"q1-{option['id']}": "4" for option in first["options"]}, **fields}

    def post(self, **fields):
        return self.client.post(self.get_url(), self.make_form(**fields))


@pytest.mark.parametrize("voice", Voice)
def test_follow_up_is_answered_once_without_an_account(client, voice):
    asked = Asked(client, voice, supervisor_asked_on=timezone.localdate())
    url = asked.get_url()
    assert len(client.get(url).context["questions"]) == len(asked.version.content["items"])
    assert asked.post().url == url
    assert client.get(url).context["is_done"] is True
    asked.post()
    pool = AnswerPool.objects.get()
    assert (pool.voice, unseal(pool.sealed)["waiting"]["n"]) == (voice, 1)


def test_follow_up_in_error_keeps_what_was_typed(client):
    asked = Asked(client)
    field = f"q1-{asked.version.content['items'][0]['options'][0]['id']}"
    response = asked.post(**{field: "", "q4": "Hablo más claro."})
    assert response.context["questions"][0].error
    assert response.context["questions"][3].view["text"] == "Hablo más claro."
    assert not AnswerPool.objects.exists()


def test_follow_up_goes_through_a_change_of_language(client):
    asked = Asked(client)
    response = asked.post(language="en", action="", q4="Hablo más claro.")
    assert (response.status_code, response.url) == (307, translate_url(asked.get_url(), "en"))
    response = client.post(response.url, asked.make_form(language="en", action="", q4="Hablo más claro."))
    assert response.context["questions"][3].view["text"] == "Hablo más claro."
    assert not AnswerPool.objects.exists()


def test_follow_up_that_ended_says_so(client):
    asked = Asked(client)
    assert client.get(asked.get_url(days=LINK_LASTS.days + 1)).status_code == 410
    assert client.get(url_in("es", "follow_up", "x")).status_code == 404
    asked.voice = Voice.SUPERVISOR
    assert client.get(asked.get_url("follow_up")).status_code == 404


def test_follow_up_without_a_survey_says_that_it_is_over(client):
    asked = Asked(client)
    Survey.objects.update(is_standard=False)
    response = client.get(asked.get_url())
    assert (response.status_code, "questions" in response.context) == (200, False)


def test_supervisor_is_named_after_the_answer_only(client):
    asked = Asked(client)
    url = asked.get_url("name_supervisor")
    assert client.post(url, {"email": "jefa@municipio.test"}).status_code == 404
    asked.post()
    assert client.get(asked.get_url()).context["can_name_supervisor"] is True
    assert client.get(url).url == asked.get_url()
    assert client.post(url, {"email": "jefa"}).context["supervisor_form"].errors
    assert client.post(url, {"email": "jefa@municipio.test"}).url == asked.get_url()
    assert [message.to for message in mail.outbox] == [["jefa@municipio.test"]]
    assert "jefa@municipio.test" not in client.get(asked.get_url()).content.decode()
    response = client.post(url, {"email": "otra@municipio.test"})
    assert len(response.context["supervisor_form"].errors["email"]) == 1
    assert len(mail.outbox) == 1


def test_supervisor_whose_mail_cannot_be_sent_is_not_noted(client, monkeypatch, caplog):
    def fail(message):
        raise SMTPRecipientsRefused({"jefa@municipio.test": (550, b"No such user")})

    asked = Asked(client)
    asked.post()
    monkeypatch.setattr("courses.follow_ups.EmailMessage.send", fail)
    response = client.post(asked.get_url("name_supervisor"), {"email": "jefa@municipio.test"})
    assert len(response.context["supervisor_form"].errors["email"]) == 1
    assert FollowUp.objects.get().supervisor_asked_on is None
    assert "could not be sent: SMTPRecipientsRefused" in caplog.text
    assert "jefa@" not in caplog.text


def test_supervisor_learns_nothing_but_the_course(client):
    asked = Asked(client, Voice.SUPERVISOR, supervisor_asked_on=timezone.localdate())
    html = client.get(asked.get_url()).content.decode()
    learner = asked.follow_up.enrolment.learner
    assert learner.first_surname not in html
    assert learner.email not in html
