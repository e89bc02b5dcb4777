import datetime as dt
import json
import re
from io import BytesIO

import pypdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext, override
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from certificates import x509
from certificates.keys import KeyUnavailable, create_key, get_key_file
from certificates.rendering import render_pdf
from certificates.sealing import seal_pdf
from tests.factories import make_certificate
from tests.pdf_tools import get_attachments, make_trust_store, pdfsig, qpdf_check, read_qr, verapdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
CREDENTIAL = json.dumps({"name": "Atención «intercultural»", "proof": [{"type": "DataIntegrityProof"}]}, indent=1)
VALID = ("Signature is Valid.", "Certificate is Trusted.", True)


def root_of(key):
    return x509.read_chain(key.public_key)[1].public_bytes(Encoding.PEM).decode()


def make_sealed(key, language="es", **fields):
    certificate = make_certificate(now=NOW, **fields)
    content = render_pdf(certificate=certificate, language=language, check_url=certificate.get_short_url(),
                         credential=CREDENTIAL)
    return certificate, seal_pdf(content=content, key=key, language=language)


@pytest.fixture
def key():
    return create_key(purpose="pdf", now=NOW)


@pytest.fixture
def trust_store(key, tmp_path):
    return make_trust_store(tmp_path / "nss", [root_of(key)])


@pytest.fixture
def save(tmp_path):
    def save(content, name="sealed.pdf"):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name
    return save


def test_sealed_document_is_valid_trusted_and_signed_as_a_whole(key, trust_store, save):
    path = save(make_sealed(key)[1])
    assert pdfsig(path, trust_store) == VALID
    assert "No syntax or stream encoding errors found" in qpdf_check(path)


def test_sealed_document_is_not_trusted_by_who_trusts_another_issuer(key, tmp_path, save):
    other = make_trust_store(tmp_path / "other", [root_of(create_key(purpose="pdf", now=NOW))])
    verdict = pdfsig(save(make_sealed(key)[1]), other)
    assert (verdict[0], verdict[2]) == ("Signature is Valid.", True)
    assert verdict[1] != "Certificate is Trusted."


def test_sealed_document_holds_the_credential_byte_for_byte(key, tmp_path, save):
    attachments = get_attachments(save(make_sealed(key)[1]), tmp_path / "attachments")
    assert attachments == {"credential.json": CREDENTIAL.encode()}


def test_sealed_document_leads_to_its_page_by_the_qr(key, tmp_path, save):
    certificate, content = make_sealed(key)
    assert read_qr(save(content), tmp_path) == certificate.get_short_url()


def test_sealed_document_allows_no_change_and_says_what_the_seal_is(key):
    catalog = pypdf.PdfReader(BytesIO(make_sealed(key, "en")[1])).trailer["/Root"]
    (field,) = (each.get_object() for each in catalog["/AcroForm"]["/Fields"])
    seal = field["/V"].get_object()
    assert (field["/T"], field["/TU"]) == ("Seal", "Seal of the issuer")
    assert seal["/SubFilter"] == "/ETSI.CAdES.detached"
    assert seal["/Name"] == "Puentes"
    assert catalog["/Perms"]["/DocMDP"].get_object() == seal
    assert seal["/Reference"][0]["/TransformParams"]["/P"] == 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_seal_says_what_it_is_in_the_language_of_the_document(key, language):
    field = pypdf.PdfReader(BytesIO(make_sealed(key, language)[1])).get_fields()["Seal"]
    with override(language):
        assert field["/TU"] == gettext("Seal of the issuer")


def test_sealed_documents_are_archives_that_can_be_read_aloud(key, save):
    """By veraPDF, and it does find what is wrong: the same file when readers would not show its title."""
    spanish, english = save(make_sealed(key, "es")[1], "es.pdf"), save(make_sealed(key, "en")[1], "en.pdf")
    wrong = save(spanish.read_bytes().replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null"), "wrong.pdf")
    said = verapdf(spanish, english, wrong)
    assert said[str(spanish)] == said[str(english)] == {"3a": [], "ua1": []}
    assert [each.split()[0] for each in said[str(wrong)]["ua1"]] == ["7.1-10"]


TAMPERED = {
    "a flipped byte": lambda content: content.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle tru3"),
    "a flipped byte in a stream": lambda content: _flip(content, content.index(b"stream\n") + 60),
    "a byte appended": lambda content: content + b"\n",
    "a change saved after it": lambda content: _save_change(content),
}


def _flip(content, position):
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1:]


def _save_change(content):
    """As an editor does that appends what it changed: another language."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    writer.root[pdf_name("/Lang")] = pdf_string("fr")
    writer.update_root()
    result = BytesIO()
    writer.write(result)
    return result.getvalue()


@pytest.mark.parametrize("change", TAMPERED)
def test_sealed_document_that_was_changed_is_not_valid_as_a_whole(key, trust_store, save, change):
    content = make_sealed(key)[1]
    changed = TAMPERED[change](content)
    assert changed != content
    validity, _trust, whole = pdfsig(save(changed), trust_store)
    assert (validity, whole) != ("Signature is Valid.", True)


def test_seal_by_a_key_in_a_hardware_module(hardware_module, tmp_path, save):
    key = create_key(purpose="pdf", now=NOW, storage="pkcs11")
    path = save(make_sealed(key)[1])
    assert pdfsig(path, make_trust_store(tmp_path / "nss", [root_of(key)])) == VALID


def test_seal_without_the_private_key_is_refused(key):
    get_key_file(key).unlink()
    with pytest.raises(KeyUnavailable):
        make_sealed(key)


def test_seal_covers_all_but_itself(key):
    content = make_sealed(key)[1]
    start, length, after, rest = map(int, re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", content).groups())
    assert (start, after + rest) == (0, len(content))
    assert re.fullmatch(rb"<[0-9a-fA-F]+>", content[length:after])
