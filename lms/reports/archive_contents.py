"""What goes into an archive of certificates: the documents under names that people read, and the index."""

import logging
import re
import shutil
import tempfile
import time
import unicodedata
import zipfile
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext
from django.utils.translation import gettext_lazy as _

from certificates import outbox, wording
from certificates.codes import grouped
from certificates.models import Artifact, Certificate, Outbox
from courses.models import Enrolment
from lms.reports.exports import Column, write_xlsx
from lms.reports.records import get_edition_names
from lms.reports.training_record import describe_state

PAUSE = 2  # seconds to wait for documents that another worker is making
LONGEST_NAME = 80
UNSAFE = re.compile(r"[^\w.-]+")

logger = logging.getLogger(__name__)


class IndexRow(NamedTuple):
    """One line of the index, with an empty text for what there is not."""

    surnames: str
    given_names: str
    course: str
    edition: str
    folio: str
    code: str
    issued_on: date | None
    state: str
    file_es: str
    file_en: str
    remark: str


COLUMNS = [
    Column("surnames", _("Surnames"), 26),
    Column("given_names", _("Given names"), 22),
    Column("course", _("Course"), 44),
    Column("edition", _("Edition"), 18),
    Column("folio", _("Certificate number"), 18),
    Column("code", _("Certificate code"), 22),
    Column("issued_on", _("Issued on"), 13, "date"),
    Column("state", _("State of the certificate"), 30),
    Column("file_es", _("File in Spanish"), 52),
    Column("file_en", _("File in English"), 52),
    Column("remark", _("Why there is no file"), 60),
]
NOT_COMPLETED = gettext_lazy("The course has not been completed.")
NOT_ISSUED = gettext_lazy("The course was completed, but no certificate was issued.")
REVOKED = gettext_lazy("The certificate was revoked.")
ERASED = gettext_lazy("The holder asked for their data to be erased: there is no document any more.")
NOT_MADE = gettext_lazy("The document cannot be made at the moment. The certificate holds all the same; ask for this "
                        "file again later or tell the administrators.")


def name_file(*, learner, certificate, language):
    """``Ñancupil_Gutiérrez_María_2026-000123_es.pdf``: unique by its number, safe on every system, read by people."""
    name = "_".join(filter(None, (learner.first_surname, learner.second_surname, learner.given_names)))
    name = UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip("._-")[:LONGEST_NAME]
    return "_".join(filter(None, (name, UNSAFE.sub("_", certificate.folio), language))) + ".pdf"


def add_certificates(archive, enrolments, *, languages, clock):
    """Write the documents of the certificates of ``enrolments`` to ``archive`` (a ZipFile open for writing). Returns
    for each enrolment a row of the index, as JSON; words are in the active language."""
    certificates = get_certificates(enrolments)
    names = get_edition_names(Enrolment.objects.filter(pk__in=[each.pk for each in enrolments]),
                              language=get_language())
    valid = [each for each in certificates.values() if _has_documents(each)]
    kinds = [Outbox.pdf_kind(language) for language in languages]
    artifacts = {(each.certificate_id, each.kind): each
                 for each in Artifact.objects.filter(certificate__in=valid, kind__in=kinds)}
    rows, waiting = [], []
    for enrolment in enrolments:
        certificate = certificates.get(enrolment.pk)
        row = _describe(enrolment, certificate, names, clock())
        rows.append(row)
        if certificate and _has_documents(certificate):
            for language in languages:
                waiting.append((enrolment.learner, certificate, language, row))
    for is_last in (False, True):
        waiting = [each for each in waiting if not _add(archive, *each, artifacts, clock())]
        if waiting and not is_last:
            time.sleep(PAUSE)
    for _learner, _certificate, _language, row in waiting:
        row["remark"] = str(NOT_MADE)
    return rows


def get_certificates(enrolments):
    """{enrolment id: the Certificate that says the course was completed}: that of the last cycle, in its newest
    version."""
    found = {}
    for certificate in Certificate.objects.of_completion().filter(award__in=[each.pk for each in enrolments]).exclude(
            state=Certificate.State.SUPERSEDED).order_by("cycle", "version"):
        found[certificate.award] = certificate
    return found


def _has_documents(certificate):
    return certificate.state == Certificate.State.ISSUED and not certificate.erased_at


def _add(archive, learner, certificate, language, row, artifacts, now):
    """Put one document into the archive. False when it could not be had."""
    try:
        if artifact := artifacts.get((certificate.pk, Outbox.pdf_kind(language))):
            content = outbox.read_artifact(artifact)
        else:
            content = outbox.get_pdf(certificate=certificate, language=language, now=now)
    except Exception as error:  # one document that cannot be had must not keep back all the others
        logger.warning("Certificate %s: no document in %s for an archive: %s.%s", certificate.pk, language,
                       type(error).__module__, type(error).__qualname__)
        return False
    name = name_file(learner=learner, certificate=certificate, language=language)
    moment = timezone.localtime(certificate.issued_at)
    archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), content)
    row["files"][language] = name
    return True


def _describe(enrolment, certificate, names, now):
    learner, edition = enrolment.learner, names[enrolment.edition_id]
    titles = enrolment.facts.get("titles", {})
    if not enrolment.completed_at:
        remark = NOT_COMPLETED
    elif certificate is None:
        remark = NOT_ISSUED
    elif certificate.state == Certificate.State.REVOKED:
        remark = REVOKED
    else:
        remark = ERASED if certificate.erased_at else ""
    return {
        "surnames": " ".join(filter(None, (learner.first_surname, learner.second_surname))),
        "given_names": learner.given_names,
        "course": titles.get(get_language()) or edition.title or next(iter(titles.values()), ""),
        "edition": edition.name,
        "folio": certificate.folio if certificate else "",
        "code": grouped(certificate.code) if certificate else "",
        "issued_on": timezone.localdate(certificate.issued_at).isoformat() if certificate else "",
        "state": describe_state(certificate, now=now) if certificate else "",
        "files": {},
        "remark": str(remark),
    }


def write_index(archive, rows, *, languages, about, at):
    """Write the workbook that lists everybody to ``archive``. ``about``: [[name, value]] of what the list is."""
    columns = [column for column in COLUMNS if not column.field.startswith("file_") or column.field[5:] in languages]
    with tempfile.TemporaryFile() as file:
        write_xlsx(file, map(_to_row, rows), columns,
                   [*about, [gettext("Made for"), wording.day(timezone.localdate(at))]],
                   fields=IndexRow._fields, title=gettext("Certificates"))
        file.seek(0)
        entry = zipfile.ZipInfo(f"{pgettext('file name', 'index')}.xlsx", timezone.localtime(at).timetuple()[:6])
        with archive.open(entry, "w") as target:
            shutil.copyfileobj(file, target)


def _to_row(row):
    return IndexRow(
        row["surnames"], row["given_names"], row["course"], row["edition"], row["folio"], row["code"],
        date.fromisoformat(row["issued_on"]) if row["issued_on"] else None, row["state"], row["files"].get("es", ""),
        row["files"].get("en", ""), row["remark"])
