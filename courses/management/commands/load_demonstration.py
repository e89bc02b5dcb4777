from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.demonstration.loading import ACCOUNTS, PASSWORD, is_loaded, load_demonstration


class Command(BaseCommand):
    help = "Load the demonstration once: courses in both languages, institutions and invented people."

    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *, accounts, **options):
        if not accounts:
            self.load()
        if is_loaded():
            self.stdout.write(f"Accounts, all with the password {PASSWORD}:")
            for email, description in ACCOUNTS:
                self.stdout.write(f"  {email:34}{description}")

    def load(self):
        if not settings.EMBEDDED:
            raise CommandError("The demonstration has known passwords: it is only loaded with PUENTES_EMBEDDED=true.")
        if is_loaded():
            self.stdout.write("The demonstration is there already; nothing was changed.")
            return
        # The people are invented: their mail must not go anywhere.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        load_demonstration(now=timezone.now(), report=self.stdout.write)
