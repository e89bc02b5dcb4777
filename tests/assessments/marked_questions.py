"""Questions that a person marks, attempts that wait for it, and files to hand in."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assessments.file_types import ODT
from tests.assessments.kinds.marked import make_rubric
from tests.factories import localized, make_question

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\nstartxref\n9\n%%EOF\n"


def make_long_text(*, rubric=None, points="3", **fields):
    return make_question(kind="long_text", value={
        "points": points, "rubric": make_rubric() if rubric is None else rubric, "minimum": 0, "maximum": 0,
        "guide": localized("Busque un ejemplo concreto"), **fields})


def make_file_upload(*, types=("pdf", "docx", "odt", "jpg", "png"), megabytes=1, points="2", **fields):
    return make_question(kind="file_upload", value={
        "points": points, "rubric": [], "types": list(types), "megabytes": megabytes,
        "guide": localized("Mire la portada"), **fields})


def make_zip(entries):
    """``entries``: (name, bytes) pairs, the first one not packed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, (name, data) in enumerate(entries):
            archive.writestr(name, data, zipfile.ZIP_STORED if number == 0 else zipfile.ZIP_DEFLATED)
    return content.getvalue()


def make_docx(*more, types=b"<Types/>"):
    return make_zip([("[Content_Types].xml", types), ("word/document.xml", b"<w:document/>"), *more])


def make_odt(*more):
    return make_zip([("mimetype", ODT), ("content.xml", b"<office/>"), *more])


def make_image(image_format, size=(64, 48)):
    content = io.BytesIO()
    Image.effect_noise(size, 50).save(content, image_format)
    return content.getvalue()


def upload(content=PDF, name="informe.pdf"):
    return SimpleUploadedFile(name, content)
