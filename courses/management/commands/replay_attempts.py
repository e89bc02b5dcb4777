import json

from django.core.management.base import BaseCommand, CommandError

from assessments.models import Attempt
from assessments.regrading import replay
from courses.models import QuizPage


class Command(BaseCommand):
    help = ("Grade every finished attempt again from what was frozen, and report what differs from what is stored. "
            "Nothing is changed. Marks that people gave are inputs.")

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every quiz")
        which.add_argument("--quiz", metavar="SLUG", help="the quizzes whose page has this slug, in any language")
        parser.add_argument("--report", choices=["json"], help="one JSON object instead of sentences")

    def handle(self, *args, **options):
        replayed, differences = 0, []
        for attempt, difference in replay(self._find_attempts(options["quiz"])):
            replayed += 1
            if difference:
                differences.append({"attempt": str(attempt.pk), **difference})
        if options["report"]:
            self.stdout.write(json.dumps(
                {"replayed": replayed, "different": len(differences), "differences": differences}))
            return
        self.stdout.write(f"{replayed} attempts replayed, {len(differences)} different.")
        for difference in differences:
            self.stdout.write(f"{difference['attempt']}: stored {difference['stored']}, "
                              f"computed {difference['computed']}")

    @staticmethod
    def _find_attempts(slug):
        if not slug:
            return Attempt.objects.all()
        activities = set(QuizPage.objects.filter(slug=slug).values_list("translation_key", flat=True))
        if not activities:
            raise CommandError(f"There is no quiz whose page has the slug {slug!r}.", returncode=2)
        return Attempt.objects.filter(activity__in=activities)
