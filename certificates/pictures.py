"""Logos and images of signatures: what is taken, and in what form it is kept and printed."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LEAST_WIDTH = 120  # pixels; less than that prints as blots
PRINTED = (640, 256)  # 300 dots an inch at the largest size that a layout gives to a picture


class PictureRefused(Exception):
    """The message is for whoever sent the file."""


@dataclass(frozen=True)
class Picture:
    """A PNG as it is printed."""

    content: bytes

    @cached_property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()


def check_picture(file):
    """The Picture that is kept of an uploaded ``file`` (open for reading, with ``size``): decoded and written anew, so
    that nothing is left of what it may hold beside the image; upright, without empty margins, no larger than is
    printed. The same file always gives the same bytes. Raises PictureRefused."""
    if file.size > MOST_BYTES:
        raise PictureRefused(_("The file is larger than 5 MB. Save the picture smaller and choose it again."))
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise PictureRefused(_("The picture has more than 40 million pixels. Save it smaller and choose it again."))
        image = ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError as error:
        raise PictureRefused(_("The file is not a picture in PNG, JPEG or WebP. A drawing (SVG, PDF, AI) has to be "
                               "saved as PNG first, at least 1,000 pixels wide.")) from error
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureRefused(_("The picture is damaged and cannot be read. Save it again and choose it again.")
                             ) from error
    image = _without_margins(image)
    if image is None:
        raise PictureRefused(_("The picture is empty: all of it has the same colour."))
    if image.width < LEAST_WIDTH:
        raise PictureRefused(_("The picture is too small to be printed: it is %(width)d pixels wide without its empty "
                               "margins, and needs %(least)d.") % {"width": image.width, "least": LEAST_WIDTH})
    image.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    plain = Image.new("RGBA", image.size)  # what is saved of an image that was opened takes its metadata along
    plain.paste(image)
    content = io.BytesIO()
    # Each document holds its pictures: 256 colours are a quarter of the bytes.
    plain.quantize(256, method=Image.Quantize.FASTOCTREE).save(content, "PNG", optimize=True)
    return Picture(content.getvalue())


def _without_margins(image):
    """Cut to what differs from the colour of the corner, with what is transparent as white; None when nothing does."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    ground = Image.new("RGB", image.size, paper.getpixel((0, 0)))
    # Paper in a scan is never of one colour.
    differs = ImageChops.difference(paper, ground).convert("L").point(lambda level: 255 if level > 24 else 0)
    box = differs.getbbox()
    return image.crop(box) if box else None
