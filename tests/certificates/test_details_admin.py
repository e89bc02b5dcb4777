import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from certificates.ending import correct
from certificates.models import Certificate, CertificateEvent, Outbox
from certificates.outbox import get_pdf
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db


def details(client, certificate):
    return client.get(reverse("certificate_details", args=[certificate.pk])).content.decode()


def test_details_show_facts_versions_history_and_documents(client, administrator):
    first = make_certificate()
    get_pdf(certificate=first, language="es", now=timezone.now())
    second = correct(certificate=first, changes={"holder": "Ana Soto"}, reason="name", by=administrator,
                     now=timezone.now())
    page = details(client, first)
    assert "History intact" in page
    assert first.artifacts.get().sha256 in page
    assert "PDF: Spanish" in page
    assert "Replaced by a later version" in page
    assert "5678-5" in page
    assert reverse("certificate_details", args=[second.pk]) in page
    assert reverse("revoke_certificate", args=[first.pk]) not in page
    assert reverse("revoke_certificate", args=[second.pk]) in details(client, second)


def test_details_say_when_history_or_facts_were_altered(client, administrator):
    certificate = make_certificate()
    CertificateEvent.objects.update(details={})
    Certificate.objects.update(snapshot={**certificate.snapshot, "holder": "Otra"})
    page = details(client, certificate)
    assert "The history is not as it was written" in page
    assert "is not what was issued" in page


def test_details_say_what_was_given_up_and_offer_to_try_again(client, administrator):
    certificate = make_certificate()
    Outbox.objects.filter(kind="pdf_es").update(attempts=Outbox.MAX_ATTEMPTS, last_error="builtins.OSError")
    page = details(client, certificate)
    assert "given up. What comes after it waits." in page
    assert "see whether there is room" in page
    assert "It waits for what comes before it, which was given up." in page  # the mail
    assert reverse("retry_certificate_work", args=[certificate.outbox.get(kind="pdf_es").pk]) in page


def test_details_cost_the_same_with_more_versions(client, administrator, django_assert_max_num_queries):
    certificate = make_certificate()
    details(client, certificate)
    for number in range(3):
        certificate = correct(certificate=certificate, changes={"holder": f"Ana {number}x"}, reason="name",
                              by=administrator, now=timezone.now())
        with django_assert_max_num_queries(26):
            details(client, certificate)


def test_revocation_says_what_will_happen_and_does_it_when_confirmed(client, administrator):
    certificate = make_certificate()
    url = reverse("revoke_certificate", args=[certificate.pk])
    assert "The holder gets a mail with the reason." in client.get(url).content.decode()
    page = client.post(url, {"reason": "mistake", "note": "x"}).content.decode()
    assert "Confirm that you have read what will happen." in page
    page = client.post(url, {"reason": "mistake", "note": "Dos veces.", "confirmed": "on"}, follow=True)
    assert "was revoked. The holder gets a mail." in page.content.decode()
    assert "Dos veces." in page.content.decode()
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason, certificate.internal_note) == ("revoked", "mistake", "Dos veces.")
    page = client.post(url, {"reason": "holder", "confirmed": "on"}, follow=True).content.decode()
    assert "does not hold any more. Nothing was changed." in page


@pytest.mark.parametrize("reason", ["name", "key", "", "other"])
def test_revocation_needs_one_of_its_reasons(client, administrator, reason):
    certificate = make_certificate()
    client.post(reverse("revoke_certificate", args=[certificate.pk]), {"reason": reason, "confirmed": "on"})
    certificate.refresh_from_db()
    assert certificate.state == "issued"


def test_note_is_not_on_the_public_page(client, administrator):
    certificate = make_certificate()
    client.post(reverse("revoke_certificate", args=[certificate.pk]),
                {"reason": "mistake", "note": "Dos veces.", "confirmed": "on"})
    client.logout()
    assert "Dos veces." not in client.get(certificate.get_absolute_url()).content.decode()


def test_details_and_revocation_are_for_administrators(client):
    certificate = make_certificate()
    trainer = make_user()
    trainer.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for person in (None, certificate.learner, trainer, make_user()):
        client.logout()
        if person:
            client.force_login(person)
        for name in ("certificate_details", "revoke_certificate"):
            assert client.get(reverse(name, args=[certificate.pk])).status_code in {302, 403}
        client.post(reverse("revoke_certificate", args=[certificate.pk]), {"reason": "mistake", "confirmed": "on"})
    certificate.refresh_from_db()
    assert certificate.state == "issued"
