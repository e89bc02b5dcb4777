import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.models import AuditEvent
from lms.accounts.roles import grant_role
from tests import factories


def address(name, language="en"):
    with override(language):
        return reverse(name)


@pytest.fixture
def ask(client):
    def ask(user, name="completion_list", language="en", **data):
        if user:
            client.force_login(user)
        return client.get(address(name, language), data)

    return ask


def get_text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


PAGES = pytest.mark.parametrize("page", ["completion_list", "completion_file"])


@PAGES
def test_list_sends_the_anonymous_to_sign_in(ask, page, db):
    response = ask(None, page)
    assert response.status_code == 302
    assert response["Location"] == f"{address('account_login')}?next={address(page)}"


@PAGES
@pytest.mark.parametrize("role", [None, "trainer", "programme_manager"])
def test_list_is_refused_to_others(ask, town, page, role):
    learner = town.add_completed().learner
    if role:
        grant_role(user=learner, role=role)
    assert ask(learner, page).status_code == 403
    assert not AuditEvent.objects.filter(action="report.exported").exists()


def test_list_shows_the_own_institution_only(ask, town):
    town.add_completed(email="ana@x.test")
    town.add_completed(email="elsewhere@x.test", organisation=town.borough)
    seen = {who: {email for email in ("ana@x.test", "elsewhere@x.test")
                  if email in get_text(ask(getattr(town, who)))}
            for who in ("officer", "unit_officer", "stranger", "administrator")}
    assert seen == {"officer": {"ana@x.test"}, "unit_officer": {"ana@x.test"}, "stranger": {"elsewhere@x.test"},
                    "administrator": {"ana@x.test", "elsewhere@x.test"}}


@PAGES
def test_list_of_another_institution_is_not_a_choice(ask, town, page):
    town.add_completed(email="elsewhere@x.test", organisation=town.borough)
    town.add_completed(email="ana@x.test")
    response = ask(town.officer, page, organisation=town.borough.pk)
    assert response.status_code == (200 if page == "completion_list" else 400)
    text = get_text(response)
    assert "This is not one of the choices you have." in text
    assert "elsewhere@x.test" not in text
    assert "ana@x.test" not in text
    assert not AuditEvent.objects.filter(action="report.exported").exists()


def test_list_says_what_it_is(ask, town):
    town.add_completed()
    town.add_started()
    text = get_text(ask(town.officer, state="completed"))
    assert "1 enrolment Completed 1 In progress 0 Not started 0 Cut-off " in text
    assert "Filters in use: State: Completed." in text
    assert "No filters: these are all that you may see." in get_text(ask(town.officer))


def test_list_shows_no_identity_document(ask, town):
    town.add_completed(document=("rut", "12.345.678-5"))
    assert "345678" not in ask(town.officer).content.decode()


def test_list_is_in_the_language_of_its_address(ask, town):
    town.add_completed()
    assert "Intercultural public service" in get_text(ask(town.officer))
    assert "Interculturalidad en la atención municipal" in get_text(ask(town.officer, language="es"))


def test_list_has_pages_of_50_that_keep_the_filters(ask, town):
    for number in range(51):
        town.add_enrolment(email=f"person{number:02}@pages.test", first_surname=f"Soto {number:02}")
    first = ask(town.officer, state="not_started")
    assert get_text(first).count("@pages.test") == 50
    assert "Enrolments 1 to 50 of 51, by surname" in get_text(first)
    assert "?state=not_started&amp;page=2" in first.content.decode()
    second = ask(town.officer, state="not_started", page=2)
    assert re.findall(r"\w+@pages.test", get_text(second)) == ["person50@pages.test"]
    assert ask(town.officer, page="x").status_code == 200


def test_list_asks_as_often_for_one_as_for_many(client, town, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(20) as queries:
            assert client.get(address("completion_list")).status_code == 200
        return len(queries)

    client.force_login(town.officer)

    town.add_completed()
    town.add_started()
    count()  # what the process remembers from now on
    with_few = count()
    for _number in range(3):
        town.add_completed()
        town.add_started(organisation=town.other_unit)
    assert count() == with_few
    assert with_few <= 16


def test_list_that_is_empty_says_why(ask, town):
    assert "Nobody in your organisation is enrolled yet" in get_text(ask(town.officer))
    town.add_started()
    assert "Nothing matches these filters" in get_text(ask(town.officer, state="completed"))


def test_list_keeps_what_was_written_wrong(ask, town):
    response = ask(town.officer, completed_from="31-02-2026")
    assert 'value="31-02-2026"' in response.content.decode()
    assert "This is not a date. Write day, month and year, for example 31-12-2026." in get_text(response)


def test_list_downloads_what_it_shows(ask, town, client):
    """Two clicks from the sign-in: the list, and this button. The hidden fields are the filters in use."""
    town.add_completed(email="ana@x.test")
    town.add_started(email="eva@x.test")
    page = ask(town.officer, state="completed", page="1").content.decode()
    form = re.search(r'<form class="report-download.*?</form>', page, re.DOTALL)[0]
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', form) == [("state", "completed")]
    response = ask(town.officer, "completion_file", state="completed", format="csv-cl")
    file = response.getvalue()
    assert b"ana@x.test" in file
    assert b"eva@x.test" not in file


@pytest.mark.parametrize(("who", "format", "content_type", "start"), [
    ("officer", "csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfSurnames;"),
    ("stranger", "csv", "text/csv; charset=utf-8", b"\xef\xbb\xbfSurnames,"),
    ("stranger", "csv-cl", "text/csv; charset=utf-8", b"\xef\xbb\xbfSurnames;"),
    ("officer", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
])
def test_file_has_the_format_asked_for(ask, town, who, format, content_type, start):
    response = ask(getattr(town, who), "completion_file", format=format)
    assert response["Content-Type"] == content_type
    assert re.fullmatch(rf'attachment; filename="completions-\d{{4}}-\d\d-\d\d-\d{{4}}\.{format[:4].rstrip("-")}"',
                        response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert response.getvalue().startswith(start)


def test_file_of_an_unknown_format_is_refused(ask, town):
    assert ask(town.officer, "completion_file", format="pdf").status_code == 400


def test_file_holds_documents_only_when_asked(ask, town):
    town.add_completed(document=("rut", "12.345.678-5"))
    assert b"12345678-5" not in ask(town.officer, "completion_file", format="csv").getvalue()
    assert b"12345678-5" in ask(town.officer, "completion_file", format="csv", documents="1").getvalue()
    logged = AuditEvent.objects.filter(action="report.exported").order_by("pk")
    assert [event.details["with_documents"] for event in logged] == [False, True]


def test_file_is_not_made_by_post(client, town):
    client.force_login(town.officer)
    assert client.post(address("completion_file")).status_code == 405


def test_certificate_in_the_list_leads_to_its_page(ask, town, client):
    enrolment = town.add_completed()
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
    link = re.search(rf'href="([^"]+)">{certificate.folio}<', ask(town.officer).content.decode())[1]
    assert client.get(link, follow=True).status_code == 200


def test_certificate_in_the_list_is_said_to_be_a_renewal(ask, town):
    enrolment = town.add_completed()
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
    mark = '<span class="report-table__more">Renewal</span>'
    assert mark not in ask(town.officer).content.decode()
    type(certificate).objects.update(cycle=2)
    assert mark in ask(town.officer).content.decode()
