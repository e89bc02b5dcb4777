from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from lms.privacy.models import PrivacyNotice
from lms.privacy.notices import publish_notice

FOLDER = Path(__file__).resolve().parents[2] / "notice"


class Command(BaseCommand):
    help = ("Publishes the privacy notice that comes with the platform, when none was published yet. Change it to your "
            "institution's in the administration, under Personal data.")

    def handle(self, **options):
        if PrivacyNotice.objects.exists():
            return
        publish_notice(texts={path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))},
                       changes={}, by=None, now=timezone.now())
        self.stdout.write("The privacy notice was published.")
