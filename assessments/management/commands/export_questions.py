import shutil
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from assessments.importing.categories import find_category, in_category, split_path
from assessments.importing.exporting import export_questions
from assessments.importing.sources import FORMATS

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


class Command(BaseCommand):
    help = "Writes the questions of a category and of those below it to a file."

    def add_arguments(self, parser):
        parser.add_argument("--category", required=True, metavar="PATH")
        parser.add_argument("--format", choices=list(FORMATS), required=True)
        parser.add_argument("--out", required=True, metavar="FILE")
        parser.add_argument("--language", choices=LANGUAGES, default=settings.LANGUAGE_CODE)

    def handle(self, *args, category, format, out, language, **options):
        path = split_path(category)
        found = find_category(path)
        if found is None:
            raise CommandError("There is no such category.", returncode=2)
        exported = export_questions(in_category(found), format=format, language=language, base=path)
        try:
            with Path(out).open("wb") as file:
                shutil.copyfileobj(exported.file, file)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.", returncode=2) from error
        for each in exported.refused:
            self.stderr.write(f"Left out: {each.name}: {each.sentence}")
        for each in exported.changed:
            self.stderr.write(f"Changed: {each.name}: {each.sentence}")
        self.stdout.write(str(exported.total))
