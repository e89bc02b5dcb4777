import datetime as dt
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.apps import apps
from django.core import mail
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils.translation import override

from courses import marking
from courses.models import FollowUp, LearningPath, Notice, PathAward
from lms.accounts.models import User
from lms.accounts.roles import Role, grant_role
from lms.privacy.exporting import BY_THE_PERSON, NESTED, NOT_EXPORTED, OF_THE_PERSON, export_person
from lms.privacy.models import ErasureRequest
from tests.courses.learning import Learning
from tests.courses.marking import Essay
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


def test_every_row_that_leads_to_a_person_is_in_the_file_or_left_out_for_a_reason():
    parts = [*OF_THE_PERSON.values(), *BY_THE_PERSON.values()]
    exported = {f"{part.model._meta.label}.{part.lookup.partition('__')[0]}" for part in parts} | NESTED.keys()
    about = {part.model for part in OF_THE_PERSON.values()} | {
        apps.get_model(label.rpartition(".")[0]) for label in NESTED if "." in label and "_groups" not in label}
    relations = {f"{relation.related_model._meta.label}.{relation.field.name}"
                 for model in {User, *about} for relation in model._meta.get_fields(include_hidden=True)
                 if relation.auto_created and relation.is_relation and not relation.concrete}
    assert relations == exported | NOT_EXPORTED.keys()
    assert not exported & NOT_EXPORTED.keys()
    assert all(NOT_EXPORTED.values())
    assert {*OF_THE_PERSON, *BY_THE_PERSON, *NESTED.values()} <= export_person(person=make_user(), now=NOW).keys()


def test_file_holds_follow_ups_paths_mails_and_what_was_graded_again():
    learning = Learning()
    learning.finish()
    follow_up = FollowUp.objects.create(enrolment=learning.enrolment, invited_on=NOW.date(), has_answered=True)
    Notice.objects.create(follow_up=follow_up, reason="follow_up", next_at=NOW, sent_at=NOW)
    path = LearningPath.objects.create(titles={"es": "Ruta", "en": "Path"})
    PathAward.objects.create(path=path, learner=learning.learner, completed_at=NOW)
    stranger = Learning()
    stranger.finish()
    FollowUp.objects.create(enrolment=stranger.enrolment, invited_on=NOW.date())
    data = export_person(person=learning.learner, now=NOW)
    assert [(row["enrolment_id"], row["invited_on"], row["has_answered"]) for row in data["follow_ups"]] == [
        (learning.enrolment.pk, NOW.date(), True)]
    assert data["mails_about_follow_ups"] == [{"reason": "follow_up", "sent_at": NOW}]
    assert [row["path_titles"] for row in data["learning_paths"]] == [{"es": "Ruta", "en": "Path"}]
    assert [row["kind"] for row in data["certificates"][0]["mails"]] == ["mail_issued"]
    json.dumps(data, cls=DjangoJSONEncoder)


def test_file_of_a_trainer_holds_what_the_trainer_did_and_nobodys_name():
    trainer, essay = make_user(is_superuser=True), Essay(learner=make_user(given_names="Rayén"))
    marking.mark(answer_id=essay.get_answer().pk, marker=trainer, fraction=Fraction(0), levels={}, comment="Bien",
                 now=NOW)
    marking.correct(answer_id=essay.get_answer().pk, marker=trainer, fraction=Fraction(1), levels={}, comment="Bien",
                    reason="Me equivoqué", now=NOW)
    essay.give_trainer(trainer)
    data = export_person(person=trainer, now=NOW)
    assert [row["reason"] for row in data["marks_corrected"]] == ["Me equivoqué"]
    assert [row["course_id"] for row in data["editions_taught"]] == [essay.course.key]
    assert [row["action"] for row in data["acts_in_the_audit_log"]] == ["mark.corrected"]
    assert "Rayén" not in json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_file_costs_the_same_whatever_it_holds(django_assert_num_queries):
    learning = Learning()
    learning.finish()
    for _each in range(3):
        make_certificate(learner=learning.learner)
        make_earlier_record(learner=learning.learner, completed_on=NOW.date() - dt.timedelta(days=_each))
    with django_assert_num_queries(52):
        export_person(person=learning.learner, now=NOW)
    with django_assert_num_queries(52 - 4):  # answers and histories of what there is none of
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
