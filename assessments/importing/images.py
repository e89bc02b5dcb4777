"""Pictures that come with questions, and the library of images."""

import hashlib
import html
import io
from pathlib import PurePosixPath
from urllib.parse import quote

from django.core.files.images import ImageFile
from django.utils.text import slugify
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Collection

from assessments.formats.images import get_type
from assessments.formats.model import Image, QuestionRefused, Text
from assessments.formats.moodle_xml.texts import PLACE
from assessments.importing.texts import from_plain

MOST_PIXELS = 50_000_000
DAMAGED = "One of its images is damaged or too large to be shown."


def get_hash(data):
    """As Wagtail knows the bytes of an image."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def check_image(image):
    """Raise QuestionRefused for bytes that no image is made of, or too large a one. Reads the header alone."""
    try:
        with Picture.open(io.BytesIO(image.data)) as picture:
            width, height = picture.size
            picture.verify()
    except Exception as error:  # whatever a decoder says of bytes from outside
        raise QuestionRefused("image_damaged", DAMAGED) from error
    if width * height > MOST_PIXELS:
        raise QuestionRefused("image_damaged", DAMAGED)


def get_file_name(image):
    """Of the name in the file only what no path and no server gives a meaning to; the ending is that of its bytes."""
    return f"{slugify(PurePosixPath(image.name).stem)[:60] or 'image'}.{image.type}"


class Library:
    """Images of a file in the library, each once. ``made``: primary keys of those that were not there; ``stored``:
    their files, which stay when the transaction is rolled back."""

    def __init__(self, by=None):
        self.by, self.made, self.stored = by, [], []

    def keep(self, image, title):
        """The primary key of the image of the library with these bytes, made where there is none."""
        model, known = get_image_model(), get_hash(image.data)
        found = model.objects.filter(file_hash=known).order_by("pk").first()
        if found:
            return found.pk
        name = image.name.rpartition("/")[2]
        made = model(title=(title or name)[:255], collection=Collection.get_first_root_node(),
                     uploaded_by_user=self.by, file=ImageFile(io.BytesIO(image.data), name=get_file_name(image)))
        made._set_file_hash()
        made.save()
        self.made.append(made.pk)
        self.stored.append((made.file.storage, made.file.name))
        return made.pk

    def remove_files(self):
        for storage, name in self.stored:
            storage.delete(name)


def load_image(file_hash, name):
    """The Image with these bytes, or None when the library has it no more."""
    found = get_image_model().objects.filter(file_hash=file_hash).order_by("pk").first()
    return read_image(found, name) if found else None


def read_image(found, name):
    try:
        with found.file.open("rb") as file:
            data = file.read()
    except OSError:
        return None
    kind = get_type(data)
    return Image(name, kind, data) if kind else None


def add_images(text, images):
    """A Text of HTML with the pictures of a question below it; ``images``: [(Image, alt)]."""
    if not images:
        return from_plain(text)
    pictures = "".join(f'<p><img src="{PLACE}/{quote(image.name)}" alt="{html.escape(alt)}" /></p>'
                       for image, alt in images)
    return Text(html.escape(text, quote=False).replace("\n", "<br />") + pictures, "html",
                tuple(image for image, _alt in images))
