import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from certificates import x509
from certificates.ending import reissue, revoke
from certificates.keys import create_key, get_key_file, get_signing_key, mark_compromised, retire
from certificates.models import IssuerKey
from certificates.outbox import get_pdf
from certificates.tasks import reissue_compromised
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_user
from tests.pdf_tools import make_trust_store, pdfsig

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]


def make_keys(now=None):
    now = now or timezone.now()
    return [create_key(purpose=purpose, now=now) for purpose in IssuerKey.Purpose.values]


def see(client):
    response = client.get(reverse("issuer_keys"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def confirm(client, name, *arguments):
    return client.post(reverse(name, args=arguments), {"confirmed": "on"}, follow=True).content.decode()


def test_page_says_that_documents_are_unsigned_without_a_key(client, administrator):
    certificate = make_certificate()
    get_pdf(certificate=certificate, language="es", now=timezone.now())
    page = see(client)
    assert "Documents are unsigned: the issuer has no key to seal them." in page
    assert "Certificates have no digital credential: the issuer has no key to sign it." in page
    assert "1 document of a valid certificate is unsigned." in page
    assert "There is no key yet." in page


def test_page_says_which_keys_sign(client, administrator):
    for key in make_keys():
        assert f"Signed with the key {key.key_id}" in see(client)
    assert "unsigned:" not in see(client)


def test_page_says_when_a_key_cannot_be_used(client, administrator):
    key = make_keys()[0]
    get_key_file(key).unlink()
    page = see(client)
    assert f"The key {key.key_id} cannot be used now." in page
    assert "create_issuer_keys --rotate" in page


def test_page_costs_the_same_with_more_keys(client, administrator):
    make_keys()
    see(client)
    counts = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            see(client)
        counts.append(len(queries))
        for key in make_keys():
            get_pdf(certificate=make_certificate(), language="es", now=timezone.now())
            mark_compromised(key=key, by=administrator, now=timezone.now())
        make_keys()
    assert counts[0] == counts[1]


def test_new_key_takes_the_place_of_the_old_and_seals_what_was_unsigned(client, administrator):
    certificate = make_certificate()
    get_pdf(certificate=certificate, language="es", now=timezone.now())
    assert "was made and signs from now on" in confirm(client, "make_issuer_key_pdf")
    first = IssuerKey.objects.get()
    assert certificate.outbox.get(kind="pdf_es").done_at is None
    confirm(client, "make_issuer_key_pdf")
    first.refresh_from_db()
    assert first.retired_at is not None
    assert get_signing_key(purpose="pdf", now=timezone.now()) != first
    assert [event.actor for event in AuditEvent.objects.filter(action="issuer_key.created")] == [administrator] * 2


def test_new_key_that_cannot_be_kept_is_refused_in_words(client, administrator, keys_dir):
    key = make_keys()[0]
    keys_dir.chmod(0o755)
    page = confirm(client, "make_issuer_key_pdf")
    assert "The key could not be made, and nothing was changed." in page
    key.refresh_from_db()
    assert key.retired_at is None


def test_unsigned_documents_are_sealed_when_asked_for(client, administrator):
    certificate = make_certificate()
    get_pdf(certificate=certificate, language="es", now=timezone.now())
    assert "no key yet" in client.post(reverse("seal_unsigned"), follow=True).content.decode()
    make_keys()
    page = client.post(reverse("seal_unsigned"), follow=True).content.decode()
    assert "1 document is being made again with a seal." in page
    assert certificate.outbox.get(kind="pdf_es").done_at is None


def test_key_is_retired_after_a_confirmation(client, administrator):
    key = make_keys()[0]
    address = reverse("issuer_key_retire", args=[key.pk])
    assert "What it signed stays good" in client.get(address).content.decode()
    page = client.post(address).content.decode()
    assert "Confirm that you have read what will happen." in page
    key.refresh_from_db()
    assert key.retired_at is None
    assert "The key was retired." in confirm(client, "issuer_key_retire", key.pk)
    key.refresh_from_db()
    assert key.retired_at is not None
    assert AuditEvent.objects.get(action="issuer_key.retired").actor == administrator
    assert "That was done before. Nothing was changed." in confirm(client, "issuer_key_retire", key.pk)


def test_key_is_withdrawn_after_saying_how_many_certificates_it_signed(client, administrator):
    key = make_keys()[0]
    get_pdf(certificate=make_certificate(), language="es", now=timezone.now())
    page = client.get(reverse("issuer_key_compromised", args=[key.pk])).content.decode()
    assert "It signed 1 certificate that is valid." in page
    assert "The key was withdrawn." in confirm(client, "issuer_key_compromised", key.pk)
    assert not IssuerKey.objects.published().filter(pk=key.pk).exists()
    assert "Documents are unsigned" in see(client)


def test_page_shows_how_far_it_is_to_issue_again_what_a_withdrawn_key_signed(client, administrator):
    assert "No key was withdrawn." in see(client)
    key, unused = make_keys()
    certificates = [make_certificate() for _number in range(3)]
    for certificate in certificates:
        for language in ("es", "en"):
            get_pdf(certificate=certificate, language=language, now=timezone.now())
    revoke(certificate=make_certificate(), reason="mistake", by=administrator, now=timezone.now())
    for each in (key, unused):
        mark_compromised(key=each, by=administrator, now=timezone.now())
    key.refresh_from_db()
    page = see(client)
    assert f"<code>{key.key_id}</code>: 0 of 3 certificates were issued again. The rest waits for a new key" in page
    create_key(purpose="pdf", now=timezone.now())
    reissue(certificate=certificates[0], key=key, now=timezone.now())
    page = see(client)
    assert f"<code>{key.key_id}</code>: 1 of 3 certificates were issued again. The rest follows" in page
    reissue_compromised()
    page = see(client)
    assert f"<code>{key.key_id}</code>: All its 3 certificates were issued again." in page


def test_withdrawn_key_that_signed_nothing_in_force_needs_nothing(client, administrator):
    key = make_keys()[0]
    certificate = make_certificate()
    get_pdf(certificate=certificate, language="es", now=timezone.now())
    revoke(certificate=certificate, reason="mistake", by=administrator, now=timezone.now())
    mark_compromised(key=key, by=administrator, now=timezone.now())
    assert f"<code>{key.key_id}</code>: It signed no certificate that was in force." in see(client)


def test_only_administrators_come_in(client):
    key = make_keys()[0]
    trainer = make_user()
    trainer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    addresses = [reverse(name) for name in ("issuer_keys", "seal_unsigned", "make_issuer_key_pdf",
                                            "make_issuer_key_credential")]
    addresses += [reverse(name, args=[key.pk]) for name in ("issuer_key_retire", "issuer_key_compromised")]
    for person in (None, make_user(), trainer):
        client.logout()
        if person:
            client.force_login(person)
        for address in addresses:
            assert client.get(address).status_code in {302, 405}
            assert client.post(address, {"confirmed": "on"}).status_code in {302, 405}
    assert IssuerKey.objects.filter(retired_at=None).count() == IssuerKey.objects.count() == 2


def test_who_may_see_the_keys_may_not_change_them(client):
    key = make_keys()[0]
    auditor = make_user()
    UserProfile.objects.create(user=auditor, preferred_language="en")
    auditor.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "view_issuerkey"]))
    client.force_login(auditor)
    page = see(client)
    assert key.key_id in page
    assert "Withdraw" not in page
    client.post(reverse("issuer_key_retire", args=[key.pk]), {"confirmed": "on"})
    key.refresh_from_db()
    assert key.retired_at is None


def test_roots_are_published_also_of_retired_keys_and_not_of_withdrawn_ones(client, tmp_path):
    now = timezone.now()
    used, retired, withdrawn = (create_key(purpose="pdf", now=now - dt.timedelta(days=days)) for days in (0, 1, 2))
    retire(key=retired, by=None, now=now)
    mark_compromised(key=withdrawn, by=None, now=now)
    create_key(purpose="credential", now=now)
    response = client.get("/certificates/issuer.pem")
    assert response["Content-Type"] == "application/x-pem-file"
    assert response.content.decode() == x509.read_root(used.public_key) + x509.read_root(retired.public_key)
    file = tmp_path / "sealed.pdf"
    file.write_bytes(get_pdf(certificate=make_certificate(), language="es", now=timezone.now()))
    store = make_trust_store(tmp_path / "nss", [x509.read_root(used.public_key)])
    assert pdfsig(file, store)[1] == "Certificate is Trusted."


def test_roots_are_an_empty_file_without_keys(client):
    assert client.get("/certificates/issuer.pem").content == b""
