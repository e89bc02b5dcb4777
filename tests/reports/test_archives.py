import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from django.utils.translation import override

from certificates import outbox
from certificates.models import Artifact, Certificate
from lms.accounts.models import AuditEvent
from lms.accounts.roles import Role, grant_role, revoke_role
from lms.reports import archive_contents, archives
from lms.reports.filters import CompletionFilters
from lms.reports.models import Archive
from tests import factories
from tests.reports.town import NOW

LATER = NOW + archives.LEASE + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(archive_contents, "PAUSE", 0)
    monkeypatch.setattr(archives, "PART", 2)


@pytest.fixture(autouse=True)
def quick_documents(monkeypatch):
    """What a certificate looks like is tested elsewhere; here its bytes say which it is."""
    monkeypatch.setattr(outbox, "render_pdf",
                        lambda *, certificate, language, **more: f"%PDF {certificate.folio} {language}".encode())


def begin(viewer, *, languages="es", now=NOW, **data):
    with override("en"):
        filters = CompletionFilters(data, viewer=viewer, now=now, language="en")
        assert filters.is_valid()
        return archives.begin(viewer=viewer, filters=filters, languages=languages)


def make(archive, *, now=NOW, seconds=60):
    claimed = archives.claim(now=now, archive_id=archive.pk)
    done = archives.work(claimed, clock=lambda: now, seconds=seconds)
    archive.refresh_from_db()
    return done


def read(archive):
    """({file name: content}, rows of the index without its header)."""
    _name, size, content = archives.fetch(archive=archive, viewer=archive.by)
    content = b"".join(content)
    assert len(content) == size == archive.size
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        files = {name: file.read(name) for name in file.namelist()}
    sheet = openpyxl.load_workbook(io.BytesIO(files.pop("index.xlsx"))).worksheets[0]
    _header, *rows = sheet.iter_rows(values_only=True)
    return files, rows


def certify(town, *, now=NOW, **person):
    enrolment = town.add_completed(**person)
    return factories.make_certificate(learner=enrolment.learner, award=enrolment.pk, now=now)


def has_files(archive):
    """The storage is that of all tests: others have left files there."""
    return str(archive.pk) in storages["private"].listdir("archives")[0]


def test_archive_holds_all_certificates_of_the_list_and_says_why_others_have_none(town):
    first = certify(town, first_surname="Ñancupil", second_surname="D'Íaz / Soto", given_names="María José")
    second = certify(town, first_surname="Araya", second_surname="", given_names="Luis")
    revoked = certify(town, first_surname="Rojas")
    Certificate.objects.filter(pk=revoked.pk).update(state="revoked", ended_at=NOW, reason="mistake")
    town.add_completed(first_surname="Tapia")
    town.add_started(first_surname="Vera")
    certify(town, organisation=town.borough)
    archive = begin(town.officer, languages="es,en")
    assert (archive.people, archives.count_done(archive)) == (5, 0)
    assert make(archive) is True
    assert (archive.state, archive.certificates, archives.count_done(archive)) == ("ready", 2, 5)
    files, rows = read(archive)
    names = [f"Araya_Luis_{second.folio}", f"Ñancupil_D_Íaz_Soto_María_José_{first.folio}"]
    assert files == {f"{name}_{language}.pdf": f"%PDF {certificate.folio} {language}".encode()
                     for name, certificate in zip(names, (second, first), strict=True) for language in ("es", "en")}
    by_name = {row[0]: row for row in rows}
    assert by_name["Araya"] == (
        "Araya", "Luis", "Intercultural public service", "Always open", second.folio, second_code(second),
        dt.datetime.fromisoformat("2026-11-22"), "Valid", f"{names[0]}_es.pdf", f"{names[0]}_en.pdf", None)
    assert by_name["Rojas Rojas"][7:] == (
        "Revoked on 22 November 2026. It was issued by mistake.", None, None, "The certificate was revoked.")
    assert by_name["Tapia Rojas"][10] == "The course was completed, but no certificate was issued."
    assert by_name["Vera Rojas"][10] == "The course has not been completed."


def second_code(certificate):
    return "-".join(certificate.code[start:start + 4] for start in range(0, 16, 4))


def test_archive_has_a_file_for_each_certificate_of_people_of_the_same_name(town):
    for _number in range(3):
        certify(town, first_surname="Soto", given_names="Ana")
    archive = begin(town.officer)
    make(archive)
    files, _rows = read(archive)
    assert len(files) == 3


def test_archive_keeps_to_the_filters(town):
    certify(town, first_surname="Araya")
    certify(town, first_surname="Bravo")
    archive = begin(town.officer, q="bravo")
    make(archive)
    _files, rows = read(archive)
    assert [row[0] for row in rows] == ["Bravo Rojas"]
    assert AuditEvent.objects.get(action="archive.requested").details["filters"] == {"q": True}


def test_archive_uses_documents_that_are_there_and_makes_those_that_are_not(town):
    certificate = certify(town)
    outbox.get_pdf(certificate=certificate, language="es", now=NOW)
    kept = Artifact.objects.get()
    make(begin(town.officer, languages="es,en"))
    assert Artifact.objects.get(kind="pdf_es") == kept
    assert Artifact.objects.filter(certificate=certificate, kind="pdf_en").exists()


def test_document_that_cannot_be_had_keeps_back_no_other(town, monkeypatch, caplog):
    broken, whole = certify(town, first_surname="Araya"), certify(town, first_surname="Bravo")
    real = outbox.get_pdf

    def get_pdf(*, certificate, **more):
        if certificate == broken:
            raise outbox.ArtifactDamaged(f"{certificate.learner.email} is not to be in a log")
        return real(certificate=certificate, **more)

    monkeypatch.setattr(outbox, "get_pdf", get_pdf)
    archive = begin(town.officer)
    make(archive)
    files, rows = read(archive)
    assert list(files.values()) == [f"%PDF {whole.folio} es".encode()]
    assert rows[0][9].startswith("The document cannot be made at the moment.")
    assert "ArtifactDamaged" in caplog.text
    assert broken.learner.email not in caplog.text


def test_killed_worker_loses_one_part_at_most(town, monkeypatch):
    """The lease of a worker that died ends; the next one finds what was made and makes the rest."""
    for number in range(5):
        certify(town, first_surname=f"Soto {number}")
    archive = begin(town.officer)
    made = []
    real = archives._make_part

    class Killed(BaseException):
        pass

    def make_part(archive, part, clock):
        if len(made) == 2:
            raise Killed
        made.append(part.number)
        real(archive, part, clock)

    monkeypatch.setattr(archives, "_make_part", make_part)
    with pytest.raises(Killed):
        make(archive)
    archive.refresh_from_db()
    assert (archive.state, archives.count_done(archive)) == ("working", 4)
    assert archives.claim(now=NOW, archive_id=archive.pk) is None  # the dead worker's lease
    monkeypatch.setattr(archives, "_make_part", real)
    rendered = []
    monkeypatch.setattr(outbox, "render_pdf", lambda *, certificate, **more: rendered.append(1) or b"%PDF")
    make(archive, now=LATER)
    files, rows = read(archive)
    assert (len(files), len(rows), len(rendered)) == (5, 5, 1)


def test_worker_that_comes_back_too_late_writes_nothing(town):
    certify(town)
    archive = begin(town.officer)
    late = archives.claim(now=NOW)
    make(archive, now=LATER)
    assert archive.state == "ready"
    size = archive.size
    assert archives.work(late, clock=lambda: LATER, seconds=60) is True
    archive.refresh_from_db()
    assert archive.size == size
    assert len(read(archive)[0]) == 1


def test_work_stops_when_its_time_is_over_and_goes_on(town):
    for number in range(5):
        certify(town, first_surname=f"Soto {number}")
    archive = begin(town.officer)
    assert make(archive, seconds=0) is False
    assert (archive.state, archives.count_done(archive), archive.leased_until) == ("working", 2, None)
    while archive.state == "working":
        make(archive, seconds=0)
    assert len(read(archive)[0]) == 5


def test_archive_that_fails_is_tried_again_and_given_up_in_the_end(town, monkeypatch):
    certify(town)
    archive = begin(town.officer)
    real = archives.add_certificates
    monkeypatch.setattr(archives, "add_certificates", lambda *args, **more: 1 / 0)
    now = NOW
    for attempt in range(1, Archive.MAX_ATTEMPTS + 1):
        make(archive, now=now)
        assert (archive.state, archive.attempts) == ("working", attempt)
        assert archive.next_at == now + archives.PAUSE * attempt
        assert archives.claim(now=now, archive_id=archive.pk) is None
        now = archive.next_at
    assert archives.claim(now=now, archive_id=archive.pk) is None
    archive.refresh_from_db()
    assert archive.state == "failed"
    monkeypatch.setattr(archives, "add_certificates", real)
    assert archives.restart(archive=archive, now=now) is True
    assert archives.restart(archive=archive, now=now) is False
    make(archive, now=now)
    assert archive.state == "ready"


def test_two_at_once_for_a_person(town):
    certify(town)
    first = begin(town.officer)
    begin(town.officer)
    with pytest.raises(archives.TooManyArchives):
        begin(town.officer)
    begin(town.unit_officer)
    make(first)
    begin(town.officer)


def test_list_that_is_empty_or_too_long_is_refused(town, monkeypatch):
    with pytest.raises(archives.NobodyInList):
        begin(town.officer)
    town.add_started()
    town.add_started()
    monkeypatch.setattr(archives, "MOST_PEOPLE", 1)
    with pytest.raises(archives.TooManyPeople):
        begin(town.officer)
    assert not Archive.objects.exists()


def test_cancelled_archive_leaves_nothing(town, django_capture_on_commit_callbacks):
    for number in range(3):
        certify(town, first_surname=f"Soto {number}")
    archive = begin(town.officer)
    make(archive, seconds=0)
    assert has_files(archive)
    late = archives.claim(now=NOW, archive_id=archive.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert archives.cancel(archive=archive, by=town.officer) is True
    assert not has_files(archive)
    assert archives.cancel(archive=archive, by=town.officer) is False
    archive.refresh_from_db()
    assert (archive.state, archive.described, archive.parts.count()) == ("cancelled", [], 0)
    assert archives.work(late, clock=lambda: NOW, seconds=60) is True
    archive.refresh_from_db()
    assert archive.state == "cancelled"
    assert AuditEvent.objects.filter(action="archive.cancelled").count() == 1


def test_archive_is_removed_when_its_time_is_over(town, django_capture_on_commit_callbacks):
    certify(town)
    archive = begin(town.officer)
    make(archive)
    assert archive.expires_at == NOW + Archive.KEPT
    with django_capture_on_commit_callbacks(execute=True):
        archives.remove_expired(now=archive.expires_at - dt.timedelta(seconds=1))
    assert has_files(archive)
    with django_capture_on_commit_callbacks(execute=True):
        archives.remove_expired(now=archive.expires_at)
    archive.refresh_from_db()
    assert (archive.state, archive.parts.count(), has_files(archive)) == ("removed", 0, False)


def test_leftovers_are_removed(town):
    certify(town)
    archive = begin(town.officer)
    make(archive)
    storages["private"].save("archives/00000000-0000-0000-0000-000000000000/000001", io.BytesIO(b"left"))
    archives.remove_leftovers()
    assert storages["private"].listdir("archives")[0] == [str(archive.pk)]


def test_archive_is_for_who_asked_and_while_the_rights_hold(town):
    certify(town)
    archive, of_administrator = begin(town.officer), begin(town.administrator)
    everybody = (town.officer, town.unit_officer, town.stranger, town.administrator)
    assert [archives.may_fetch(archive=archive, viewer=who) for who in everybody] == [True, False, False, False]
    assert [archives.may_fetch(archive=of_administrator, viewer=who) for who in everybody] == [False] * 3 + [True]
    grant = town.officer.role_grants.get()
    grant_role(user=town.officer, role=Role.HR_OFFICER, organisation=town.unit)
    revoke_role(grant=grant)
    assert archives.may_fetch(archive=archive, viewer=town.officer) is False
    revoke_role(grant=town.administrator.role_grants.get())
    town.administrator.refresh_from_db()
    assert archives.may_fetch(archive=of_administrator, viewer=town.administrator) is False


def test_index_and_parts_are_not_kept_in_the_database(town):
    certify(town)
    archive = begin(town.officer)
    make(archive)
    assert set(archive.parts.values_list("rows__0", "entries__0")) == {(None, None)}


def test_sweep_makes_what_was_asked_for(town):
    from lms.reports.tasks import make_archives

    certify(town)
    archive = begin(town.officer, now=timezone.now())
    make_archives()
    archive.refresh_from_db()
    assert archive.state == "ready"
