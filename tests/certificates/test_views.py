import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates.codes import grouped
from certificates.keys import create_key
from certificates.models import Certificate
from lms.accounts.models import RoleGrant
from lms.accounts.roles import grant_role
from tests.factories import make_assignment, make_certificate, make_next_version, make_organisation, make_user

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
    ({}, "Valid", "done"),
    ({"expires_at": timezone.now() + dt.timedelta(days=1)}, "Valid", "done"),
    ({"expires_at": timezone.now()}, "Expired", "warning"),
    ({"state": "revoked", "ended_at": timezone.now(), "reason": "mistake"}, "Revoked", "cross"),
    ({"snapshot_sha256": "0" * 64}, "Cannot be confirmed", "cross"),
])
def test_page_says_the_state_in_words_and_shape(client, certificate, state, word, icon):
    Certificate.objects.update(**state)
    page = client.get(address(certificate)).content.decode()
    verdict = page[page.index('class="verdict'):page.index('certificate of training')]
    assert f'<p class="verdict__word">{word}</p>' in verdict
    assert f'icon--{icon}"' in verdict


def test_page_tells_when_and_why_a_certificate_was_revoked(client, certificate):
    Certificate.objects.update(state="revoked", ended_at=dt.datetime(2026, 12, 3, 15, tzinfo=dt.UTC), reason="mistake")
    text = text_of(client.get(address(certificate)))
    assert "withdrawn on 3 December 2026" in text
    assert "It was issued by mistake." in text


def test_page_of_facts_that_were_altered_repeats_none_of_them(client, certificate, caplog):
    Certificate.objects.update(snapshot={**certificate.snapshot, "holder": "Somebody Else"})
    text = text_of(client.get(address(certificate)))
    assert "Somebody Else" not in text
    assert "Ñancupil" not in text
    assert "were altered after it was issued" in caplog.text


def test_page_shows_the_newest_version_and_nothing_of_the_ones_before(client, certificate):
    newest = make_next_version(certificate, holder="María Ñancupil Soto")
    text = text_of(client.get(address(certificate)))
    assert newest.folio in text
    assert "María Ñancupil Soto" in text
    assert "María Ñancupil Gutiérrez" not in text
    assert "Version 1, replaced on" in text
    assert "The name of the holder was corrected." in text


def test_page_says_nothing_of_hours_that_are_not_known(client):
    certificate = make_certificate(hours=Decimal(0))
    client.force_login(certificate.learner)
    share(client, certificate, on="1")
    page = client.get(address(certificate)).content.decode()
    assert "Duration" not in page
    assert 'content="Certificate of approval. Valid."' in page
    assert client.get(pdf_address(certificate)).content.startswith(b"%PDF")


def test_page_of_a_constancy_says_that_the_course_is_not_finished(client):
    constancy = make_certificate(kind="progress", percentage=None, grade=None, grade_rule="", progress=Decimal(40))
    text = text_of(client.get(address(constancy)))
    assert "does not say that the course was finished" in text
    assert "Progress 40%" in text


# --- Whose it is ------------------------------------------------------------------------------------------------------

def ask(client, certificate, number):
    with override("en"):
        return client.post(reverse("certificate_identity", args=[certificate.code]), {"number": number})


@pytest.mark.parametrize(("number", "answer"), [
    ("12.345.678-5", "Yes: this is the number of the holder."), ("123456785", "Yes: this is the number of the holder."),
    ("11.111.111-1", "No: the holder has another number."), ("12.345.678-9", "This RUT is not valid."),
    ("", "Write the number as it is on the document."),
])
def test_identity_is_answered_yes_or_no(client, certificate, number, answer):
    response = ask(client, certificate, number)
    assert answer in text_of(response)
    assert not number or number not in response.content.decode() or "not valid" in answer


def test_language_can_be_changed_beside_the_answer_on_identity(client, certificate):
    with override("en"):
        asked = client.get(reverse("certificate_identity", args=[certificate.code]))
    assert (asked.status_code, asked["Location"]) == (302, address(certificate))


def test_identity_is_not_asked_where_none_is_known(client):
    certificate = make_certificate(identity_kind="", identity_masked="")
    assert 'id="identity"' not in client.get(address(certificate)).content.decode()
    assert "Yes:" not in text_of(ask(client, certificate, "12.345.678-5"))


def test_identity_is_guessed_five_times_a_minute_and_twenty_an_hour(client, certificate, monkeypatch):
    clock = [1_800_000_000]
    monkeypatch.setattr("certificates.throttling.time.time", lambda: clock[0])
    answers = [ask(client, certificate, "11.111.111-1").status_code for _number in range(6)]
    assert answers == [200] * 5 + [429]
    for _minute in range(3):
        clock[0] += 60
        answers += [ask(client, certificate, "11.111.111-1").status_code for _number in range(5)]
    clock[0] += 60
    response = ask(client, certificate, "12.345.678-5")
    assert response.status_code == 429
    assert int(response["Retry-After"]) == 3600 - (clock[0] % 3600)


# --- A list of codes --------------------------------------------------------------------------------------------------

def send_list(client, **data):
    with override("en"):
        return client.post(reverse("certificate_check_list"), data)


def test_list_tells_the_state_of_each_code(client, certificate):
    revoked = make_certificate()
    Certificate.objects.filter(pk=revoked.pk).update(state="revoked", ended_at=timezone.now())
    text = text_of(send_list(client, codes=f"{grouped(certificate.code)}\n{revoked.code}\n{UNKNOWN}\n12345"))
    assert "4 codes checked" in text
    for line in (f"{grouped(certificate.code)} Valid María Ñancupil Gutiérrez Intercultural public service",
                 f"{grouped(revoked.code)} Revoked", f"{UNKNOWN} No certificate has this code",
                 "12345 This is not a code"):
        assert line in text


def test_list_as_csv(client, certificate):
    file = SimpleUploadedFile("people.csv", f"Nombre;Código\r\nMaría;{grouped(certificate.code)}\r\n".encode("cp1252"))
    response = send_list(client, file=file, csv="1")
    assert response["Content-Disposition"].startswith('attachment; filename="certificates-')
    header, row = response.content.decode("utf-8-sig").splitlines()
    assert header.startswith("Code,State,Certificate folio,Holder")
    assert row.startswith(f"{grouped(certificate.code)},Valid,{certificate.folio},María Ñancupil Gutiérrez")
    assert ",2026-11-22," in row


@pytest.mark.parametrize(("data", "error"), [
    ({"codes": " \n"}, "Write or paste at least one code"),
    ({"codes": "\n".join(f"{number:016d}" for number in range(201))}, "These are 201 codes."),
    ({"file": SimpleUploadedFile("list.xlsx", b"PK\x03\x04\0\0")}, "This file is not text."),
])
def test_list_says_what_is_wrong_with_it(client, db, data, error):
    assert error in text_of(send_list(client, **data))


def test_list_costs_the_same_for_one_code_and_for_many(client, certificate, django_assert_num_queries):
    codes = [certificate.code, *(make_certificate().code for _number in range(2))]
    send_list(client, codes=codes[0])
    for some in (codes[:1], codes):
        with django_assert_num_queries(1):
            send_list(client, codes="\n".join(some))


def test_list_is_limited_by_the_codes_that_are_asked(client, db, monkeypatch):
    monkeypatch.setattr("certificates.throttling.time.time", lambda: 1_800_000_000 + 60 * len(asked))
    asked = []
    for _number in range(11):
        asked.append(send_list(client, codes="\n".join(f"{number:016d}" for number in range(200))).status_code)
    assert asked == [200] * 10 + [429]


def test_form_of_the_list_may_be_opened_as_often_as_one_likes(client, db):
    with override("en"):
        assert {client.get(reverse("certificate_check_list")).status_code for _number in range(12)} == {200}


# --- Elsewhere --------------------------------------------------------------------------------------------------------

def share(client, certificate, **data):
    return client.post(reverse("share_certificate", args=[certificate.code]), data)


def test_links_describe_the_certificate_only_while_its_holder_wants_it(client, certificate):
    assert "og:title" not in client.get(address(certificate)).content.decode()
    client.force_login(certificate.learner)
    share(client, certificate, on="1")
    client.logout()
    page = client.get(address(certificate)).content.decode()
    assert 'property="og:title" content="María Ñancupil Gutiérrez: Intercultural public service"' in page
    client.force_login(certificate.learner)
    share(client, certificate)
    assert "og:title" not in client.get(address(certificate)).content.decode()


def test_links_show_the_badge_where_there_is_one(client, keys_dir):
    create_key(purpose="credential", now=timezone.now())
    certificate = make_certificate()
    client.force_login(certificate.learner)
    share(client, certificate, on="1")
    assert "og:image" not in client.get(address(certificate)).content.decode()
    client.get(pdf_address(certificate))  # makes the credential that goes into it
    page = client.get(address(certificate)).content.decode()
    image = re.search(r'property="og:image" content="http://testserver([^"]+)"', page)[1]
    assert client.get(image)["Content-Type"] == "image/png"


def test_links_describe_nothing_that_was_revoked(client, certificate):
    client.force_login(certificate.learner)
    share(client, certificate, on="1")
    Certificate.objects.update(state="revoked", ended_at=timezone.now(), reason="mistake")
    page = client.get(address(certificate)).content.decode()
    assert "og:title" not in page
    assert "linkedin.com" not in page
    share(client, certificate)
    with override("en"):
        response = share(client, certificate, on="1")
    assert "it is not shown in links" in text_of(client.get(response["Location"]))
    certificate.refresh_from_db()
    assert certificate.shared_at is None


def test_holder_of_what_has_expired_still_takes_it_out_of_links(client, certificate):
    client.force_login(certificate.learner)
    share(client, certificate, on="1")
    Certificate.objects.update(expires_at=timezone.now())
    page = client.get(address(certificate)).content.decode()
    assert "Stop showing them" in page
    assert "linkedin.com" not in page
    share(client, certificate)
    assert 'id="elsewhere"' not in client.get(address(certificate)).content.decode()


def test_nobody_else_shares_a_certificate(client, certificate):
    assert share(client, certificate, on="1").status_code == 302
    for person in (make_user(), make_user(is_superuser=True)):
        client.force_login(person)
        assert share(client, certificate, on="1").status_code == 403
    certificate.refresh_from_db()
    assert certificate.shared_at is None


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


@pytest.mark.parametrize(("language", "sentence"), [
    ("en", "This certificate was revoked"), ("es", "Se emitió por error."),
])
def test_document_of_a_revoked_certificate_is_given_to_nobody(client, certificate, language, sentence):
    with override(language):
        path = reverse("certificate_pdf", args=[certificate.code, "es"])
    client.force_login(certificate.learner)
    assert client.get(path).status_code == 200
    Certificate.objects.update(state="revoked", ended_at=timezone.now(), reason="mistake")
    for person in (certificate.learner, make_user(is_superuser=True)):
        client.force_login(person)
        response = client.get(path)
        assert response.status_code == 410
        assert sentence in text_of(response)
        assert f'href="{address(certificate, language)}"' in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex, nofollow"
    client.force_login(make_user())
    assert client.get(path).status_code == 403


def test_document_is_that_of_the_version_that_holds(client, certificate):
    client.force_login(certificate.learner)
    before = client.get(pdf_address(certificate)).content
    newest = make_next_version(certificate, holder="María Ñancupil Soto")
    assert client.get(pdf_address(certificate)).content != before
    assert newest.artifacts.filter(kind="pdf_en").exists()
    Certificate.objects.filter(pk=newest.pk).update(state="revoked", ended_at=timezone.now(), reason="mistake")
    assert client.get(pdf_address(certificate)).status_code == 410


def test_document_asks_an_anonymous_visitor_to_sign_in(client, certificate):
    response = client.get(pdf_address(certificate))
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={pdf_address(certificate)}")


def test_document_in_both_languages_on_one_page(client, certificate):
    client.force_login(certificate.learner)
    assert pdf_address(certificate, "es_en") in client.get(address(certificate)).content.decode()
    assert client.get(pdf_address(certificate, "es_en")).content.startswith(b"%PDF")


def test_holder_is_told_that_documents_have_no_seal(client, certificate):
    client.force_login(certificate.learner)
    assert "no digital seal" not in text_of(client.get(address(certificate)))
    client.get(pdf_address(certificate))
    assert "no digital seal" in text_of(client.get(address(certificate)))
    client.logout()
    assert "no digital seal" not in text_of(client.get(address(certificate)))


def test_document_in_a_language_that_is_not_offered(client, certificate):
    client.force_login(certificate.learner)
    assert client.get(pdf_address(certificate, "xx")).status_code == 404


def test_pages_only_answer_to_reading(client, certificate):
    assert client.post(address(certificate)).status_code == 405
