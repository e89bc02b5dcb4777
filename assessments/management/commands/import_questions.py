import json
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from assessments.formats.decoding import FileUnreadable
from assessments.formats.model import PARTS
from assessments.importing.categories import split_path
from assessments.importing.saving import import_questions
from assessments.importing.sources import FORMATS, read, read_path

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
UNREADABLE = 2


class Command(BaseCommand):
    help = ("Imports the questions of a file into the question bank and prints what became of them as JSON. Exits "
            "with 2 when the file cannot be read.")

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--format", choices=["auto", *FORMATS], default="auto")
        parser.add_argument("--category", default="", metavar="PATH", help=(
            "Where the questions go, such as «Compras/Ley 19.886»; a slash in a name is doubled. Categories of the "
            "file are made below it."))
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)
        parser.add_argument("--dry-run", action="store_true", help="Look at everything and save nothing.")
        parser.add_argument("--report", choices=["json"], default="json")

    def handle(self, *args, file, format, category, language, dry_run, **options):
        try:
            format, found = read(read_path(file), format)
        except FileUnreadable as error:
            self.write({"format": None if format == "auto" else format, **describe({}, ()), "error": error.sentence})
            sys.exit(UNREADABLE)
        outcome = import_questions(format=format, questions=found, language=language, base=split_path(category),
                                   is_trial=dry_run)
        self.write({"format": format, **describe(outcome.by_type, outcome.refused)})
        self.stderr.write(", ".join(f"{action}: {total}" for action, total in sorted(outcome.actions.items())))

    def write(self, report):
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))


def describe(by_type, refused):
    by_type = {kind: by_type.get(kind, 0) for kind in PARTS}
    imported = sum(by_type.values())
    return {"read": imported + len(refused), "imported": imported, "by_type": by_type, "refused": [
        {"line": each.line, "name": each.name, "type": each.type, "reason": each.sentence} for each in refused]}
