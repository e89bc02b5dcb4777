import json
import os
import random
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from assessments.formats.model import PARTS
from assessments.models import Question
from tests.factories import make_category, make_question

pytestmark = pytest.mark.django_db

NONE = dict.fromkeys(PARTS, 0)
GIFT = "::Una::¿Sí? {T}\n\n¿Cuál? {=a ~b}\n\nSolo un texto.\n\n::Mala::¿Y? {~a ~b}\n"
AIKEN = "¿Cuál es la capital?\nA) Lima\nB) Santiago\nANSWER: B\n"


@pytest.fixture
def run(tmp_path, capsys):
    """What the command prints for a file of ``data``, and its exit code."""

    def run(data=None, *args, path=None):
        if path is None:
            path = tmp_path / "file"
            path.write_bytes(data)
        code = 0
        try:
            call_command("import_questions", str(path), *args)
        except SystemExit as error:
            code = error.code
        return json.loads(capsys.readouterr().out), code

    return run


def test_import_prints_what_became_of_a_file(run):
    assert run(GIFT.encode()) == ({
        "format": "gift", "read": 3, "imported": 2, "by_type": NONE | {"true_false": 1, "single_choice": 1},
        "refused": [{"line": 7, "name": "Mala", "type": "multichoice", "reason": "No option is right."}]}, 0)
    assert Question.objects.count() == 2


def test_import_of_a_trial_saves_nothing(run):
    report, code = run(GIFT.encode(), "--dry-run", "--report", "json", "--category", "A/B")
    assert (report["imported"], code) == (2, 0)
    assert not Question.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_import_knows_encodings(run, encoding):
    run("¿Qué dirección tomó el año pasado? {=«ñandú» ~otra}".encode(encoding))
    content = Question.objects.get().version.content
    assert content["stem"]["es"] == "¿Qué dirección tomó el año pasado?"
    assert content["options"][0]["text"]["es"] == "«ñandú»"


def test_import_tells_formats_apart(run):
    assert run(AIKEN.encode())[0]["format"] == "aiken"
    assert run(AIKEN.replace("\n", "\r\n").encode("utf-16"))[0]["by_type"]["single_choice"] == 1


@pytest.mark.parametrize(("data", "format"), [
    (b"", "auto"), (b"  \n", "auto"), (random.Random(1).randbytes(100_000), "auto"),
    (random.Random(1).randbytes(100_000), "gift"), (b"\x89PNG\r\n\x1a\n" + bytes(500), "auto"),
    (b"Solo un texto sin preguntas.", "auto"), (b"PK\x03\x04" + bytes(100), "auto"), (b"PK\x03\x04", "gift"),
    (b"<?xml version='1.0'?><html/>", "gift"), ("ñ".encode() * 500 + b"\xff\xfe", "gift")])
def test_import_of_what_cannot_be_read_says_so(run, data, format):
    report, code = run(data, "--format", format)
    assert code == 2
    assert report.pop("error").endswith(".")
    assert report == {"format": None if format == "auto" else format, "read": 0, "imported": 0, "by_type": NONE,
                      "refused": []}


def test_import_of_what_is_no_file_says_so(run, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "pipe", "/dev/zero", f"{tmp_path}/{'a' * 500}"):
        report, code = run(path=path)
        assert (code, report["read"]) == (2, 0)
        assert report["error"].endswith(".")


def test_import_of_a_huge_file_takes_little_memory(run, tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    report, code = run(path=path)
    assert (code, report["error"].startswith("The file is larger than")) == (2, True)


def test_memory_stays_bounded_for_many_questions(tmp_path):
    """In a process of its own: reading 20,000 questions and making their values."""
    path = tmp_path / "many"
    path.write_text("".join(f"::P{number}::¿Cuánto es {number} + 1? {{={number + 1} ~{number}}}\n\n"
                            for number in range(20_000)))
    code = ("import sys, django; django.setup()\n"
            "from assessments.importing.sources import read, read_path\n"
            "from assessments.importing.values import make_body\n"
            "_format, found = read(read_path(sys.argv[1]))\n"
            "assert len(found.questions) == 20_000\n"
            "for record in found.questions[:2000]: make_body(record, 'es')\n"
            # Of the program itself: getrusage counts what this process held when it was forked.
            "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n")
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=120, capture_output=True,
                          env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"})
    assert int(done.stdout) < 500_000  # kilobytes


def test_export_writes_a_category_and_those_below_it(tmp_path, capsys):
    parent = make_category(name="Compras")
    make_question(category=parent, kind="true_false", code="vf")
    make_question(category=make_category(name="Ley", parent=parent), code="una")
    make_question(kind="true_false")
    out = tmp_path / "out.txt"
    call_command("export_questions", "--category", "Compras", "--format", "gift", "--out", str(out))
    assert capsys.readouterr().out.strip() == "2"
    text = out.read_text()
    assert text.index("// [id:vf]") < text.index("$CATEGORY: Ley") < text.index("// [id:una]")


def test_export_says_what_it_leaves_out(tmp_path, capsys):
    category = make_category(name="Compras")
    make_question(category=category, kind="multiple_choice")
    call_command("export_questions", "--category", "Compras", "--format", "aiken", "--out", str(tmp_path / "out"))
    captured = capsys.readouterr()
    assert captured.out.strip() == "0"
    assert "The format has single choice only." in captured.err


def test_export_of_what_is_not_there_says_so(tmp_path):
    make_category(name="Compras")
    with pytest.raises(CommandError, match="no such category"):
        call_command("export_questions", "--category", "Ventas", "--format", "gift", "--out", str(tmp_path / "out"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_questions", "--category", "Compras", "--format", "gift", "--out", str(tmp_path))
