import json
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
from PIL import Image

from certificates.credentials import badges
from certificates.credentials.badges import BadgeUnsound, NotABadge, draw_badge, read_badge
from certificates.credentials.making import make_credential
from certificates.credentials.verifying import verify
from tests.certificates.credentials.conftest import NOW
from tests.factories import make_certificate

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def credential(certificate, key):
    return make_credential(certificate, key=key, now=NOW)


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_badge_gives_its_credential_back_byte_for_byte(certificate, credential, kind):
    picture = draw_badge(certificate=certificate, credential=credential, kind=kind)
    assert read_badge(picture) == credential
    assert verify(read_badge(picture), now=NOW).holds


def test_an_svg_has_words_for_who_does_not_see_it_and_the_credential_where_the_standard_says(certificate, credential):
    root = ET.fromstring(draw_badge(certificate=certificate, credential=credential, kind="svg"))  # noqa: S314
    title = root.find(f"{SVG}title")
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", title.get("id"))
    assert "Interculturalidad en la atención municipal" in title.text
    assert "2026" in title.text
    inside = root.find("{https://purl.imsglobal.org/ob/v3p0}credential")
    assert json.loads(inside.text) == json.loads(credential)


def test_a_png_has_words_and_a_transparent_ground(certificate, credential):
    picture = draw_badge(certificate=certificate, credential=credential, kind="png")
    image = Image.open(BytesIO(picture))
    image.load()
    assert image.size == (512, 512)
    assert image.convert("RGBA").getpixel((0, 0))[3] == 0
    assert "Interculturalidad" in image.text["Description"]
    assert image.text["openbadgecredential"].encode() == credential


@pytest.mark.parametrize("title", ["Leyes <b>&</b> \"derechos\"", "x" * 200, "Palabras largas " * 20])
def test_any_title_can_be_drawn(key, title):
    certificate = make_certificate(now=NOW, course={"es": title})
    credential = make_credential(certificate, key=key, now=NOW)
    for kind in ("svg", "png"):
        assert read_badge(draw_badge(certificate=certificate, credential=credential, kind=kind)) == credential


def test_a_picture_that_lost_something_is_not_handed_out(certificate, credential, monkeypatch):
    monkeypatch.setattr(badges, "_bake_svg", lambda picture, credential, words: picture)
    with pytest.raises(BadgeUnsound):
        draw_badge(certificate=certificate, credential=credential, kind="svg")


@pytest.mark.parametrize("picture", [
    b"", b"GIF89a", b"<html></html", b"<!DOCTYPE x [<!ENTITY a 'a'>]><svg>&a;</svg>", b"\x89PNG\r\n\x1a\nxx"])
def test_what_is_no_such_picture_is_said_so(picture):
    with pytest.raises(NotABadge):
        read_badge(picture)
