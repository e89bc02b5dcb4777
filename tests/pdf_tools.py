"""What programs that nobody here wrote say of a PDF."""

import json
import subprocess
import sys

from tests.servers import ROOT


def run(*command, check=True):
    """What it printed, errors too."""
    process = subprocess.run([str(part) for part in command], check=check, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    return process.stdout


def make_trust_store(folder, roots):
    """A store of NSS, which pdfsig reads, that trusts ``roots``: PEM texts."""
    folder.mkdir()
    run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    for number, text in enumerate(roots):
        file = folder / f"{number}.pem"
        file.write_text(text)
        run("certutil", "-A", "-d", f"sql:{folder}", "-n", str(number), "-t", "C,C,C", "-i", file)
    return folder


def pdfsig(path, trust_store):
    """(what it says of the signature, of the certificate, whether the whole file is signed) of the only signature."""
    said = run("pdfsig", "-nssdir", f"sql:{trust_store}", path, check=False)
    assert said.count("Signature #") == 1, said
    lines = dict(line.strip(" -").split(": ", 1) for line in said.splitlines() if ": " in line)
    return (lines["Signature Validation"], lines.get("Certificate Validation", ""), "- Total document signed" in said)


def qpdf_check(path):
    """Its last word; an AssertionError with all it says when there is any error or warning."""
    process = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert process.returncode == 0, process.stdout + process.stderr
    return process.stdout


def get_attachments(path, folder):
    """{name: bytes}, by pdfdetach."""
    folder.mkdir()
    run("pdfdetach", "-saveall", "-o", folder, path)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def read_qr(path, folder):
    """What the QR code on the page says when the page is drawn and looked at."""
    run("pdftoppm", "-r", "150", "-png", "-singlefile", path, folder / "page")
    process = subprocess.run(["zbarimg", "--quiet", "--raw", folder / "page.png"], check=True, text=True,
                             capture_output=True)
    return process.stdout.strip()


def verapdf(*paths):
    """{path: {profile: what it breaks}}, of PDF/A-3a and PDF/UA-1. Takes seconds: give it all files at once."""
    process = subprocess.run([sys.executable, "-m", "tests.verapdf", *map(str, paths)], cwd=ROOT, text=True,
                             capture_output=True)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout.splitlines()[-1])
