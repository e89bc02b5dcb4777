import io
import json
import shutil
import subprocess
import zipfile

import pytest

from lms.reports.zipping import describe_entries, open_stretch, write_directory

FILES = [("Ñancupil_María_2026-000001_es.pdf", b"%PDF uno" * 500), ("b.pdf", b""), ("c.pdf", b"tres"), ("d.pdf", b"x")]


def make_zip(stretches):
    """The bytes of a ZIP file made of stretches that know nothing of each other but their sizes."""
    whole, entries = b"", []
    for files in stretches:
        file = io.BytesIO()
        with open_stretch(file, offset=len(whole)) as archive:
            for name, content in files:
                archive.writestr(name, content)
            entries += json.loads(json.dumps(describe_entries(archive)))
        whole += file.getvalue()
    end = io.BytesIO()
    write_directory(end, offset=len(whole), entries=iter(entries))
    return whole + end.getvalue()


@pytest.mark.parametrize("stretches", [[FILES], [FILES[:1], FILES[1:3], FILES[3:]], [[], FILES, []], []])
def test_stretches_are_one_file(stretches):
    content = make_zip(stretches)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert [(entry.filename, archive.read(entry)) for entry in archive.infolist()] == [
            file for files in stretches for file in files]
    assert content.startswith((b"PK\3\4", b"PK\5\6"))


def test_names_that_are_not_ascii_say_that_they_are_utf8():
    with zipfile.ZipFile(io.BytesIO(make_zip([FILES[:2]]))) as archive:
        assert [bool(entry.flag_bits & 0x800) for entry in archive.infolist()] == [True, False]


def test_other_programs_read_it(tmp_path):
    unzip = shutil.which("unzip") or shutil.which("bsdtar")
    if unzip is None:
        pytest.skip("Neither unzip nor bsdtar is installed.")
    (tmp_path / "a.zip").write_bytes(make_zip([FILES[:2], FILES[2:]]))
    command = [unzip, "-tq", "a.zip"] if unzip.endswith("unzip") else [unzip, "-tf", "a.zip"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True).returncode == 0


def test_more_files_than_the_first_format_counts():
    entries = [[[2026, 11, 22, 0, 0, 0], f"{number}.pdf", 0, 0, 0, 5_000_000_000 + number, 0, 0, 20, 20, 0]
               for number in range(70_000)]
    end = io.BytesIO()
    write_directory(end, offset=5_000_070_000, entries=entries)
    assert b"PK\6\6" in end.getvalue()  # the end of a ZIP64 directory
