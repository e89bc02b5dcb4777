import json

import pytest
from django.urls import reverse

from certificates.credentials import lists
from certificates.credentials.badges import read_badge
from certificates.ending import revoke
from certificates.erasing import erase_holder
from certificates.keys import create_key, mark_compromised, retire
from certificates.models import IssuerKey
from certificates.outbox import claim, get_credential, perform
from tests.certificates.credentials.conftest import NOW
from tests.factories import make_certificate, make_user


@pytest.fixture
def delivered(certificate):
    while work := claim(now=NOW, kinds=["credential"]):
        assert perform(work, clock=lambda: NOW)
    return certificate


def test_the_did_document_has_every_key_that_may_be_believed(key, client, django_assert_num_queries):
    retired, compromised = (create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW) for _each in range(2))
    seal = create_key(purpose=IssuerKey.Purpose.PDF, now=NOW)
    retire(key=retired, by=None, now=NOW)
    mark_compromised(key=compromised, by=None, now=NOW)
    with django_assert_num_queries(1):
        response = client.get("/.well-known/did.json")
    document = response.json()
    did = "did:web:localhost%3A8000"
    assert document["id"] == did
    assert set(document["assertionMethod"]) == {f"{did}#{key.key_id}", f"{did}#{retired.key_id}"}
    assert {each["id"]: each["publicKeyMultibase"] for each in document["verificationMethod"]} == {
        f"{did}#{each.key_id}": each.public_key for each in (key, retired)}
    assert {(each["type"], each["controller"]) for each in document["verificationMethod"]} == {("Multikey", did)}
    assert seal.key_id not in response.text


@pytest.mark.parametrize(("address", "did"), [
    ("https://puentes.example", "did:web:puentes.example"),
    ("https://puentes.example:8443", "did:web:puentes.example%3A8443"),
    ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000"),
])
def test_the_did_is_the_host_with_its_port(db, client, settings, address, did):
    settings.BASE_URL = address
    assert client.get("/.well-known/did.json").json()["id"] == did


def test_what_programs_read_is_public_for_a_while_and_sets_no_cookie(delivered, client, django_assert_num_queries):
    for path, content_type, seconds in [("/.well-known/did.json", "application/did+ld+json", 300),
                                        ("/credentials/status/1", "application/vc+ld+json", 60)]:
        with django_assert_num_queries(1):
            response = client.get(path)
        assert response.headers["Content-Type"] == content_type
        assert set(response.headers["Cache-Control"].split(", ")) == {"public", f"max-age={seconds}"}
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert client.post(path).status_code == 405


def test_a_list_that_is_not_published_yet_says_so_and_another_does_not_exist(certificate, client):
    response = client.get("/credentials/status/1")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")
    assert client.get("/credentials/status/99", follow=True).status_code == 404


def test_the_list_is_served_as_it_was_published(delivered, client, monkeypatch):
    monkeypatch.setattr(lists, "publish", None)  # whoever asks makes nothing
    assert client.get("/credentials/status/1").text == delivered.status_list.__class__.objects.get().published


@pytest.mark.parametrize("who", ["anonymous", "stranger", "holder"])
def test_whoever_has_the_code_gets_the_credential(delivered, client, who):
    if who != "anonymous":
        client.force_login(delivered.learner if who == "holder" else make_user())
    response = client.get(reverse("certificate_credential", args=[delivered.code]))
    assert response.content == get_credential(delivered)
    assert response.headers["Content-Type"] == "application/vc+ld+json"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{delivered.folio}.json"'
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("kind", "content_type"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_badge_holds_the_credential(delivered, client, kind, content_type):
    response = client.get(reverse("certificate_badge", args=[delivered.code, kind]))
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert read_badge(response.content) == get_credential(delivered)


def addresses(code):
    return [reverse("certificate_credential", args=[code]), reverse("certificate_badge", args=[code, "svg"])]


@pytest.mark.parametrize("act", [
    lambda each: revoke(certificate=each, reason="mistake", by=make_user(), now=NOW),
    lambda each: erase_holder(learner=each.learner, by=make_user(), now=NOW),
    lambda each: each.artifacts.all().delete(),
])
def test_without_a_valid_certificate_and_its_credential_there_is_nothing(delivered, client, act):
    act(delivered)
    unknown = [client.get(address).status_code for address in addresses("0000000000000000")]
    assert [client.get(address).status_code for address in addresses(delivered.code)] == unknown == [404, 404]


def test_a_badge_of_another_kind_does_not_exist(delivered, client):
    assert client.get(reverse("certificate_badge", args=[delivered.code, "gif"])).status_code == 404


def test_credentials_are_not_handed_out_without_end(delivered, client):
    address = reverse("certificate_credential", args=[delivered.code])
    assert [client.get(address).status_code for _each in range(31)][-1] == 429


def test_the_page_of_the_certificate_leads_to_the_credential_only_when_there_is_one(delivered, client):
    address = reverse("certificate_credential", args=[delivered.code])
    assert address in client.get(delivered.get_absolute_url()).text
    other = make_certificate(now=NOW)
    assert "credential.json" not in client.get(other.get_absolute_url()).text


def test_a_corrected_certificate_gives_its_newest_credential(delivered, client):
    from certificates.ending import correct

    following = correct(certificate=delivered, changes={"holder": "Ana Díaz"}, reason="name", by=make_user(), now=NOW)
    address = reverse("certificate_credential", args=[delivered.code])
    assert client.get(address).status_code == 404  # not made yet
    while work := claim(now=NOW, kinds=["credential"]):
        assert perform(work, clock=lambda: NOW)
    assert json.loads(client.get(address).content)["id"] == f"urn:uuid:{following.pk}"
