import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from certificates.corrections import ask
from certificates.ending import correct
from certificates.models import Certificate, CorrectionRequest, Outbox
from lms.accounts.roles import grant_role
from tests.factories import make_certificate, make_organisation, make_user

pytestmark = pytest.mark.django_db
NAME = "María Ñanculef Gutiérrez"
VALUES = {"holder": NAME, "explanation": "Falta una letra."}


@pytest.fixture
def certificate():
    return make_certificate(learner=make_user(preferred_language="en"))


@pytest.fixture
def asked(certificate):
    return ask(certificate=certificate, holder=NAME, explanation="Falta una letra.", by=certificate.learner,
               now=timezone.now(), evidence=SimpleUploadedFile("x.pdf", b"%PDF-1.7 cedula"))


@pytest.fixture
def administrator():
    administrator = make_user(is_superuser=True, preferred_language="en")
    UserProfile.objects.create(user=administrator, preferred_language="en")
    return administrator


def url_of(certificate, name="certificate_correction"):
    return reverse(name, args=[certificate.code]).replace("/es/", "/en/")


def sign_in(client, person):
    client.force_login(person)
    return client


def test_page_shows_both_names_and_takes_a_request(client, certificate):
    sign_in(client, certificate.learner)
    page = client.get(url_of(certificate)).content.decode()
    assert "María Ñancupil Gutiérrez" in page
    assert certificate.learner.get_full_name() in page
    file = SimpleUploadedFile("cedula.png", b"\x89PNG\r\n\x1a\n...")
    response = client.post(url_of(certificate), {**VALUES, "evidence": file}, follow=True)
    assert "A person reads it and decides" in response.content.decode()
    assert "Waiting for a decision" in response.content.decode()
    assert CorrectionRequest.objects.get().holder == NAME


@pytest.mark.parametrize(("change", "sentence"), [
    ({"holder": ""}, "Write your name as it should be."),
    ({"holder": "María Ñancupil Gutiérrez"}, "This is the name on the certificate already."),
    ({"holder": "María\u202eÑanculef"}, "characters that cannot be printed"),
    ({"explanation": " "}, "Say in a sentence what is wrong"),
])
def test_page_says_what_is_missing_and_keeps_the_rest(client, certificate, change, sentence):
    page = sign_in(client, certificate.learner).post(url_of(certificate), {**VALUES, **change}).content.decode()
    assert sentence in page
    assert not CorrectionRequest.objects.exists()


def test_page_refuses_a_file_of_another_kind(client, certificate):
    file = SimpleUploadedFile("cedula.pdf", b"<svg onload=alert(1)>")
    page = sign_in(client, certificate.learner).post(url_of(certificate), {**VALUES, "evidence": file})
    assert "neither a PDF nor a picture" in page.content.decode()


def test_withdrawn_request_stays_in_sight(client, certificate, asked):
    sign_in(client, certificate.learner)
    page = client.post(url_of(certificate, "withdraw_correction"), follow=True).content.decode()
    assert "Your request was withdrawn." in page
    assert "Withdrawn on" in page
    page = client.post(url_of(certificate, "withdraw_correction"), follow=True).content.decode()
    assert "Nothing was changed." in page


def test_pages_are_for_the_holder_alone(client, certificate, asked, administrator):
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=make_organisation())
    colleague = make_certificate().learner
    for person in (officer, colleague, administrator):
        sign_in(client, person)
        assert client.get(url_of(certificate)).status_code == 403
        assert client.post(url_of(certificate), VALUES).status_code == 403
        assert client.post(url_of(certificate, "withdraw_correction")).status_code == 403
    client.logout()
    for name in ("certificate_correction", "withdraw_correction"):
        response = client.post(url_of(certificate, name))
        assert response.status_code == 302
        assert "/account/login/" in response["Location"]
    asked.refresh_from_db()
    assert asked.state == "open"


def test_page_of_a_code_that_nobody_has_is_not_found(client):
    assert sign_in(client, make_user()).get("/en/certificates/0000000000000000/correction/").status_code == 404


def test_evidence_is_for_who_asked_and_who_may_decide(client, certificate, asked, administrator):
    url = reverse("correction_evidence", args=[asked.pk])
    for person, status in ((certificate.learner, 200), (administrator, 200), (make_user(), 403)):
        assert sign_in(client, person).get(url).status_code == status
    response = sign_in(client, administrator).get(url)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 cedula"
    assert response["Content-Disposition"] == f'attachment; filename="{asked.pk}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    client.logout()
    assert client.get(url).status_code == 302


def test_list_shows_what_waits_at_the_same_cost(client, administrator):
    sign_in(client, administrator)
    counts = []
    for more in (1, 2):
        for _number in range(more):
            each = make_certificate()
            ask(certificate=each, holder=NAME, explanation="x", by=each.learner, now=timezone.now())
        client.get(reverse("correction_list"))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("correction_list")).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert NAME in page


def test_decision_to_accept_is_one_button(client, administrator, asked):
    sign_in(client, administrator)
    url = reverse("decide_correction", args=[asked.pk])
    page = client.get(url).content.decode()
    assert "María Ñancupil Gutiérrez" in page
    assert NAME in page
    page = client.post(url, {"accept": "1", "answer": ""}, follow=True).content.decode()
    assert "has version 2" in page
    assert Certificate.objects.get(version=2).snapshot["holder"] == NAME
    page = client.post(url, {"refuse": "1", "answer": "No."}, follow=True).content.decode()
    assert "Somebody else decided meanwhile" in page


def test_decision_on_a_name_that_was_right_already_says_so(client, administrator, asked):
    correct(certificate=asked.certificate, changes={"holder": NAME}, reason="name", by=administrator,
            now=timezone.now())
    sign_in(client, administrator)
    page = client.post(reverse("decide_correction", args=[asked.pk]), {"accept": "1"}, follow=True).content.decode()
    assert "The name had been put right already: version 2 of" in page
    assert "The name was corrected" not in page
    assert Outbox.objects.filter(kind="mail_right_1").exists()


def test_decision_to_refuse_needs_words(client, administrator, asked):
    sign_in(client, administrator)
    url = reverse("decide_correction", args=[asked.pk])
    assert "Say in words why it is not accepted." in client.post(url, {"refuse": "1", "answer": " "}).content.decode()
    client.post(url, {"refuse": "1", "answer": "Falta la cédula."})
    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("refused", "Falta la cédula.")
    assert Outbox.objects.filter(kind="mail_refused_1", certificate=asked.certificate).exists()
    page = sign_in(client, asked.asked_by).get(url_of(asked.certificate)).content.decode()
    assert "Falta la cédula." in page


def test_decision_on_ones_own_is_for_another(client, administrator):
    own = make_certificate(learner=administrator)
    asked = ask(certificate=own, holder=NAME, explanation="x", by=administrator, now=timezone.now())
    sign_in(client, administrator)
    url = reverse("decide_correction", args=[asked.pk])
    assert "Another administrator has to decide." in client.get(url).content.decode()
    assert client.post(url, {"accept": "1"}).status_code in {302, 403}
    asked.refresh_from_db()
    assert asked.state == "open"


def test_decision_is_not_for_others(client, asked):
    for person in (None, asked.asked_by, make_user()):
        client.logout()
        if person:
            client.force_login(person)
        for url in (reverse("correction_list"), reverse("decide_correction", args=[asked.pk])):
            assert client.get(url).status_code in {302, 403}
        client.post(reverse("decide_correction", args=[asked.pk]), {"accept": "1"})
    asked.refresh_from_db()
    assert asked.state == "open"
