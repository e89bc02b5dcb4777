from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.keys import KeyUnavailable, get_signing_key, sign
from certificates.models import IssuerKey
from certificates.rotation import rotate


class Command(BaseCommand):
    help = ("Makes the keys that seal documents and sign digital credentials, where there are none. Safe to repeat. "
            "Private halves are files of PUENTES_KEYS_DIR, or stay in a hardware module (--pkcs11).")

    def add_arguments(self, parser):
        parser.add_argument("--rotate", action="store_true", help=(
            "make new keys and retire those in use; what these signed stays good"))
        parser.add_argument("--pkcs11", action="store_true", help=(
            "make them in the hardware module of PUENTES_PKCS11_MODULE, PUENTES_PKCS11_TOKEN and PUENTES_PKCS11_PIN"))

    def handle(self, *args, pkcs11, **options):
        storage = IssuerKey.Storage.PKCS11 if pkcs11 else IssuerKey.Storage.FILE
        now = timezone.now()
        try:
            for purpose in IssuerKey.Purpose.values:
                self._provide(purpose, storage=storage, may_rotate=options["rotate"], now=now)
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error

    def _provide(self, purpose, *, storage, may_rotate, now):
        in_use = get_signing_key(purpose=purpose, now=now)
        if in_use and not may_rotate:
            sign(key=in_use, data=b"Can it be used?")
            self.stdout.write(f"{in_use.key_id} is in use ({in_use.get_purpose_display()}): nothing to do.")
            return
        key, retired, number = rotate(purpose=purpose, storage=storage, by=None, now=now)
        for old in retired:
            self.stdout.write(f"{old.key_id} is retired. It stays published, and what it signed stays good.")
        self.stdout.write(f"{key.key_id} was made ({key.get_purpose_display()}).")
        if number:
            self.stdout.write(f"Certificates issued without one: the workers make {number} documents again.")
