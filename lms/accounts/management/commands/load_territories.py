from collections import Counter

from django.core.management.base import BaseCommand

from lms.accounts.models import Territory
from lms.accounts.territories import load_territories


class Command(BaseCommand):
    help = "Loads the official territories again (regions, provinces, communes, boroughs). It is safe to repeat."

    def handle(self, *args, **options):
        lines = load_territories(model=Territory)
        counts = Counter(Territory.objects.values_list("level", flat=True))
        self.stdout.write(f"{lines} lines read. Territories now: " + ", ".join(
            f"{counts[level]} {level}" for level in Territory.Level.values if counts[level]))
