"""Badges: a picture of a certificate with its digital credential inside, as Open Badges 3.0 puts it into SVG and PNG.
Drawn when somebody asks; what is in it is the credential that was stored, byte for byte."""

import json
import re
import zlib
from pathlib import Path
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape

import png
from django.utils.translation import gettext as _
from django.utils.translation import override
from openbadgeslib import baking
from openbadgeslib.errors import LibOpenBadgesException

from certificates.snapshot import read_snapshot
from lms.typesetting import draw

TEMPLATE = Path(__file__).resolve().parent.parent / "documents" / "badge.typ"
CONTENT_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


class BadgeUnsound(Exception):
    """The picture does not give the credential back as it was put in."""


class NotABadge(ValueError):
    """The bytes are neither a PNG nor an SVG that can be read."""


def draw_badge(*, certificate, credential, kind):
    """The bytes of a picture of ``kind``, "svg" or "png", that holds ``credential`` (the bytes that are stored).

    Raises SnapshotAltered and BadgeUnsound."""
    snapshot = read_snapshot(certificate)
    with override(snapshot.language):
        data = {
            "language": snapshot.language,
            "kind": certificate.get_kind_display(),
            "title": snapshot.course_title(snapshot.language),
            "issuer": snapshot.issuer,
            "year": certificate.series,
        }
        # In the language of the picture, of which it is the text.
        words = _("Badge of %(issuer)s: %(kind)s, %(title)s, %(year)s") % data
    picture, = draw(TEMPLATE, inputs={"data": json.dumps(data)}, kind=kind, ppi=72)
    picture = (_bake_svg if kind == "svg" else _bake_png)(picture, credential.decode(), words)
    if read_badge(picture) != credential:
        raise BadgeUnsound(f"The {kind} of certificate {certificate.pk} does not give its credential back.")
    return picture


def read_badge(picture):
    """The bytes of the credential in an SVG or PNG that may come from anybody, or None. Raises NotABadge."""
    try:
        if picture.startswith(b"\x89PNG"):
            text = baking.extract_png(picture, keyword=baking.ITXT_KEYWORD_OB3)
        else:
            text = baking.extract_svg(picture, element=baking.SVG_ELEMENT_OB3, text_fallback=True)
    except (ExpatError, LibOpenBadgesException, png.Error, zlib.error, ValueError) as error:
        raise NotABadge from error
    return text and text.encode()


def _bake_svg(picture, credential, words):
    """``words`` are what a screen reader says in the place of the picture."""
    text = re.sub(r"<svg ", '<svg role="img" aria-labelledby="words" ', picture.decode(), count=1)
    text = re.sub(r"(<svg [^>]*>)", lambda match: f'{match[1]}<title id="words">{escape(words)}</title>', text, count=1)
    return baking.bake_svg(text.encode(), credential, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3,
                           as_text=True)


def _bake_png(picture, credential, words):
    described = baking.bake_png(picture, words, keyword=b"Description")
    return baking.bake_png(described, credential, keyword=baking.ITXT_KEYWORD_OB3)
