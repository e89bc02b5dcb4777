import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates.keys import create_key
from certificates.models import Certificate, IssuerKey
from certificates.outbox import get_pdf, read_artifact
from certificates.reading import LARGEST
from tests.factories import make_certificate, make_next_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]


@pytest.fixture
def certificate():
    for purpose in IssuerKey.Purpose.values:
        create_key(purpose=purpose, now=timezone.now() - dt.timedelta(days=1))
    return make_certificate()


@pytest.fixture
def pdf(certificate):
    return get_pdf(certificate=certificate, language="es", now=timezone.now())


def send(client, content, name="certificado.pdf"):
    with override("en"):
        response = client.post(reverse("certificate_check_file"), {"file": SimpleUploadedFile(name, content)})
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_document_as_it_was_made_holds(client, certificate, pdf):
    text = send(client, pdf)
    for words in ("The file is ours, unchanged, and holds", "byte for byte",
                  "Holds: The seal is ours and covers the whole file", "Holds: The signature holds",
                  "Holds: The certificate is valid.", "María Ñancupil Gutiérrez", certificate.folio):
        assert words in text
    assert "Does not hold" not in text


def test_credential_by_itself_holds(client, certificate, pdf):
    content = read_artifact(certificate.artifacts.get(kind="credential"))
    assert "The file is ours, unchanged, and holds" in send(client, content, "credencial.json")
    assert "Does not hold: The signature does not hold" in send(client, content.replace(b"24.5", b"99.5"))


@pytest.mark.parametrize(("change", "finding"), [
    (lambda pdf: pdf + b"\n% more", "Does not hold: Something was added to the file"),
    (lambda pdf: pdf.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null"),
     "Does not hold: The seal does not fit the file"),
])
def test_document_that_was_changed_does_not_hold(client, pdf, change, finding):
    text = send(client, change(pdf))
    assert "Do not rely on this file alone" in text
    assert finding in text


def test_document_of_a_replaced_version_leads_to_the_one_that_holds(client, certificate, pdf):
    make_next_version(certificate, holder="María Ñancupil Soto")
    text = send(client, pdf)
    assert "Do not rely on this file alone" in text
    assert "Does not hold: A later version took the place of this certificate." in text
    assert "María Ñancupil Soto" in text


def test_document_of_a_revoked_certificate_does_not_hold(client, certificate, pdf):
    Certificate.objects.update(state="revoked", ended_at=timezone.now(), reason="mistake")
    text = send(client, pdf)
    assert "Does not hold: The certificate was revoked." in text
    assert "Holds: The seal is ours" in text


@pytest.mark.parametrize(("content", "error"), [
    (b"GIF89a", "This file is not a PDF."),
    (b"", "This file is empty."),
    (b"%PDF-1.7\n" + b"x" * LARGEST, "This file is larger than any certificate of ours."),
    (b"{broken", "This file is no digital credential."),
    (b"%PDF-1.7\nnothing", "This file could not be read."),
])
def test_file_that_cannot_be_judged_is_refused_in_words(client, content, error):
    assert error in send(client, content)


def test_page_asks_for_a_file(client, db):
    with override("en"):
        response = client.post(reverse("certificate_check_file"))
    assert "Choose the file that you were sent." in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_page_is_limited(client, monkeypatch):
    monkeypatch.setattr("certificates.throttling.time.time", lambda: 1_800_000_000)
    with override("en"):
        answers = [client.post(reverse("certificate_check_file")).status_code for _number in range(11)]
    assert answers == [200] * 10 + [429]


def test_form_may_be_opened_as_often_as_one_likes(client, db):
    with override("en"):
        assert {client.get(reverse("certificate_check_file")).status_code for _number in range(12)} == {200}
