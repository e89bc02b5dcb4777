"""The printed certificate, as a document that can be kept for ever and read aloud."""

import json
from pathlib import Path

from certificates import document_data
from certificates.looks import get_look
from certificates.snapshot import read_snapshot
from lms.typesetting import draw, typeset

TEMPLATE = Path(__file__).resolve().parent / "documents" / "certificate.typ"
PREVIEW_PPI = 110


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
    return typeset(TEMPLATE, inputs=_get_inputs(data, look, credential), at=certificate.issued_at)


def render_pages(*, certificate, snapshot, look, languages, check_url):
    """The pages of a certificate that need not exist, as PNG, to look at while a template is written."""
    data = document_data.build(certificate=certificate, snapshot=snapshot, look=look, languages=languages,
                               check_url=check_url)
    return draw(TEMPLATE, inputs=_get_inputs(data, look, None), kind="png", ppi=PREVIEW_PPI)


def _get_inputs(data, look, credential):
    inputs = {"data": json.dumps(data), **look.pictures}
    return {**inputs, "credential": credential} if credential else inputs
