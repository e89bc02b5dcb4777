"""``python -m tests.catalogues``: every text of the code is in every catalogue, translated, certain, and with the same
placeholders. Needs GNU gettext."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CODE = ("lms", "courses", "assessments", "certificates", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")


def extract_texts():
    """The entries that makemessages finds in a copy of the code; the catalogues themselves stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        for name in CODE:
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns(
                "locale", "demonstration", "__pycache__", "*.svg", "*.webm", "*.pdf"))
        Path(folder, "locale").mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "xx", "--no-wrap", "--verbosity", "0"]
        subprocess.run(command, cwd=folder, env=environment, check=True)
        return list(polib.pofile(Path(folder, "locale", "xx", "LC_MESSAGES", "django.po")))


def find_problems(texts, catalogue):
    """One sentence for each text that a reader of the catalogue's language would not get right."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in catalogue if not entry.obsolete}
    for text in texts:
        entry = known.get((text.msgctxt, text.msgid))
        if entry is None or entry.msgid_plural != text.msgid_plural:
            yield f"is missing: {text.msgid!r} ({text.occurrences[0][0]})"
        elif entry.fuzzy:
            yield f"is not certain (fuzzy): {text.msgid!r}"
        elif not entry.translated():
            yield f"is not translated: {text.msgid!r}"
        else:
            yield from find_placeholder_problems(entry)


def find_placeholder_problems(entry):
    """A plural form may leave a placeholder out (“one course”), yet invents none; any other text has the same ones."""
    expected = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for translation in entry.msgstr_plural.values() or [entry.msgstr]:
        found = set(PLACEHOLDER.findall(translation))
        if found - expected or (expected - found and not entry.msgid_plural):
            yield f"has other placeholders: {entry.msgid!r} has {sorted(expected)}, {translation!r} has {sorted(found)}"


def main():
    texts = extract_texts()
    catalogues = sorted((ROOT / "lms" / "locale").glob("*/LC_MESSAGES/django.po"))
    if not any(path.parent.parent.name == "es" for path in catalogues):
        sys.exit("There is no Spanish catalogue: run python3 dev.py messages es")
    failed = False
    for path in catalogues:
        language = path.parent.parent.name
        if language == "en":  # the texts of the code are English
            continue
        problems = list(find_problems(texts, polib.pofile(path)))
        failed = failed or bool(problems)
        print("\n".join(f"{language}: a text {problem}" for problem in problems)  # noqa: T201
              or f"{language}: {len(texts)} texts, all translated")
    for path in sorted((ROOT / "lms" / "locale_of_packages").glob("*/LC_MESSAGES/*.po")):
        problems = [problem for entry in polib.pofile(path) for problem in find_placeholder_problems(entry)]
        failed = failed or bool(problems)
        print("\n".join(f"{path.relative_to(ROOT)}: a text {problem}" for problem in problems)  # noqa: T201
              or f"{path.relative_to(ROOT)}: placeholders as in the packages")
    sys.exit(failed)


if __name__ == "__main__":
    main()
