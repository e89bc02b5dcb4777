import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image, ImageDraw

from certificates.pictures import MOST_BYTES, PictureRefused, check_picture


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def upload(content, name="logo.png"):
    return SimpleUploadedFile(name, content)


def picture(*, kind="PNG", size=(400, 200), mode="RGB", ground="white", **options):
    image = Image.new(mode, size, ground)
    ImageDraw.Draw(image).rectangle((size[0] // 4, size[1] // 4, size[0] // 4 * 3 - 1, size[1] // 4 * 3 - 1),
                                    fill="#1D4E89")
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def open_kept(kept):
    return Image.open(io.BytesIO(kept.content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_kept_as_png_without_its_margins(kind):
    kept = open_kept(check_picture(upload(picture(kind=kind, size=(800, 400)))))
    assert kept.format == "PNG"
    assert abs(kept.width - 400) <= 8
    assert abs(kept.height - 200) <= 8


def test_picture_is_no_larger_than_it_is_printed():
    assert open_kept(check_picture(upload(picture(size=(4000, 800))))).size == (640, 128)


def test_picture_keeps_what_is_transparent():
    kept = check_picture(upload(picture(mode="RGBA", ground=(0, 0, 0, 0))))
    image = open_kept(kept)
    assert (image.size, image.mode) == ((200, 100), "P")
    half = picture(mode="RGBA", ground=(200, 0, 0, 128))
    assert open_kept(check_picture(upload(half))).convert("RGBA").getpixel((0, 0))[3] > 250  # cut to what differs


def test_picture_of_a_telephone_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    assert open_kept(check_picture(upload(picture(kind="JPEG", size=(400, 800), exif=exif)))).size[0] > 390


def test_picture_keeps_nothing_that_is_not_seen():
    exif = Image.Exif()
    exif[0x013B] = "Ana Pérez, Calle 1"
    content = picture(kind="JPEG", exif=exif, comment=b"secret") + b"<script>trailer</script>"
    kept = check_picture(upload(content)).content
    for hidden in (b"Calle", b"secret", b"script", b"eXIf", b"tEXt"):
        assert hidden not in kept


def test_same_file_gives_the_same_picture():
    assert check_picture(upload(picture())).sha256 == check_picture(upload(picture())).sha256


@pytest.mark.parametrize(("content", "sentence"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture in PNG, JPEG or WebP"),
    (b"", "not a picture in PNG, JPEG or WebP"),
    (b"%PDF-1.7", "not a picture in PNG, JPEG or WebP"),
    (picture(kind="GIF"), "not a picture in PNG, JPEG or WebP"),
    (picture()[:300], "damaged"),
    (picture(size=(100, 100)), "50 pixels wide"),
    (picture(kind="PNG", size=(7000, 6000)), "40 million pixels"),
    (b"\x00" * (MOST_BYTES + 1), "larger than 5 MB"),
])
def test_picture_is_refused_in_words(content, sentence):
    with pytest.raises(PictureRefused, match=sentence):
        check_picture(upload(content))


def test_picture_of_one_colour_is_refused():
    content = io.BytesIO()
    Image.new("RGB", (400, 200), "white").save(content, "PNG")
    with pytest.raises(PictureRefused, match="empty"):
        check_picture(upload(content.getvalue()))
