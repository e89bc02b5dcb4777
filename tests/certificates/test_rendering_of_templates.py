"""Certificates with a template, read by programs that nobody here wrote."""

import datetime as dt
import io
import re
import subprocess
from decimal import Decimal

import pypdf
import pytest

from certificates import templates
from certificates.rendering import render_pdf
from certificates.templates import TemplateAltered
from tests.factories import localized, make_certificate, make_picture, make_signatory, make_template
from tests.pdf_tools import verapdf

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
NOT_GRADED = {"percentage": None, "grade": None, "grade_rule": ""}
KINDS = {
    "approval": {}, "attendance": NOT_GRADED, "progress": {**NOT_GRADED, "progress": Decimal(60)},
    "path": {**NOT_GRADED, "contents": [{**localized("Uno", "One"), "hours": "8", "hours_kind": "chronological"}]},
}
LONG = {
    "holder": "Wenceslao Maximiliano Bartolomé Fernández de Córdoba y Álvarez-Undurraga Huenchuñir",
    "organisation": "Dirección Regional Metropolitana del Servicio Nacional de Migraciones",
    "course": localized("Interculturalidad y derechos humanos en la atención de personas migrantes y refugiadas",
                        "Interculturality and human rights in the service of migrants and refugees"),
    "edition": "Edición especial para encargados de oficinas de migración, octubre y noviembre de 2026",
    "contents": [localized(f"Módulo {number} con un nombre largo sobre la atención en el municipio",
                           f"Module {number} with a long name about service in municipalities")
                 for number in range(1, 21)],
}


def make_full_template(layout):
    people = [make_signatory(name=name, image=make_picture(name)) for name in ("Rosa Catrileo", "Juan Soto", "Eva Paz")]
    return make_template(layout=layout, logo=make_picture("Logo"), second_logo=make_picture("Second"),
                         signatories=people, texts={
        "place": localized("Santiago", "Santiago"), "note": localized("Nota al pie.", "A closing note."),
        "logo_alt": localized("Municipalidad de Las Acacias"), "second_logo_alt": localized("Segunda institución"),
        "intro": localized("La Municipalidad certifica que", "The Municipality certifies that")})


def issue(version=None, *, number=1, **facts):
    template_version, printed = templates.for_issue(version.template) if version else (None, {})
    certificate = make_certificate(now=NOW, **printed, **facts)
    certificate.template_version, certificate.version = template_version, number
    return certificate


def render(certificate, language="es", **more):
    return render_pdf(certificate=certificate, language=language, check_url=certificate.get_short_url(), **more)


def run(tmp_path, pdf, *command):
    """What a program says of the document, which stands for ``{}`` in its command."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    return subprocess.run([str(path) if part == "{}" else part for part in command], check=True, capture_output=True,
                          encoding="utf-8", errors="replace").stdout


def walk(pdf):
    """The elements of the structure of a document (a tree) that its readers read aloud."""
    left = [pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]]
    while left:
        node = left.pop().get_object()
        if isinstance(node, list):
            left.extend(node)
        elif isinstance(node, dict):
            yield node
            left.extend([node["/K"]] if "/K" in node else [])


def get_languages(pdf):
    return {str(node["/Lang"]) for node in walk(pdf) if "/Lang" in node}


@pytest.mark.parametrize("layout", ["bridge", "plain"])
@pytest.mark.parametrize("language", ["es", "en", "es_en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_layout_language_and_kind_is_an_archive_that_can_be_read_aloud(layout, language, kind, tmp_path):
    pdf = render(issue(make_full_template(layout), kind=kind, **KINDS[kind]), language)
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data().decode()
    for identifier in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert identifier in metadata
    assert "No syntax or stream encoding errors found" in run(tmp_path, pdf, "qpdf", "--check", "{}")
    assert "Pages:           1" in run(tmp_path, pdf, "pdfinfo", "{}")
    text = " ".join(run(tmp_path, pdf, "pdftotext", "-layout", "{}", "-").split())
    for printed in ("María Ñancupil Gutiérrez", "2026-000001", "Rosa Catrileo", "Juan Soto", "Eva Paz"):
        assert printed in text
    structure = run(tmp_path, pdf, "pdfinfo", "-struct-text", "{}")
    assert "María Ñancupil Gutiérrez" in structure
    assert re.search(r"^ *H1", structure, re.MULTILINE)
    fonts = run(tmp_path, pdf, "pdffonts", "{}").splitlines()[2:]
    assert {row.split()[-5] for row in fonts} == {"yes"}


@pytest.mark.parametrize("layout", ["bridge", "plain"])
def test_pictures_have_alternative_texts(layout):
    certificate = issue(make_full_template(layout))
    pictures = [node for node in walk(render(certificate)) if node.get("/S") == "/Figure"]
    names = {str(picture["/Alt"]) for picture in pictures}
    assert len(pictures) == len(names) == 6  # two logos, three signatures and the QR code
    assert names >= {"Municipalidad de Las Acacias", "Segunda institución"}
    for part in ("Rosa Catrileo", "Juan Soto", "Eva Paz", certificate.get_short_url()):
        assert sum(part in name for name in names) == 1


@pytest.mark.parametrize("layout", ["bridge", "plain"])
@pytest.mark.parametrize("language", ["es", "es_en"])
@pytest.mark.parametrize("facts", [{}, LONG], ids=["usual", "long"])
def test_qr_code_can_be_read_from_paper(layout, language, facts, tmp_path):
    certificate = issue(make_full_template(layout), **facts)
    run(tmp_path, render(certificate, language), "pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", "{}",
        str(tmp_path / "page"))
    (page,) = tmp_path.glob("page*.png")
    read = subprocess.run(["zbarimg", "--quiet", "--raw", page], check=True, capture_output=True, text=True).stdout
    assert read.strip() == certificate.get_short_url()


@pytest.mark.parametrize("layout", ["bridge", "plain"])
def test_both_languages_are_on_one_page_under_one_number(layout, tmp_path):
    certificate = issue(make_full_template(layout))
    pdf = render(certificate, "es_en")
    text = " ".join(run(tmp_path, pdf, "pdftotext", "{}", "-").split())
    for phrase in ("Certificado de aprobación", "Certificate of approval", "La Municipalidad certifica que",
                   "The Municipality certifies that", "Interculturalidad en la atención municipal",
                   "Intercultural public service", "24,5 horas cronológicas", "24.5 chronological hours",
                   "22 de noviembre de 2026", "22 November 2026", "Nota al pie.", "A closing note.",
                   "Director of Community Development"):
        assert phrase in text
    assert text.count("2026-000001") == 1
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert {"en"} <= get_languages(pdf) <= {"es", "en"}
    assert "2026-000001" in reader.metadata.title


def test_language_in_which_it_was_issued_comes_first():
    reader = pypdf.PdfReader(io.BytesIO(render(issue(language="en"), "es_en")))
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_title_of_the_course_in_the_other_language_is_tagged_as_such():
    assert get_languages(render(issue())) >= {"en"}


@pytest.mark.parametrize("layout", ["bridge", "plain"])
@pytest.mark.parametrize("language", ["es", "es_en"])
def test_contents_that_do_not_fit_go_to_a_page_of_their_own(layout, language, tmp_path):
    pdf = render(issue(make_full_template(layout), **LONG), language)
    assert "Pages:           2" in run(tmp_path, pdf, "pdfinfo", "{}")
    second = " ".join(run(tmp_path, pdf, "pdftotext", "-f", "2", "{}", "-").split())
    assert "Módulo 1 con un nombre largo" in second
    assert "Módulo 20 con un nombre largo" in second
    assert "2026-000001" in second
    assert LONG["holder"].split()[0] in second


def test_many_contents_go_on_for_as_many_pages_as_they_need():
    contents = [localized(f"Módulo {number}: {LONG['organisation']}") for number in range(1, 81)]
    reader = pypdf.PdfReader(io.BytesIO(render(issue(make_full_template("plain"), contents=contents), "es_en")))
    assert len(reader.pages) > 2
    assert "80" in reader.pages[-1].extract_text()


@pytest.mark.parametrize("layout", ["bridge", "plain"])
def test_later_version_and_last_day_are_printed(layout, tmp_path):
    certificate = issue(make_full_template(layout), number=2, expires_on=dt.date(2028, 11, 22))
    text = " ".join(run(tmp_path, render(certificate, "en"), "pdftotext", "{}", "-").split())
    assert "Version 2, replaces version 1" in text
    assert "Valid until 22 November 2028" in text


@pytest.mark.parametrize("layout", ["bridge", "plain"])
def test_unsigned_document_is_the_same_every_time(layout):
    certificate = issue(make_full_template(layout))
    assert render(certificate, "es_en") == render(certificate, "es_en")


def test_credential_is_attached_as_it_is(tmp_path):
    credential = '{"type": ["VerifiableCredential"], "name": "María Ñancupil"}'
    pdf = render(issue(make_full_template("bridge")), credential=credential)
    run(tmp_path, pdf, "pdfdetach", "-save", "1", "-o", str(tmp_path / "credential.json"), "{}")
    assert (tmp_path / "credential.json").read_text(encoding="utf-8") == credential
    assert "credential.json" in run(tmp_path, pdf, "pdfdetach", "-list", "{}")


def test_document_keeps_what_its_version_printed():
    version = make_full_template("plain")
    certificate = issue(version)
    before = render(certificate)
    templates.save_template(template=version.template, content=templates.Content(), by=None, now=NOW)
    assert render(certificate) == before


def test_document_is_not_made_with_another_template_than_its_own():
    certificate = issue(make_full_template("plain"))
    certificate.template_version = make_template()
    with pytest.raises(TemplateAltered):
        render(certificate)


def test_verapdf_finds_nothing_in_any_layout_language_and_kind(tmp_path):
    paths = []
    for layout in ("bridge", "plain"):
        version = make_full_template(layout)
        cases = [*KINDS.items(), ("approval", LONG)]
        for number, (kind, facts) in enumerate(cases):
            certificate = issue(version, kind=kind, **facts)
            for language in ("es", "en", "es_en"):
                path = tmp_path / f"{layout}-{number}-{language}.pdf"
                path.write_bytes(render(certificate, language, credential='{"type": ["VerifiableCredential"]}'))
                paths.append(path)
    found = verapdf(*paths)
    assert found == {str(path): {"3a": [], "ua1": []} for path in paths}
