import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates.codes import grouped
from certificates.models import Certificate
from lms.accounts.models import RoleGrant
from lms.accounts.roles import grant_role
from tests.factories import make_assignment, make_certificate, make_organisation, make_user

pytestmark = pytest.mark.django_db
UNKNOWN = "0123-4567-89AB-CDEF"


@pytest.fixture
def certificate():
    return make_certificate(learner=make_user(email="holder@puentes.test", document=("rut", "12.345.678-5")))


def address(certificate, language="en", **changes):
    with override(language):
        return reverse("certificate", args=[changes.get("code", certificate.code)])


def pdf_address(certificate, language="en"):
    with override("en"):
        return reverse("certificate_pdf", args=[certificate.code, language])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# --- The public page --------------------------------------------------------------------------------------------------

def test_page_shows_the_frozen_facts_to_anyone(client, certificate):
    response = client.get(address(certificate))
    text = text_of(response)
    assert response.status_code == 200
    for fact in ("Valid", "María Ñancupil Gutiérrez", "Intercultural public service", certificate.folio,
                 "Interculturalidad en la atención municipal", "24.5 chronological hours", "Human mobility",
                 "From 3 October 2026 to 22 November 2026", grouped(certificate.code)):
        assert fact in text


def test_page_in_spanish_shows_dates_and_numbers_in_spanish(client, certificate):
    text = text_of(client.get(address(certificate, "es")))
    assert "22 de noviembre de 2026" in text
    assert "24,5" in text
    assert "Movilidad humana" in text


def test_page_shows_neither_mail_nor_identity(client, certificate):
    page = text_of(client.get(address(certificate)))
    for secret in ("holder@puentes.test", "5678"):
        assert secret not in page


def test_page_shows_the_result_with_the_rule_of_its_grade(client, certificate):
    page = text_of(client.get(address(certificate)))
    assert "90%, grade 6.3" in page
    assert "Grades from 1.0 to 7.0; 4.0 is reached at 60%." in page


@pytest.mark.parametrize(("state", "word", "icon"), [
    ("issued", "Valid", "done"), ("superseded", "Replaced", "warning"), ("revoked", "Revoked", "cross"),
])
def test_page_says_the_state_in_words_and_shape(client, certificate, state, word, icon):
    Certificate.objects.update(state=state, ended_at=None if state == "issued" else timezone.now())
    page = client.get(address(certificate)).content.decode()
    verdict = page[page.index('class="verdict'):page.index('class="certificate"')]
    assert f'<p class="verdict__word">{word}</p>' in verdict
    assert f'icon--{icon}"' in verdict


def test_page_is_not_for_search_engines(client, certificate):
    for path in (address(certificate), address(certificate, code=UNKNOWN), reverse("certificate_check")):
        response = client.get(path)
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


def test_page_accepts_a_code_as_people_write_it(client, certificate):
    written = grouped(certificate.code).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert certificate.folio in text_of(client.get(address(certificate, code=written)))


def test_page_of_an_unknown_code_has_one_shape(client, certificate):
    answers = [client.get(address(certificate, code=code)) for code in (UNKNOWN, "nonsense", "U" * 16)]
    assert {response.status_code for response in answers} == {404}
    shapes = {re.sub(r'"/(es|en)/certificates/[^"]*"', "", response.content.decode()) for response in answers}
    shapes = {re.sub(r'href="http://[^"]*"', "", shape) for shape in shapes}
    assert len(shapes) == 1


def test_page_costs_few_queries(client, certificate, django_assert_max_num_queries):
    client.force_login(certificate.learner)
    client.get(address(certificate))
    with django_assert_max_num_queries(5):
        client.get(address(certificate))


def test_page_is_limited_to_thirty_a_minute(client, certificate, monkeypatch):
    monkeypatch.setattr("certificates.throttling.time.time", lambda: 1_800_000_000)
    answers = [client.get(address(certificate, code=UNKNOWN)).status_code for _number in range(30)]
    assert set(answers) == {404}
    response = client.get(address(certificate))
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "Wait 60 seconds" in text_of(response)


def test_page_offers_the_documents_to_the_holder_only(client, certificate):
    links = [pdf_address(certificate, "es"), pdf_address(certificate, "en")]
    assert not any(link in client.get(address(certificate)).content.decode() for link in links)
    client.force_login(make_user())
    assert not any(link in client.get(address(certificate)).content.decode() for link in links)
    client.force_login(certificate.learner)
    assert all(link in client.get(address(certificate)).content.decode() for link in links)


# --- Ways to it -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["es", "en"])
def test_short_address_leads_to_the_page_in_the_visitors_language(client, certificate, language):
    response = client.get(f"/c/{certificate.code}", headers={"Accept-Language": language})
    assert response["Location"] == f"/{language}/certificates/{certificate.code}/"


def test_check_leads_to_the_page(client, certificate):
    response = client.get(reverse("certificate_check"), {"code": grouped(certificate.code).lower()})
    assert response["Location"].endswith(f"/certificates/{certificate.code}/")


@pytest.mark.parametrize("written", ["", "ABCD", "UUUU-UUUU-UUUU-UUUU"])
def test_check_says_what_is_wrong_with_a_code(client, written):
    with override("en"):
        response = client.get(reverse("certificate_check"), {"code": written})
    assert response.status_code == 200
    assert response.context["form"].errors["code"]
    assert 'aria-invalid="true"' in response.content.decode()


def test_check_shows_no_error_before_anything_was_written(client):
    response = client.get(reverse("certificate_check"))
    assert not response.context["form"].errors


# --- The document -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["es", "en"])
def test_document_for_its_holder(client, certificate, language):
    client.force_login(certificate.learner)
    response = client.get(pdf_address(certificate, language))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.folio}-{language}.pdf"'
    assert "private" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")


def test_document_for_an_administrator(client, certificate):
    client.force_login(make_user(is_superuser=True))
    assert client.get(pdf_address(certificate)).status_code == 200


def test_document_not_for_a_stranger(client, certificate):
    client.force_login(make_user())
    assert client.get(pdf_address(certificate)).status_code == 403
    assert not certificate.artifacts.exists()


def test_document_not_for_colleague_or_hr_officer(client, certificate):
    municipality = make_organisation()
    colleague, officer = make_user(), make_user()
    for person in (certificate.learner, colleague, officer):
        make_assignment(user=person, organisation=municipality)
    grant_role(user=officer, role=RoleGrant.Role.HR_OFFICER, organisation=municipality)
    for person in (colleague, officer):
        client.force_login(person)
        assert client.get(pdf_address(certificate)).status_code == 403


def test_document_asks_an_anonymous_visitor_to_sign_in(client, certificate):
    response = client.get(pdf_address(certificate))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={pdf_address(certificate)}")


def test_document_in_a_language_that_is_not_offered(client, certificate):
    client.force_login(certificate.learner)
    assert client.get(pdf_address(certificate, "xx")).status_code == 404


def test_pages_only_answer_to_reading(client, certificate):
    assert client.post(address(certificate)).status_code == 405
