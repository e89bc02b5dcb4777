"""Whoever was shown certificates checks them: in both languages, wide and on a telephone, with forms in error."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates.credentials.badges import read_badge
from certificates.credentials.verifying import verify
from certificates.keys import create_key
from certificates.models import Certificate, IssuerKey
from certificates.outbox import get_pdf
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1280, 360]
SEND = "form:has(input[name=number]) button"


@pytest.fixture(params=["es", "en"])
def language(request):
    return request.param


@pytest.fixture
def holder():
    return factories.make_user(document=("rut", "12.345.678-5"))


@pytest.fixture
def certificate(holder):
    return factories.make_certificate(learner=holder)


@pytest.fixture
def check(page, axe):
    def check():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    return check


@pytest.fixture
def address(language):
    def address(name, *arguments):
        with override(language):
            return reverse(name, args=arguments)

    return address


def test_every_state_of_a_certificate(page, check, address, certificate):
    now = timezone.now()
    factories.make_next_version(certificate, holder="María Ñancupil Soto")
    for state in ({}, {"expires_at": now}, {"state": "revoked", "ended_at": now, "reason": "mistake"},
                  {"snapshot_sha256": "0" * 64}):
        Certificate.objects.filter(version=2).update(**state)
        page.goto(address("certificate", certificate.code))
        check()


def test_identity_of_who_shows_it(page, check, address, certificate):
    page.goto(address("certificate", certificate.code))
    for number, answer in (("", ".field__error"), ("12.345.678-9", ".field__error"), ("11.111.111-1", "[role=status]"),
                           ("12.345.678-5", "[role=status]")):
        page.fill("input[name=number]", number)
        page.click(SEND)
        page.wait_for_selector(f"#identity {answer}")
        check()
        assert page.input_value("input[name=number]") in {"", "12.345.678-9"}


def test_list_of_codes(page, check, address, certificate):
    page.goto(address("certificate_check"))
    page.click(f"a[href='{address('certificate_check_list')}']")
    check()
    page.click("form.panel button >> nth=0")
    page.wait_for_selector(".field__error")
    check()
    page.fill("textarea", f"{certificate.code}\n0000-0000-0000-0000\n12345")
    page.click("form.panel button >> nth=0")
    page.wait_for_selector("tbody tr >> nth=2")
    check()
    with page.expect_download() as download:
        page.click("button[name=csv]")
    assert certificate.folio in download.value.path().read_text(encoding="utf-8-sig")


def test_holder_shows_it_elsewhere(page, check, address, sign_in, certificate, holder):
    sign_in(page, holder)
    page.goto(address("certificate", certificate.code))
    check()
    page.click("#elsewhere button")
    assert page.locator("meta[property='og:title']").get_attribute("content").startswith("María Ñancupil")
    check()
    page.click("#elsewhere button")
    assert page.locator("meta[property='og:title']").count() == 0


def test_document_of_a_revoked_certificate_leads_to_its_page(page, check, address, sign_in, problems,
                                                              certificate, holder):
    Certificate.objects.update(state="revoked", ended_at=timezone.now(), reason="mistake")
    sign_in(page, holder)
    page.goto(address("certificate_pdf", certificate.code, "es"))
    problems.expect("410")
    check()
    page.click("main .button")
    page.wait_for_url(f"**{address('certificate', certificate.code)}")


def test_file_that_was_sent(page, check, address, certificate):
    document = get_pdf(certificate=certificate, language="es", now=timezone.now())
    page.goto(address("certificate_check"))
    page.click(f"a[href='{address('certificate_check_file')}']")
    check()
    page.click("form.panel button")
    page.wait_for_selector(".field__error")
    check()
    for name, content in (("certificado.pdf", document), ("otro.pdf", document + b"more")):
        page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/pdf", "buffer": content})
        page.click("form.panel button")
        page.wait_for_selector(".findings__item")
        check()


def test_digital_credential_and_badge(page, check, address, holder, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=timezone.now())
    certificate = factories.make_certificate(learner=holder)
    page.goto(address("certificate", certificate.code))
    check()
    for name, kind in [("certificate_badge", ["png"]), ("certificate_badge", ["svg"]), ("certificate_credential", [])]:
        with page.expect_download() as download:
            page.click(f"a[href='{address(name, certificate.code, *kind)}']")
        content = download.value.path().read_bytes()
        credential = read_badge(content) if kind else content
        assert verify(credential, now=timezone.now()).holds
