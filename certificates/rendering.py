"""The printed certificate. Typst makes PDF/A-3a and PDF/UA-1 at once: it can be kept for ever and read aloud."""

import json
import logging
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import wording
from certificates.codes import grouped
from certificates.models import Certificate
from certificates.snapshot import read_snapshot

TEMPLATE = Path(__file__).resolve().parent / "documents" / "certificate.typ"
STANDARDS = ["a-3a", "ua-1"]

logger = logging.getLogger(__name__)
_of_this_thread = threading.local()


def render_pdf(*, certificate, language, check_url):
    """The bytes of the PDF in ``language``; the same certificate gives the same bytes. Queries nothing.

    Raises SnapshotAltered when the facts are not those that were issued."""
    data = document_data(certificate=certificate, language=language, check_url=check_url)
    # Data goes in as JSON: text in a name can never become Typst code.
    arguments = {"sys_inputs": {"data": json.dumps(data)}, "timestamp": int(certificate.issued_at.timestamp())}
    try:
        return _get_compiler("embedded", ignore_system_fonts=True).compile(pdf_standards=STANDARDS, **arguments)
    except typst.TypstError as error:
        # A script that the embedded fonts lack, such as Chinese: PDF/A forbids a missing glyph. The person gets the
        # certificate with the fonts of this machine, and without that promise.
        if "could not be displayed" not in error.message:
            raise
        logger.warning("Certificate %s has characters outside the embedded fonts.", certificate.pk)
        return _get_compiler("system", ignore_system_fonts=False).compile(**arguments)


def document_data(*, certificate, language, check_url):
    """What the template prints, as a JSON value: words of ``language`` around the frozen facts."""
    snapshot = read_snapshot(certificate)
    title = snapshot.course_title(language)
    with override(language):
        approval = certificate.kind == Certificate.Kind.APPROVAL
        facts = [
            (_("Duration"), wording.hours(snapshot), ""),
            (_("Dates"), wording.period(snapshot), ""),
            (_("Modality"), wording.modality(snapshot), ""),
            (_("Result"), wording.result(snapshot), wording.grade_rule(snapshot)),
            (_("Edition"), snapshot.edition, ""),
        ]
        issued_on = wording.day(certificate.issued_at.astimezone(ZoneInfo(settings.TIME_ZONE)))
        return {
            "language": language,
            "kind": certificate.get_kind_display(),
            "file_title": f"{certificate.get_kind_display()} {certificate.folio}",
            "issuer": snapshot.issuer,
            "intro": _("%(issuer)s certifies that") % {"issuer": snapshot.issuer},
            "holder": snapshot.holder,
            "person": [text for text in (wording.identity(snapshot), wording.staff_type(snapshot)) if text],
            "workplace": wording.workplace(snapshot),
            "act": _("completed and passed the course") if approval else _("attended the course"),
            "course": {"text": title, "language": language if language in snapshot.course else snapshot.language},
            "other_titles": [{"text": text, "language": other} for other, text in snapshot.course.items()
                             if text and text != title],
            "facts": [{"label": label, "value": value, "note": note} for label, value, note in facts if value],
            "contents_label": _("Contents"),
            "contents": snapshot.content_titles(language),
            "folio_label": _("Folio"),
            "folio": certificate.folio,
            "issued_label": _("Issued on"),
            "issued": issued_on,
            "code_label": _("Code"),
            "code": grouped(certificate.code).split("-"),
            "check_label": _("Check this certificate"),
            "check_url": check_url,
            "check_text": check_url.removeprefix("https://").removeprefix("http://"),
            "qr": segno.make(check_url, error="m", micro=False).svg_inline(scale=4, border=0, dark="#1F2A37"),
            "qr_alt": _("QR code with the address %(address)s") % {"address": check_url},
            "note": _("Certificate of training. It is not a certification of labour competences. Whether it is valid "
                      "can be checked at any time with its code."),
        }


def _get_compiler(name, **options):
    """One compiler a thread: it keeps fonts and template in memory and must not be shared."""
    compilers = _of_this_thread.__dict__
    if name not in compilers:
        compilers[name] = typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), **options)
    return compilers[name]
