import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.roles import Role, grant_role
from lms.privacy.exporting import export_person
from lms.privacy.models import ErasureRequest
from tests.courses.learning import Learning
from tests.factories import make_certificate, make_earlier_record, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


def address(name):
    with override("en"):
        return reverse(name)


def test_file_holds_everything_and_only_of_the_person(client):
    learning = Learning()
    learning.finish()
    make_certificate(learner=make_user(first_surname="Stranger"), holder="A Stranger")
    make_earlier_record(learner=learning.learner)
    client.force_login(learning.learner)
    response = client.post(address("own_data_file"))
    assert response["Content-Disposition"].endswith('.json"')
    data = json.loads(response.content)
    assert data["person"]["email"] == learning.learner.email
    assert [row["percentage"] and Decimal(row["percentage"]) for row in data["enrolments"]]
    assert len(data["certificates"]) == 1
    assert data["earlier_records"][0]["issuer"] == "Academia Municipal"
    assert data["attempts"][0]["answers"][0]["response"]
    assert "Stranger" not in response.content.decode()


def test_file_costs_the_same_whatever_it_holds(django_assert_num_queries):
    learning = Learning()
    learning.finish()
    for _each in range(3):
        make_certificate(learner=learning.learner)
        make_earlier_record(learner=learning.learner, completed_on=NOW.date() - dt.timedelta(days=_each))
    with django_assert_num_queries(22):
        export_person(person=learning.learner, now=NOW)
    with django_assert_num_queries(22 - 3):  # answers and histories of what there is none of
        export_person(person=make_user(), now=NOW)


@pytest.mark.parametrize("name", ["own_data", "own_data_file", "ask_erasure", "withdraw_erasure"])
def test_nobody_who_is_not_signed_in_asks(client, name):
    ask = client.get if name == "own_data" else client.post
    assert ask(address(name))["Location"].startswith("/en/account/login/")


def test_person_asks_for_erasure_and_withdraws_it(client):
    person = make_user(preferred_language="es")
    client.force_login(person)
    refused = client.post(address("ask_erasure"), {})
    assert "Mark that you have understood what is lost." in refused.content.decode()
    client.post(address("ask_erasure"), {"understood": "on", "explanation": "I have left."})
    request = ErasureRequest.objects.get()
    assert (request.person, request.state, request.explanation) == (person, "open", "I have left.")
    assert request.due_at - request.asked_at == dt.timedelta(days=28)
    assert mail.outbox[0].to == [person.email]
    page = client.get(address("own_data")).content.decode()
    assert "You asked on" in page
    assert "already" in client.post(address("ask_erasure"), {"understood": "on"}, follow=True).content.decode()
    client.post(address("withdraw_erasure"))
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert "no request" in client.post(address("withdraw_erasure"), follow=True).content.decode()


def test_who_administers_something_hands_it_over_first(client):
    officer = make_user()
    grant_role(user=officer, role=Role.HR_OFFICER, organisation=make_organisation())
    client.force_login(officer)
    response = client.post(address("ask_erasure"), {"understood": "on"}, follow=True)
    assert "take your role away first" in response.content.decode()
    assert not ErasureRequest.objects.exists()
