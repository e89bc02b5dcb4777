"""What a file is, decided by what it holds and never by its name. Pure; every read is bounded."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image

MOST_ENTRIES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PIXELS = 60_000_000
DIRECTORY_LIMIT = 512 * 1024  # bytes of a zip's list of entries
TAIL = 66_000  # where a zip or a PDF says how it ends
PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the only ways in which documents are (ISO/IEC 21320-1)
ODT = b"application/vnd.oasis.opendocument.text"


class FileNotRead(ValueError):
    """The file is none of the types that are taken, or it is damaged, or it holds what must not be handed on.
    ``reason``: ``unknown``, ``damaged``, ``macros``, ``locked`` (it needs a password) or ``too_much`` inside."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FileType:
    name: str  # also its usual extension
    content_type: str
    check: Callable[[BinaryIO], None]


def identify(file):
    """The FileType of a file that is open for reading and can be sought. Raises FileNotRead."""
    file.seek(0)
    head = file.read(1024)
    if b"%PDF-" in head:  # other bytes before it are allowed (ISO 32000-1, annex H, note 13)
        name = "pdf"
    elif head.startswith(b"\xff\xd8\xff"):
        name = "jpg"
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        name = "png"
    elif head.startswith(b"PK\x03\x04"):
        name = "odt" if _is_odt(head) else "docx"
    else:
        raise FileNotRead("unknown")
    found = TYPES[name]
    found.check(file)
    file.seek(0)
    return found


def _is_odt(head):
    """The first entry of an OpenDocument is «mimetype», not packed (OpenDocument 1.3, part 2, 3.3)."""
    return head[30:38] == b"mimetype"


def _read_tail(file):
    size = file.seek(0, 2)
    file.seek(max(size - TAIL, 0))
    return file.read(TAIL)


def _check_pdf(file):
    tail = _read_tail(file)
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise FileNotRead("damaged")


def _check_jpeg(file):
    image = _open_image(file, "JPEG")
    # All of it is read, an eighth of it is kept.
    _run(image.draft, "RGB", (max(image.width // 8, 1), max(image.height // 8, 1)))
    _run(image.load)


def _check_png(file):
    _run(_open_image(file, "PNG").verify)  # the sums of all its parts


def _open_image(file, image_format):
    file.seek(0)
    image = _run(Image.open, file, formats=[image_format])
    if image.width * image.height > MOST_PIXELS:
        raise FileNotRead("too_much")
    return image


def _run(act, *args, **kwargs):
    try:
        return act(*args, **kwargs)
    except Image.DecompressionBombError:
        raise FileNotRead("too_much") from None
    # What Pillow raises for damaged images:
    except (OSError, SyntaxError, ValueError, EOFError, LookupError, ArithmeticError, struct.error):
        raise FileNotRead("damaged") from None


def _check_docx(file):
    names = _check_zip(file)
    if not {"[Content_Types].xml", "word/document.xml"} <= names.keys():
        raise FileNotRead("unknown")
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in f"/{name.lower()}"
           for name in names):
        raise FileNotRead("macros")
    if b"macroenabled" in _read_entry(file, "[Content_Types].xml").lower():
        raise FileNotRead("macros")


def _check_odt(file):
    names = _check_zip(file)
    if not {"mimetype", "content.xml"} <= names.keys() or _read_entry(file, "mimetype").strip() != ODT:
        raise FileNotRead("unknown")
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        raise FileNotRead("macros")


def _check_zip(file):
    """{name: its entry}. Its list of entries is measured before it is read."""
    tail = _read_tail(file)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise FileNotRead("damaged")
    total, directory_size = struct.unpack("<HI", tail[end + 10:end + 16])
    if total > MOST_ENTRIES or directory_size > DIRECTORY_LIMIT or b"PK\x06\x07" in tail:
        raise FileNotRead("too_much")  # the last is for archives of more than 4 GB
    with _open_zip(file) as archive:
        entries = archive.infolist()
    if len({entry.filename for entry in entries}) != len(entries):
        raise FileNotRead("damaged")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise FileNotRead("too_much")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileNotRead("locked")
    if any(entry.compress_type not in PACKED for entry in entries):
        raise FileNotRead("damaged")
    return {entry.filename: entry for entry in entries}


def _open_zip(file):
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        raise FileNotRead("damaged") from None


def _read_entry(file, name, most=1024 * 1024):
    with _open_zip(file) as archive:
        try:
            with archive.open(name) as entry:
                return entry.read(most)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError, EOFError, struct.error,
                zlib.error):
            raise FileNotRead("damaged") from None


TYPES = {each.name: each for each in (
    FileType("pdf", "application/pdf", _check_pdf),
    FileType("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _check_docx),
    FileType("odt", ODT.decode(), _check_odt),
    FileType("jpg", "image/jpeg", _check_jpeg),
    FileType("png", "image/png", _check_png),
)}
