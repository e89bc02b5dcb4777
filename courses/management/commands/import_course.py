from django.core.management.base import BaseCommand, CommandError

from courses.importing.problems import CourseRejected
from courses.importing.writing import import_course
from courses.site_setup import set_up_site


class Command(BaseCommand):
    help = "Load a course written as files (docs/course-files.md). The same folder again updates the course."

    def add_arguments(self, parser):
        parser.add_argument("folder")

    def handle(self, *, folder, **options):
        set_up_site()
        try:
            page = import_course(folder, report=self.stdout.write)
        except CourseRejected as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from None
        self.stdout.write(self.style.SUCCESS(f"Loaded: {page.title}"))
