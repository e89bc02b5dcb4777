import datetime as dt
import io
import shutil
import subprocess
import time

import pytest
from django.utils import timezone
from pypdf import PdfReader

from lms.reports.record_pdf import make_record_pdf
from tests import factories
from tests.reports.town import COMPLETED, NOW


def read(content):
    return PdfReader(io.BytesIO(content))


def get_text(content):
    return " ".join(" ".join(page.extract_text() for page in read(content).pages).split())


def show(person, language="en", now=NOW):
    return get_text(make_record_pdf(person=person, language=language, now=now))


@pytest.fixture
def person(town):
    return town.add_person(given_names="María José", first_surname="Ñancupil", second_surname="Gutiérrez",
                           document=("rut", "12.345.678-5"))


def test_record_says_whose_it_is_when_it_was_made_and_that_it_is_no_certificate(town, person):
    text = show(person)
    assert "Training record María José Ñancupil Gutiérrez RUT (Chile): ••••5678-5 Oficina de Migrantes Made on " \
           "22 November 2026, 15:30" in text
    assert "12345678" not in text
    assert "This record is not a certificate." in text
    assert "Check a certificate" in text
    assert "No course has been completed yet." in text
    assert "There are no courses." in text
    assert "There are no certificates." in text
    assert "Earlier records" not in text


def test_record_has_the_facts_of_a_course_and_its_certificate(town, person):
    enrolment = town.add_completed(person=person)
    certificate = factories.make_certificate(learner=person, award=enrolment.pk)
    text = show(person)
    assert ("Intercultural public service Municipalidad de Las Acacias · Desarrollo Comunitario / Oficina de Migrantes "
            "Always open 01 Sep 2026 31 Oct 2026 24.5 chronological 86.67%") in text
    assert f"Completed {certificate.folio} {certificate.code[:4]}-{certificate.code[4:8]}-" in text
    assert "2026 1 24.5 0" in text
    spanish = show(person, "es")
    assert "Interculturalidad en la atención municipal Municipalidad de Las Acacias" in spanish
    assert "01-09-2026 31-10-2026 24,5" in spanish


def test_record_says_the_rule_of_a_grade(town, person):
    enrolment = town.add_completed(person=person)
    enrolment.facts |= {"grade_scale": "chile", "exigency": "60"}
    enrolment.save()
    text = show(person)
    assert "86.67%, grade 6.0 (1)" in text
    assert "(1) Grades from 1.0 to 7.0; 4.0 is reached at 60%." in text


def test_record_shows_what_is_under_way_without_hours(town, person):
    town.add_started(person=person)
    assert "Intercultural public service Always open 01 Sep 2026 – – In progress –" in show(person)


def test_record_marks_earlier_records(town, person):
    factories.make_earlier_record(learner=person, started_on=dt.date(2019, 8, 1), grade="6,5", number="A-17")
    text = show(person)
    assert "Earlier records are not issued by Puentes." in text
    assert ("Atención a personas migrantes Academia Municipal 01 Aug 2019 30 Aug 2019 16 pedagogical 6,5 A-17 "
            "Paper certificate Carpeta 12, hoja 3") in text
    assert "Hours of earlier records by year" in text
    assert "2019 1 0 16" in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_record_is_tagged_titled_and_in_its_language(town, person, language):
    town.add_completed(person=person)
    content = make_record_pdf(person=person, language=language, now=NOW)
    root = read(content).trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert "María José Ñancupil Gutiérrez" in read(content).metadata.title
    metadata = root["/Metadata"].get_data()
    assert b"pdfuaid:part>1<" in metadata
    assert b"pdfaid:part>3<" in metadata
    assert b"pdfaid:conformance>A<" in metadata
    assert {"/Table", "/TR", "/TH", "/TD", "/H1", "/H2", "/Link"} <= get_tags(root["/StructTreeRoot"])


def get_tags(node):
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*map(get_tags, node))
    if not hasattr(node, "get"):
        return set()
    found = {node["/S"]} if "/S" in node else set()
    return found | (get_tags(node["/K"]) if "/K" in node else set())


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_record_is_well_formed(town, person, tmp_path):
    (tmp_path / "record.pdf").write_bytes(make_record_pdf(person=person, language="es", now=NOW))
    assert subprocess.run(["qpdf", "--check", tmp_path / "record.pdf"], capture_output=True).returncode == 0


def test_record_of_a_name_in_another_script_is_made(town):
    person = town.add_person(given_names="小明", first_surname="王")
    assert make_record_pdf(person=person, language="es", now=NOW).startswith(b"%PDF")


def fill(town, person, number):
    """A course under way, and ``number`` completed ones, certificates and earlier records."""
    town.add_started(person=person, edition=factories.make_edition(course_page=town.course))
    for index in range(number):
        enrolment = town.add_completed(person=person, edition=factories.make_edition(course_page=town.course),
                                       completed_at=COMPLETED - dt.timedelta(days=90 * index))
        factories.make_certificate(learner=person, award=enrolment.pk, now=enrolment.completed_at)
        factories.make_earlier_record(learner=person, titles={"es": f"Curso anterior {enrolment.pk}"})


def test_record_asks_as_often_for_one_course_as_for_many(town, person, django_assert_num_queries):
    fill(town, person, 1)
    with django_assert_num_queries(5):
        make_record_pdf(person=person, language="es", now=NOW)
    fill(town, person, 3)
    with django_assert_num_queries(5):
        make_record_pdf(person=person, language="es", now=NOW)


def test_record_of_fifty_courses_is_made_at_once(town, person):
    fill(town, person, 50)
    make_record_pdf(person=person, language="es", now=NOW)  # loads the fonts
    times = []
    for _repeat in range(5):
        began = time.process_time()
        content = make_record_pdf(person=person, language="es", now=timezone.now())
        times.append(time.process_time() - began)
    assert min(times) < 0.1
    assert len(read(content).pages) > 5
    assert f"Total 50 {'1225'}" in get_text(content).replace(".", "")
