import datetime as dt
import subprocess
import time
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates import reading
from certificates.credentials import verifying
from certificates.keys import create_key, mark_compromised, retire
from certificates.models import Certificate, IssuerKey
from certificates.outbox import claim, get_pdf, perform, read_artifact
from certificates.reading import (
    Attachment,
    NotAPdf,
    PdfEncrypted,
    PdfTooComplex,
    PdfTooLarge,
    PdfUnreadable,
    Seal,
    State,
    read_pdf,
)
from certificates.rendering import render_pdf
from certificates.sealing import seal_pdf
from certificates.unsigned import seal_unsigned
from tests.factories import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=400)


@pytest.fixture
def keys():
    return {purpose: create_key(purpose=purpose, now=NOW) for purpose in IssuerKey.Purpose.values}


def make_document(**fields):
    """(Certificate, bytes of its Spanish PDF)"""
    certificate = make_certificate(now=NOW, **fields)
    return certificate, get_pdf(certificate=certificate, language="es", now=NOW)


def change(content, what):
    """As an editor does that appends what it changed."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    what(writer)
    result = BytesIO()
    writer.write(result)
    return result.getvalue()


def test_document_that_nobody_changed_holds(keys):
    certificate, content = make_document()
    report = read_pdf(content, now=NOW)
    assert (report.seal, report.attachment, report.state, report.is_original) == (
        Seal.HOLDS, Attachment.READ, State.VALID, True)
    assert report.certificate == report.credential.certificate == certificate
    assert report.credential.holds
    assert report.holds


def test_reading_costs_few_queries(keys, django_assert_max_num_queries):
    content = make_document()[1]
    with django_assert_max_num_queries(5):
        read_pdf(content, now=NOW)


@pytest.mark.parametrize(("fields", "state"), [
    ({"state": "revoked", "ended_at": LATER}, State.REVOKED),
    ({"state": "superseded", "ended_at": LATER}, State.SUPERSEDED),
    ({"expires_at": LATER}, State.EXPIRED),
])
def test_document_of_a_certificate_that_has_ended_is_ours_but_does_not_hold(keys, fields, state):
    certificate, content = make_document()
    Certificate.objects.filter(pk=certificate.pk).update(**fields)
    report = read_pdf(content, now=LATER)
    assert (report.seal, report.state, report.is_ours, report.holds) == (Seal.HOLDS, state, True, False)


def test_document_sealed_by_a_retired_key_holds(keys):
    content = make_document()[1]
    for key in keys.values():
        retire(key=key, by=None, now=NOW)
        create_key(purpose=key.purpose, now=NOW)
    assert read_pdf(content, now=NOW).holds


@pytest.mark.parametrize("purpose", IssuerKey.Purpose.values)
def test_document_of_a_withdrawn_key_does_not_hold(keys, purpose):
    content = make_document()[1]
    mark_compromised(key=keys[purpose], by=None, now=NOW)
    report = read_pdf(content, now=NOW)
    assert report.seal == (Seal.WITHDRAWN if purpose == "pdf" else Seal.HOLDS)
    issuer = verifying.Issuer
    assert report.credential.issuer == (issuer.WITHDRAWN if purpose == "credential" else issuer.OURS)
    assert not report.holds


def test_flipped_byte_breaks_the_seal(keys):
    certificate, content = make_document()
    changed = content.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null")
    assert changed != content
    report = read_pdf(changed, now=NOW)
    assert (report.seal, report.is_original, report.is_ours, report.holds) == (Seal.BROKEN, False, False, False)
    # What is attached still proves itself.
    assert report.credential.holds
    assert report.certificate == certificate


@pytest.mark.parametrize("more", [b"\n", b"% anything\n", b" " * 5000])
def test_bytes_after_the_seal_are_noticed(keys, more):
    report = read_pdf(make_document()[1] + more, now=NOW)
    assert (report.seal, report.is_ours, report.holds) == (Seal.EXTENDED, False, False)


def test_change_saved_after_the_seal_is_noticed(keys):
    def another_text(writer):
        page = writer.root["/Pages"]["/Kids"].raw_get(0)
        page.get_object()["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
        writer.mark_update(page)

    report = read_pdf(change(make_document()[1], another_text), now=NOW)
    assert (report.seal, report.is_ours) == (Seal.EXTENDED, False)


def test_document_signed_again_by_somebody_else_is_foreign(keys, settings, tmp_path):
    certificate, _content = make_document(holder="Ana Soto")
    Certificate.objects.filter(pk=certificate.pk).update(snapshot={**certificate.snapshot, "holder": "Eva Mora"})
    forger = create_key(purpose="pdf", now=NOW)  # with the same name as ours
    forged = seal_pdf(content=render_pdf(certificate=make_certificate(now=NOW, holder="Eva Mora"), language="es",
                                         check_url=certificate.get_short_url()), key=forger, language="es")
    forger.delete()
    report = read_pdf(forged, now=NOW)
    assert (report.seal, report.is_ours, report.attachment) == (Seal.FOREIGN, False, Attachment.NONE)
    assert report.certificate == certificate  # whose code it prints


def test_seal_moved_to_another_document_is_broken(keys):
    first, second = make_document()[1], make_document()[1]

    def signature_of(content):
        start = content.index(b"/Contents <") + len(b"/Contents <")
        return start, content[start:content.index(b">", start)]

    start, old = signature_of(first)
    moved = first[:start] + signature_of(second)[1] + first[start + len(old):]
    assert read_pdf(moved, now=NOW).seal == Seal.BROKEN


def test_something_hidden_beside_the_signature_is_noticed(keys):
    content = make_document()[1]
    field = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    end = int(field.byte_range[2])
    # In the part that the signature does not cover: digits at its end that mean nothing to a reader of signatures.
    hidden = content[:end - 9] + b"00>/X<00>"[:9] + content[end:]
    assert len(hidden) == len(content)
    assert read_pdf(hidden, now=NOW).seal in {Seal.EXTENDED, Seal.BROKEN}


def test_attachment_of_another_document_is_noticed(keys):
    """Not sealed by us, but with a credential of ours, of somebody else."""
    other = make_document()[0]
    stolen = other.artifacts.get(kind="credential")
    certificate = make_certificate(now=NOW)
    content = render_pdf(certificate=certificate, language="es", check_url=certificate.get_short_url(),
                         credential=read_artifact(stolen).decode())
    report = read_pdf(content, now=NOW)
    assert (report.seal, report.certificate, report.credential.holds, report.holds) == (Seal.NONE, other, True, False)


def test_changed_credential_in_an_unsealed_document_is_told(keys):
    certificate = make_document(holder="Ana Soto")[0]
    text = read_artifact(certificate.artifacts.get(kind="credential")).decode()
    content = render_pdf(certificate=certificate, language="es", check_url=certificate.get_short_url(),
                         credential=text.replace("Ana Soto", "Eva Mora"))
    report = read_pdf(content, now=NOW)
    assert (report.credential.signature, report.credential.facts) == (
        verifying.Signature.BROKEN, verifying.Agreement.OTHER)
    assert not report.holds


def test_attachment_that_is_no_credential_is_told(keys):
    certificate = make_certificate(now=NOW)
    content = render_pdf(certificate=certificate, language="es", check_url=certificate.get_short_url(), credential="[]")
    report = read_pdf(content, now=NOW)
    assert (report.attachment, report.credential, report.certificate) == (Attachment.UNREADABLE, None, certificate)


def test_unsigned_document_is_known_by_its_bytes():
    certificate, content = make_document()
    report = read_pdf(content, now=NOW)
    assert (report.seal, report.attachment, report.is_original, report.holds) == (
        Seal.NONE, Attachment.NONE, True, True)
    assert report.certificate == certificate
    assert not read_pdf(content + b"\n", now=NOW).is_ours


def test_each_version_is_known_by_its_own_file(keys):
    certificate, content = make_document()
    Certificate.objects.filter(pk=certificate.pk).update(state="superseded", ended_at=LATER)
    assert read_pdf(content, now=LATER).certificate == certificate


def test_document_of_another_issuer_names_no_certificate_of_ours(keys):
    certificate = make_certificate(now=NOW)
    content = render_pdf(certificate=certificate, language="es", check_url="https://other.example/c/0000000000000000")
    report = read_pdf(content, now=NOW)
    assert (report.certificate, report.state, report.holds) == (None, State.UNKNOWN, False)


def test_unsigned_copy_is_not_the_original_any_more_when_it_was_sealed_since():
    certificate, copy = make_document()
    create_key(purpose="pdf", now=NOW)
    seal_unsigned(by=None, now=NOW)
    while work := claim(now=NOW):
        perform(work, clock=lambda: NOW)
    assert read_pdf(get_pdf(certificate=certificate, language="es", now=NOW), now=NOW).seal == Seal.HOLDS
    report = read_pdf(copy, now=NOW)
    assert (report.seal, report.is_ours, report.certificate) == (Seal.NONE, False, certificate)


# --- Files that are made to harm --------------------------------------------------------------------------------------

CATALOGUE, NO_PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"


def make_pdf(*objects, trailer=b"/Root 1 0 R"):
    """A file of objects numbered from 1, with a sound table of where they are."""
    content, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % at for at in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + rows
    return bytes(content) + table + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(places) + 1, trailer, len(content))


def deflate_bomb():
    compressor, zeros = zlib.compressobj(), bytes(10_000_000)
    bomb = b"".join(compressor.compress(zeros) for _number in range(60)) + compressor.flush()
    return make_pdf(
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(credential.json) 3 0 R]>>>>>>",
        NO_PAGES, b"<</Type/Filespec/F(credential.json)/EF<</F 4 0 R>>>>",
        b"<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(bomb), bomb))


def with_tables_in_a_ring():
    content = make_pdf(CATALOGUE, NO_PAGES)
    return content.replace(b"/Size 3 ", b"/Prev %d/Size 3 " % content.index(b"xref\n"))


def encrypted(tmp_path):
    plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    plain.write_bytes(make_pdf(CATALOGUE, NO_PAGES))
    subprocess.run(["qpdf", "--encrypt", "a", "b", "256", "--", plain, locked], check=True)
    return locked.read_bytes()


@pytest.mark.parametrize(("content", "refusal"), [
    (b"", NotAPdf),
    (b"PK\x03\x04 a document of another kind", NotAPdf),
    (b"%PDF-1.7\n" + bytes(reading.LARGEST), PdfTooLarge),
    (b"%PDF-1.7\n", PdfUnreadable),
    (b"%PDF-1.7\n" + b"\xff\x00" * 5000, PdfUnreadable),
    (make_pdf(b"<</Type/Catalog>>"), PdfUnreadable),
    (make_pdf(b"[" * 200_000), None),
    (make_pdf(b"<</Type/Catalog/Pages 2 0 R/Names " + b"<</A " * 100_000 + b">>" * 100_001,
              NO_PAGES), None),
])
def test_file_that_is_no_certificate_is_refused_by_name(content, refusal):
    with pytest.raises(refusal or reading.PdfRefused) as found:
        read_pdf(content, now=NOW)
    assert str(found.value.sentence)


def test_encrypted_file_is_refused(tmp_path):
    with pytest.raises(PdfEncrypted):
        read_pdf(encrypted(tmp_path), now=NOW)


HOSTILE = {
    "pages in a ring": make_pdf(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
    "thousands of objects": make_pdf(CATALOGUE, NO_PAGES, *[b"<<>>"] * 50_000),
    "tables in a ring": with_tables_in_a_ring(),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file_is_read_or_refused_in_bounded_time(kind):
    begin = time.monotonic()
    with suppress(reading.PdfRefused):
        assert read_pdf(HOSTILE[kind], now=NOW).certificate is None
    assert time.monotonic() - begin < reading.SECONDS


def test_file_that_unpacks_to_more_than_the_memory_is_refused():
    with pytest.raises(reading.PdfRefused):
        read_pdf(deflate_bomb(), now=NOW)


def test_file_is_opened_without_the_secrets_of_the_platform(monkeypatch):
    seen = {}

    def run(command, **options):
        seen.update(options)
        return subprocess.CompletedProcess(command, -9, b"", b"")

    monkeypatch.setattr(reading.subprocess, "run", run)
    with pytest.raises(PdfTooComplex):
        read_pdf(b"%PDF-1.7", now=NOW)
    assert seen["env"] == {}
