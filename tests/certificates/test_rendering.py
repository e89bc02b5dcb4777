import datetime as dt
import io
import subprocess

import pypdf
import pytest

from certificates.codes import grouped
from certificates.rendering import render_pdf
from certificates.snapshot import SnapshotAltered
from tests.factories import localized, make_certificate

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
LONG = "Wenceslao Maximiliano Bartolomé Fernández de Córdoba y Álvarez-Undurraga Huenchuñir Quilaqueo-Ñancoo"


def render(certificate, language="es"):
    return render_pdf(certificate=certificate, language=language, check_url=certificate.get_short_url())


def read(pdf):
    """(number of pages, text with single spaces, reader)"""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return len(reader.pages), " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


@pytest.fixture
def certificate():
    return make_certificate(now=NOW)


def test_pdf_in_spanish_says_the_facts(certificate):
    pages, text, reader = read(render(certificate, "es"))
    assert pages == 1
    for fact in ("María Ñancupil Gutiérrez", "Interculturalidad en la atención municipal",
                 "Intercultural public service",
                 "Municipalidad de Las Acacias · Santiago", "••••5678-5", "24,5", "3 de octubre de 2026",
                 "22 de noviembre de 2026", "6,3", "1. Movilidad humana", "2026-000001"):
        assert fact in text
    assert reader.trailer["/Root"]["/Lang"] == "es"


def test_pdf_in_english_says_the_same_under_the_same_number(certificate):
    pages, text, reader = read(render(certificate, "en"))
    assert pages == 1
    for fact in ("María Ñancupil Gutiérrez", "Intercultural public service",
                 "Interculturalidad en la atención municipal", "Certificate of approval",
                 "completed and passed the course",
                 "24.5 chronological hours (60 minutes each)", "From 3 October 2026 to 22 November 2026",
                 "90%, grade 6.3", "1. Human mobility", "2026-000001",
                 "It is not a certification of labour competences."):
        assert fact in text
    assert reader.trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize("language", ["es", "en"])
def test_pdf_prints_the_code_in_groups_and_links_to_the_check(certificate, language):
    _pages, text, reader = read(render(certificate, language))
    assert grouped(certificate.code).replace("-", " ") in text
    links = {link.get_object()["/A"]["/URI"] for link in reader.pages[0]["/Annots"] if "/A" in link.get_object()}
    assert links == {f"http://localhost:8000/c/{certificate.code}"}


def test_pdf_declares_archive_and_accessibility(certificate):
    reader = read(render(certificate))[2]
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "2026-000001" in reader.metadata.title


def test_pdf_is_the_same_every_time(certificate):
    assert render(certificate) == render(certificate)


def test_pdf_of_attendance_claims_no_pass():
    certificate = make_certificate(kind="attendance", percentage=None, grade=None, grade_rule="")
    text = read(render(certificate, "en"))[1]
    assert "Certificate of attendance" in text
    assert "attended the course" in text
    assert "passed" not in text
    assert "Result" not in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_pdf_fits_names_and_titles_of_100_characters(language):
    assert len(LONG) == 100
    titles = localized(f"«{LONG}»", f"“{LONG}”")
    certificate = make_certificate(holder=LONG, organisation=LONG, edition=LONG, course=titles)
    pages, text, _reader = read(render(certificate, language))
    assert text.count("Ñancoo") == 5
    assert pages <= 2


def test_pdf_puts_long_contents_on_a_page_of_their_own():
    contents = [localized(f"Módulo {number}: {LONG}") for number in range(1, 21)]
    pages, text, _reader = read(render(make_certificate(contents=contents)))
    assert pages == 2
    assert all(f"{number}. Módulo {number}:" in text for number in range(1, 21))


def test_pdf_prints_a_name_that_looks_like_code_as_it_is():
    name = '#panic("x") *bold* $x$ \\ "quoted" <label> @ref //'
    assert name in read(render(make_certificate(holder=name)))[1]


def test_pdf_is_made_for_a_name_outside_the_embedded_fonts():
    pages, text, _reader = read(render(make_certificate(holder="王小明 (Wang Xiaoming)")))
    assert pages == 1
    assert "(Wang Xiaoming)" in text


def test_pdf_is_not_made_from_altered_facts(certificate):
    certificate.snapshot["grade"] = "7.0"
    with pytest.raises(SnapshotAltered):
        render(certificate)


def test_pdf_queries_nothing(certificate, django_assert_num_queries):
    with django_assert_num_queries(0):
        render(certificate)


def test_pdf_embeds_its_fonts(certificate, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(render(certificate))
    rows = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert rows
    assert {row.split()[-5] for row in rows} == {"yes"}
