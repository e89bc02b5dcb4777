import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.models import AuditEvent
from lms.accounts.organising import assign
from lms.reports import limits, record_views
from tests import factories
from tests.reports.test_views import get_text
from tests.reports.town import NOW


def address(name, *args, language="en"):
    with override(language):
        return reverse(name, args=args)


@pytest.fixture
def ask(client):
    def ask(user, name, *args, **more):
        client.logout()
        if user:
            client.force_login(user)
        return client.get(address(name, *args, **more))

    cache.clear()
    return ask


@pytest.fixture
def learner(town):
    return town.add_completed(given_names="Ana", first_surname="Soto").learner


@pytest.mark.parametrize(("language", "name"), [("es", "training-record"), ("en", "training-record")])
def test_record_is_downloaded_by_its_person(ask, learner, language, name):
    response = ask(learner, "training_record", language)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert re.fullmatch(r'attachment; filename="[a-z-]+-\d{4}-\d\d-\d\d.pdf"', response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert not AuditEvent.objects.filter(action="training_record.downloaded").exists()


def test_record_in_a_language_there_is_not_is_not_found(ask, learner, town):
    assert ask(learner, "training_record", "xx").status_code == 404
    assert ask(town.officer, "training_record_of", learner.public_id, "xx").status_code == 404


def test_record_is_for_those_who_signed_in(ask, learner):
    for response in (ask(None, "training_record", "es"), ask(None, "training_record_of", learner.public_id, "es"),
                     ask(None, "person_record", learner.public_id)):
        assert response.status_code == 302
        assert response["Location"].startswith(address("account_login"))


def test_record_of_a_person_is_for_the_own_institution(ask, town, learner):
    """The learner's colleague and a person of another institution are no HR officers; the last has left theirs."""
    left = town.add_completed().learner
    assign(user=left, organisation=town.borough, since=NOW.date())
    colleague, outsider = town.add_person(), town.add_person(organisation=town.borough)
    expected = {"officer": 200, "unit_officer": 200, "administrator": 200, "stranger": 404}
    for page, more in (("person_record", ()), ("training_record_of", ("es",))):
        seen = {who: ask(getattr(town, who), page, learner.public_id, *more).status_code for who in expected}
        assert seen == expected
        assert [ask(who, page, learner.public_id, *more).status_code for who in (colleague, outsider, learner)] == [
            403, 403, 403]
        assert ask(town.officer, page, left.public_id, *more).status_code == 404
        assert ask(town.stranger, page, left.public_id, *more).status_code == 200


def test_record_of_a_person_is_traced(ask, town, learner):
    ask(town.officer, "training_record_of", learner.public_id, "en")
    event = AuditEvent.objects.get(action="training_record.downloaded")
    assert (event.actor, event.subject, event.details) == (
        town.officer, f"user:{learner.public_id}", {"language": "en"})


def test_record_is_made_so_often_in_a_minute(ask, learner, client, monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0)
    monkeypatch.setattr(record_views, "make_record_pdf", lambda **more: b"%PDF")
    client.force_login(learner)
    statuses = [client.get(address("training_record", "es")).status_code for _time in range(21)]
    assert statuses == [200] * 20 + [429]


def test_page_of_a_person_shows_all_that_was_learned(ask, town, learner):
    certificate = factories.make_certificate(learner=learner, award=learner.enrolments.get().pk)
    factories.make_earlier_record(learner=learner)
    text = get_text(ask(town.officer, "person_record", learner.public_id))
    assert "Intercultural public service" in text
    assert certificate.folio in text
    assert "Atención a personas migrantes Academia Municipal 30 Aug 2019 16 pedagogical" in text
    assert "Earlier record, from: Paper certificate" in text
    assert "Training record in Spanish (PDF)" in text


def test_page_of_a_person_asks_as_often_for_one_as_for_many(client, town, learner, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(20) as queries:
            client.get(address("person_record", learner.public_id))
        return len(queries)

    client.force_login(town.officer)
    town.add_started(person=learner, edition=factories.make_edition(course_page=town.course))
    count()
    with_few = count()
    for index in range(3):
        town.add_completed(person=learner, edition=factories.make_edition(course_page=town.course))
        factories.make_certificate(learner=learner)
        factories.make_earlier_record(learner=learner, titles={"es": f"Otro {index}"})
    assert count() == with_few


def test_list_leads_to_the_people_who_work_here(ask, town, learner):
    left = town.add_completed(given_names="Eva", first_surname="Zuñiga").learner
    assign(user=left, organisation=town.borough, since=NOW.date())
    page = ask(town.officer, "completion_list").content.decode()
    assert f'<a href="{address("person_record", learner.public_id)}">' in page
    assert "Zuñiga" in page
    assert str(left.public_id) not in page
    assert str(left.public_id) in ask(town.administrator, "completion_list").content.decode()


def test_own_courses_offer_the_record_and_mark_earlier_ones(ask, town, learner):
    factories.make_earlier_record(learner=learner, titles={"es": "Trato digno", "en": "Dignity"})
    page = ask(learner, "my_courses")
    text = get_text(page)
    assert "Dignity Academia Municipal" in text
    assert "These were not issued by Puentes." in text
    for language in ("es", "en"):
        assert f'href="{address("training_record", language)}"' in page.content.decode()
    nobody = get_text(ask(town.add_person(), "my_courses"))
    assert "Training record" not in nobody
    assert "Earlier records" not in nobody
