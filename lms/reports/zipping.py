"""A ZIP file in stretches: each is made and kept by itself, and all of them, one after another, are the file. So work
that was interrupted goes on where it was, and nothing ever holds the whole.

Entries say where in the file they begin, and a directory at its end lists them all (PKWARE APPNOTE 4.3). The
standard library writes both; it is only told that the file begins further on."""

import zipfile
from contextlib import contextmanager

FIELDS = ("filename", "CRC", "compress_size", "file_size", "header_offset", "flag_bits", "compress_type",
          "create_version", "extract_version", "external_attr")


class _Stretch:
    """A file of which only what is written from ``offset`` on is there."""

    def __init__(self, file, offset):
        self.file, self.offset = file, offset

    def write(self, content):
        return self.file.write(content)

    def tell(self):
        return self.offset + self.file.tell()

    def seek(self, place, whence=0):
        if whence:
            raise OSError("Only places from the beginning of the ZIP file are known.")
        return self.offset + self.file.seek(place - self.offset)

    def seekable(self):
        return True

    def flush(self):
        self.file.flush()


@contextmanager
def open_stretch(file, *, offset):
    """A ZipFile that writes entries to ``file`` (empty, seekable) as if it began at ``offset`` of the whole, and stores
    them as they are: a PDF is compressed already. At the end ``file`` holds the entries, is where it ends, and has no
    directory; describe_entries says what the directory must."""
    archive = zipfile.ZipFile(_Stretch(file, offset), "w", zipfile.ZIP_STORED)
    try:
        yield archive
    finally:
        end = archive.start_dir - offset
        archive.close()
    file.seek(end)
    file.truncate()


def describe_entries(archive):
    """JSON of the entries of a ZipFile, for write_directory."""
    return [[list(entry.date_time), *(getattr(entry, name) for name in FIELDS)] for entry in archive.infolist()]


def write_directory(file, *, offset, entries):
    """Write to ``file`` the end of a ZIP file whose directory begins at ``offset``. ``entries``: an
    iterable of what describe_entries gives, of all stretches in their order."""
    archive = zipfile.ZipFile(_Stretch(file, offset), "w")
    for date_time, filename, *values in entries:
        entry = zipfile.ZipInfo(filename, tuple(date_time))
        for name, value in zip(FIELDS[1:], values, strict=True):
            setattr(entry, name, value)
        archive.infolist().append(entry)
    archive.close()
