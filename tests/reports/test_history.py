import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from certificates import earlier
from certificates.models import EarlierRecord, HistoryImport
from lms.accounts.models import AuditEvent, User
from lms.reports import history
from lms.reports.history import Fate
from lms.reports.history_columns import COLUMNS, write_refused, write_template
from lms.reports.history_reading import LONGEST, HistoryUnreadable, read_history
from tests import factories
from tests.reports.town import NOW

FULL = {
    "document": "12.345.678-5", "email": "ana@x.test", "title": "Trato digno", "title_en": "Dignity",
    "issuer": "Academia", "hours": "16,5", "hours_kind": "pedagógicas", "started_on": "01-08-2019",
    "completed_on": "30-08-2019", "grade": "6,5", "number": "A-17", "source": "Certificado en papel",
    "evidence": "Carpeta 12", "note": "Copia",
}


def make_csv(*rows, language="es", delimiter=";", encoding="utf-8-sig"):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column.headings[language] for column in COLUMNS])
    for row in rows:
        writer.writerow([{**FULL, **row}.get(column.key, "") for column in COLUMNS])
    return file.getvalue().encode(encoding)


def make_xlsx(*rows, language="es"):
    """The template, filled in."""
    file = io.BytesIO()
    write_template(file, language)
    book = openpyxl.load_workbook(file)
    for number, row in enumerate(rows, 2):
        for place, column in enumerate(COLUMNS, 1):
            book.worksheets[0].cell(number, place, {**FULL, **row}.get(column.key) or None)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(content, language="en"):
    with override("en"):
        return read_history(content, today=NOW.date(), language=language)


def begin(content, by, now=NOW):
    with override("en"):
        return history.begin_import(content=content, name="anteriores.csv", by=by, now=now, language="en")


def look(source, viewer):
    with override("en"):
        return history.look(source=source, viewer=viewer, now=NOW, language="en")


def save(source, by, **more):
    with override("en"):
        return history.save_import(source=source, by=by, now=NOW, language="en", **more)


@pytest.fixture
def ana(town):
    return town.add_person(email="ana@x.test", document=("rut", "12.345.678-5"))


# --- Reading ----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("content", [
    make_csv({}), make_csv({}, delimiter=","), make_csv({}, delimiter="\t"), make_csv({}, encoding="cp1252"),
    make_csv({"hours_kind": "pedagogical", "source": "paper certificate"}, language="en", encoding="utf-8"),
    make_xlsx({}), make_xlsx({"completed_on": dt.date(2019, 8, 30), "hours": 16.5}, language="en"),
], ids=["csv-cl", "csv-mx", "tabs", "windows", "english", "xlsx", "xlsx-typed"])
def test_file_is_read_whatever_it_was_written_with(content):
    row, = read(content)
    assert row.errors == []
    record = row.record
    assert {name: getattr(record, name) for name in (
        "titles", "issuer", "hours", "hours_kind", "started_on", "completed_on", "grade", "number", "source",
        "evidence_reference", "note")} == {
            "titles": {"es": "Trato digno", "en": "Dignity"}, "issuer": "Academia", "hours": Decimal("16.5"),
            "hours_kind": "pedagogical", "started_on": dt.date(2019, 8, 1), "completed_on": dt.date(2019, 8, 30),
            "grade": "6,5", "number": "A-17", "source": "paper", "evidence_reference": "Carpeta 12", "note": "Copia"}
    assert row.documents[0] == ("rut", "12345678-5")


def test_row_says_all_that_is_wrong_with_it_at_once():
    row, = read(make_csv({
        "document": "12.345.678-9", "email": "ana", "title": "", "issuer": "x" * 201, "hours": "many",
        "hours_kind": "solar", "started_on": "31-02-2019", "completed_on": "30-08-2030", "source": "hearsay",
        "evidence": ""}))
    assert row.record is None
    assert row.errors == [
        "E-mail: This is not an e-mail address.",
        "Identity document: This RUT is not valid. Check the digits and the one after the dash, for example "
        "12.345.678-5.",
        "Course title: This is missing.",
        "Hours: “many” is not a number.",
        "Kind of hours: “solar” is none of: chronological, pedagogical.",
        "Began on: “31-02-2019” is not a date. Write day, month and year, for example 31-12-2019.",
        "Completed on: This day is in the future or before 1950.",
        "Issued by: This is longer than 200 characters.",
        "Source: “hearsay” is none of: paper certificate, another system, official letter.",
        "Where the evidence is: This is missing.",
    ]


@pytest.mark.parametrize(("fields", "error"), [
    ({"document": "", "email": ""}, "Write the document or the e-mail of the person."),
    ({"document": "1,23E+07"}, "Identity document: The spreadsheet has shortened this number. Write it again as text."),
    ({"hours": "8", "hours_kind": ""}, "Kind of hours: Say whether they are chronological or pedagogical."),
    ({"hours": ""}, "Hours: This is missing."),
    ({"hours": "0"}, "Hours: Write more than 0 and less than 10,000 hours, with two decimals at most."),
    ({"hours": "NaN"}, "Hours: Write more than 0 and less than 10,000 hours, with two decimals at most."),
    ({"completed_on": "01-07-2019"}, "Completed on: The last day cannot be before the first."),
])
def test_row_is_refused_for(fields, error):
    row, = read(make_csv(fields))
    assert row.errors == [error]


def test_cell_of_any_column_that_is_too_long_is_refused():
    for column in COLUMNS:
        row, = read(make_csv({column.key: "x" * 1001}))
        most = {"email": 254}.get(column.key) or LONGEST.get(column.key, 400)
        assert f"{column.headings['en']}: This is longer than {most} characters." in row.errors


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_dates_are_those_that_the_spreadsheet_shows(epoch):
    file = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(make_xlsx({})))
    book.epoch = epoch
    place = next(place for place, column in enumerate(COLUMNS, 1) if column.key == "completed_on")
    book.worksheets[0].cell(2, place, dt.date(2019, 8, 30)).number_format = "dd-mm-yyyy"
    book.save(file)
    row, = read(file.getvalue())
    assert (row.errors, row.record.completed_on) == ([], dt.date(2019, 8, 30))


def test_cell_with_a_formula_is_refused():
    row, = read(make_xlsx({"issuer": "=1+1"}))
    assert row.errors[0] == "Issued by: The cell has a formula. Put its value in its place."


@pytest.mark.parametrize(("content", "sentence"), [
    (b"PK\x03\x04 no", "This is not an XLSX file"), (b"\0\1\2\3" * 100, "This is neither an XLSX nor a CSV file"),
    (b"", "The first rows have no headings that we know."), (b"a;b;c\r\n1;2;3", "The first rows have no headings"),
    ("Título del curso;Emitido por;Fuente\r\n".encode(), "These columns are missing:"),
    (make_csv({}).replace(b"Nota;", b"Color;"), "The column “Color” is unknown."),
    (make_csv({}).replace(b"Nota;", b"Horas;"), "A column is there twice."),
    (make_csv({}) + b'"open', "The quotation marks in this CSV file are not closed."),
    (make_csv(*[{}] * 2001), "The file has more than 2000 rows. Divide it."),
    (b" " * 5_000_001, "The file is larger than 5 MB. Divide it."),
])
def test_file_that_cannot_be_read_says_why(content, sentence):
    with pytest.raises(HistoryUnreadable, match=f"^{sentence}"):
        read(content)


# --- Whose it is ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("fields", [{"email": ""}, {"document": ""}, {"document": "12345678-5", "email": "ANA@x.test"}])
def test_person_is_found_by_document_or_mail(town, ana, fields):
    outcome, = look(begin(make_csv(fields), town.officer), town.officer)
    assert (outcome.fate, outcome.person) == (Fate.NEW, ana)


def test_document_and_mail_of_two_people_are_refused(town, ana):
    town.add_person(email="eva@x.test")
    outcome, = look(begin(make_csv({"email": "eva@x.test"}), town.officer), town.officer)
    assert (outcome.fate, outcome.row.errors) == (
        Fate.REFUSED, ["The document and the e-mail do not belong to the same person."])


def test_document_is_not_said_to_be_somebody_elses_elsewhere(town, ana):
    """What an officer is told does not depend on who has an account in another institution."""
    town.add_person(email="eva@x.test", organisation=town.borough, document=("rut", "15.509.661-6"))
    plain = town.add_person(email="plain@x.test")
    rows = [
        {"email": "eva@x.test"},  # the document of one's own, the e-mail of somebody elsewhere
        {"email": "plain@x.test", "document": "15.509.661-6"},  # the other way round
        {"document": "15.509.661-6", "given_names": "Eva", "first_surname": "Paz"},
        {"document": "7.654.321-6"},  # nobody's
    ]
    outcomes = look(begin(make_csv(*rows), town.officer), town.officer)
    assert [each.fate for each in outcomes] == [Fate.NEW, Fate.NEW, Fate.REFUSED, Fate.REFUSED]
    assert [each.person for each in outcomes] == [ana, plain, None, None]
    assert outcomes[2].row.errors == outcomes[3].row.errors == [
        "The document and the e-mail do not belong to the same person."]
    by_administrator = look(begin(make_csv(*rows), town.administrator), town.administrator)
    assert {each.fate for each in by_administrator} == {Fate.REFUSED}
    assert {error for each in by_administrator for error in each.row.errors} == set(outcomes[2].row.errors)


@pytest.mark.parametrize("fields", [
    {"email": "{mail}"}, {"email": "plain@x.test", "document": "{document}"}, {"document": "{document}"},
    {"email": "{mail}", "document": ""}, {"email": "", "document": "{document}"},
    {"email": "{mail}", "document": "{document}"}, {"email": "{mail}", "document": "", "completed_on": "ayer"},
    {"email": "{mail}", "document": "{document}", "completed_on": "ayer", "given_names": "Eva", "first_surname": "Paz"},
])
def test_answer_is_that_of_nobody_when_somebody_elsewhere_has_the_mail_or_document(town, ana, fields):
    town.add_person(email="eva@x.test", organisation=town.borough, document=("rut", "15.509.661-6"))
    town.add_person(email="plain@x.test")
    answers = []
    for mail, document in (("eva@x.test", "15.509.661-6"), ("nobody@x.test", "7.654.321-6")):
        row = {name: value.format(mail=mail, document=document) for name, value in fields.items()}
        outcome, = look(begin(make_csv(row), town.officer), town.officer)
        answers.append((outcome.fate, outcome.person, outcome.row.errors))
    assert answers[0] == answers[1]


def test_rows_that_contradict_each_other_about_a_new_person_are_refused(town):
    luz = {"document": "15.509.661-6", "email": "luz@x.test", "given_names": "Luz", "first_surname": "Vera"}
    source = begin(make_csv(luz, luz | {"email": "other@x.test"}, luz | {"document": "12.345.678-5", "title": "Dos"},
                            luz | {"title": "Tres"}), town.officer)
    outcomes = look(source, town.officer)
    assert [each.fate for each in outcomes] == [Fate.UNKNOWN, Fate.REFUSED, Fate.REFUSED, Fate.UNKNOWN]
    assert outcomes[1].row.errors == outcomes[2].row.errors == [
        "Another row has this document with another e-mail, or this e-mail with another document."]
    assert save(source, town.officer, place=town.unit) == 2
    assert User.objects.get(email__endswith="x.test").email == "luz@x.test"


def test_people_of_other_institutions_are_not_for_an_officer(town, ana):
    names = {"given_names": "Ana", "first_surname": "Soto"}
    source = begin(make_csv(names), town.stranger)
    outcome, = look(source, town.stranger)
    assert (outcome.fate, outcome.person) == (Fate.REFUSED, None)
    assert save(source, town.stranger, place=town.borough) == 0
    assert look(begin(make_csv({}), town.administrator), town.administrator)[0].fate == Fate.NEW
    assert not EarlierRecord.objects.exists()


def test_unknown_people_are_reported_and_only_added_when_asked_for(town):
    rows = [{"document": "15.509.661-6", "email": "New@x.test", "given_names": "Luz", "first_surname": "Vera",
             "title": title} for title in ("Uno", "Dos")]
    nameless = {"document": "", "email": "nobody@x.test"}
    source = begin(make_csv(*rows, nameless), town.officer)
    assert [each.fate for each in look(source, town.officer)] == [Fate.UNKNOWN, Fate.UNKNOWN, Fate.REFUSED]
    assert save(source, town.officer) == 0
    assert not User.objects.filter(email__endswith="x.test").exists()
    source = begin(make_csv(*rows, nameless), town.officer)
    assert save(source, town.officer, place=town.unit) == 2
    added = User.objects.get(email="new@x.test")
    assert (added.get_full_name(), added.document_number, added.has_usable_password()) == (
        "Luz Vera", "15509661-6", False)
    assert added.assignments.get().organisation == town.unit
    source.refresh_from_db()
    assert (source.saved, source.people_added) == (2, 1)


def test_same_record_is_recognised_in_the_file_and_in_what_is_saved(town, ana):
    source = begin(make_csv({}, {"title": "TRATO  DÍGNO"}, {"title": "Otro"}), town.officer)
    assert [each.fate for each in look(source, town.officer)] == [Fate.NEW, Fate.KNOWN, Fate.NEW]
    assert save(source, town.officer) == 2
    again = begin(make_csv({}, {"title": "Otro"}), town.officer)
    assert [each.fate for each in look(again, town.officer)] == [Fate.KNOWN, Fate.KNOWN]
    assert save(again, town.officer) == 0
    assert EarlierRecord.objects.count() == 2


def test_rows_cost_the_same_queries_whatever_their_number(town, ana, django_assert_num_queries):
    for rows in ([{}], [{"title": f"Curso {number}"} for number in range(30)]):
        source = begin(make_csv(*rows), town.officer)
        with django_assert_num_queries(5):
            look(source, town.officer)


# --- Saving and taking back -------------------------------------------------------------------------------------------

def test_nothing_is_saved_before_it_is_confirmed_and_nothing_twice(town, ana, django_capture_on_commit_callbacks):
    source = begin(make_csv({}), town.officer)
    assert not EarlierRecord.objects.exists()
    name = source.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert save(source, town.officer) == 1
    record = EarlierRecord.objects.get()
    assert (record.learner, record.title_key, record.added_by, record.added_at, record.source_import) == (
        ana, "trato digno", town.officer, NOW, source)
    source.refresh_from_db()
    assert (source.state, source.file.name) == ("saved", "")
    assert not source.file.storage.exists(name)
    with pytest.raises((earlier.ImportDone, ValueError)):
        save(source, town.officer)
    event = AuditEvent.objects.get(action="history.imported")
    assert (event.actor, event.details["records"]) == (town.officer, 1)
    assert "ana" not in str(event.details).lower().replace("sha256", "")


def test_import_is_taken_back_with_its_evidence(town, ana, django_capture_on_commit_callbacks):
    other = factories.make_earlier_record(learner=ana)
    source = begin(make_csv({}), town.officer)
    save(source, town.officer)
    record = source.records.get()
    with django_capture_on_commit_callbacks(execute=True):
        record = earlier.attach_evidence(record=record, file=io_file(b"%PDF-1.7 paper"), by=town.officer)
    assert record.evidence_extension == "pdf"
    with django_capture_on_commit_callbacks(execute=True):
        assert earlier.undo_import(source=source, by=town.officer, now=NOW) == 1
    assert list(EarlierRecord.objects.all()) == [other]
    assert not record.evidence.storage.exists(record.evidence.name)
    with pytest.raises(earlier.ImportDone):
        earlier.undo_import(source=source, by=town.officer, now=NOW)
    assert AuditEvent.objects.get(action="history.import_undone").details == {"records": 1}


def io_file(content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("Ana Soto 12.345.678-5.pdf", content)


def test_evidence_takes_the_place_of_the_one_before_and_has_no_name(town, ana, django_capture_on_commit_callbacks):
    record = factories.make_earlier_record(learner=ana)
    with django_capture_on_commit_callbacks(execute=True):
        first = earlier.attach_evidence(record=record, file=io_file(b"%PDF-1.7 one"), by=town.officer)
        second = earlier.attach_evidence(record=record, file=io_file(b"\x89PNG\r\n\x1a\n two"), by=town.officer)
    assert not first.evidence.storage.exists(first.evidence.name)
    assert second.evidence.storage.exists(second.evidence.name)
    assert "Ana" not in second.evidence.name
    assert second.evidence_extension == "png"


def test_import_is_discarded(town, ana, django_capture_on_commit_callbacks):
    source = begin(make_csv({}), town.officer)
    with django_capture_on_commit_callbacks(execute=True):
        earlier.discard_import(source=source)
    assert not source.file.storage.exists(source.file.name)
    saved = begin(make_csv({}), town.officer)
    save(saved, town.officer)
    with pytest.raises(earlier.ImportDone):
        earlier.discard_import(source=saved)


def test_import_that_nobody_saved_is_forgotten_after_a_week(town, ana, django_capture_on_commit_callbacks):
    from lms.reports.tasks import discard_abandoned_imports

    now = timezone.now()
    old, saved = (begin(make_csv({}), town.officer, now=now - earlier.KEPT_UNSAVED) for _time in range(2))
    recent = begin(make_csv({}), town.officer, now=now - earlier.KEPT_UNSAVED + dt.timedelta(minutes=5))
    save(saved, town.officer)
    with django_capture_on_commit_callbacks(execute=True):
        discard_abandoned_imports()
    assert set(HistoryImport.objects.all()) == {saved, recent}
    assert [each.file.storage.exists(each.file.name) for each in (old, recent)] == [False, True]
    assert discard_abandoned_imports.name in {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}


def test_upload_leaves_a_trace_without_names(town):
    source = begin(make_csv({}, {}), town.officer)
    event = AuditEvent.objects.get(action="history.uploaded")
    assert (event.actor, event.subject, event.details) == (
        town.officer, f"history-import:{source.pk}", {"sha256": source.sha256, "rows": 2})


def test_refused_rows_come_back_with_the_reasons_and_can_be_brought_again(town, ana):
    outcomes = look(begin(make_csv({"hours": "=2", "source": "hearsay"}), town.officer), town.officer)
    file = io.BytesIO()
    write_refused(file, outcomes, "en")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    header, values = sheet.iter_rows(values_only=True)
    assert header[-1] == "Why it was not added"
    assert values[-1].startswith("Hours: “=2” is not a number. Source: “hearsay” is none of")
    assert len(read(file.getvalue())[0].errors) == 2


@pytest.mark.parametrize("language", ["es", "en"])
def test_template_can_be_uploaded_as_it_is(language):
    file = io.BytesIO()
    write_template(file, language)
    assert read(file.getvalue()) == []
