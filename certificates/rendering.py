"""The printed certificate. Typst makes PDF/A-3a and PDF/UA-1 at once: it can be kept for ever and read aloud."""

import json
import logging
import threading
from pathlib import Path

import typst

from certificates import document_data
from certificates.looks import get_look
from certificates.snapshot import read_snapshot

DOCUMENTS = Path(__file__).resolve().parent / "documents"
MAIN = DOCUMENTS / "certificate.typ"
STANDARDS = ["a-3a", "ua-1"]
PREVIEW_PPI = 110

logger = logging.getLogger(__name__)
_of_this_thread = threading.local()


def render_pdf(*, certificate, language, check_url, credential=None):
    """The bytes of the PDF in ``language``, or in several on the same page (``es_en``); the same certificate and
    ``credential`` (a text, attached as credential.json) give the same bytes. Queries only what its template is, once.

    Raises SnapshotAltered and TemplateAltered when it would not print what was issued."""
    snapshot = read_snapshot(certificate)
    look = get_look(certificate)
    # The language in which it was issued comes first.
    languages = sorted(language.split("_"), key=lambda each: each != snapshot.language)
    data = document_data.build(certificate=certificate, snapshot=snapshot, look=look, languages=languages,
                               check_url=check_url)
    arguments = {"sys_inputs": _get_inputs(data, look, credential),
                 "timestamp": int(certificate.issued_at.timestamp())}
    try:
        return _get_compiler("embedded", ignore_system_fonts=True).compile(pdf_standards=STANDARDS, **arguments)
    except typst.TypstError as error:
        # A script that the embedded fonts lack, such as Chinese: PDF/A forbids a missing glyph. The person gets the
        # certificate with the fonts of this machine, and without that promise.
        if "could not be displayed" not in error.message:
            raise
        logger.warning("Certificate %s has characters outside the embedded fonts.", certificate.pk)
        return _get_compiler("system", ignore_system_fonts=False).compile(**arguments)


def render_pages(*, certificate, snapshot, look, languages, check_url):
    """The pages of a certificate that need not exist, as PNG, to look at while a template is written."""
    data = document_data.build(certificate=certificate, snapshot=snapshot, look=look, languages=languages,
                               check_url=check_url)
    pages = _get_compiler("embedded", ignore_system_fonts=True).compile(
        format="png", ppi=PREVIEW_PPI, sys_inputs=_get_inputs(data, look, None))
    return pages if isinstance(pages, list) else [pages]


def _get_inputs(data, look, credential):
    """Everything goes in as JSON: text in a name can never become Typst code, and no file is read but the layouts."""
    inputs = {"data": json.dumps(data), **look.pictures}
    return {**inputs, "credential": credential} if credential else inputs


def _get_compiler(name, **options):
    """One compiler a thread: it keeps fonts and layouts in memory and must not be shared."""
    compilers = _of_this_thread.__dict__
    if name not in compilers:
        compilers[name] = typst.Compiler(str(MAIN), root=str(DOCUMENTS), **options)
    return compilers[name]
