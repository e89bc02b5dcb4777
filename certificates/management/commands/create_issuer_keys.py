from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates.keys import KeyUnavailable, create_key, get_signing_key, retire, sign
from certificates.models import IssuerKey
from certificates.outbox import plan_credentials
from certificates.unsigned import seal_unsigned


class Command(BaseCommand):
    help = ("Makes the keys that seal documents and sign digital credentials, where there are none. Safe to repeat. "
            "Private halves are files of PUENTES_KEYS_DIR, or stay in a hardware module (--pkcs11).")

    def add_arguments(self, parser):
        parser.add_argument("--rotate", action="store_true", help=(
            "make new keys and retire those in use; what these signed stays good"))
        parser.add_argument("--pkcs11", action="store_true", help=(
            "make them in the hardware module of PUENTES_PKCS11_MODULE, PUENTES_PKCS11_TOKEN and PUENTES_PKCS11_PIN"))

    def handle(self, *args, rotate, pkcs11, **options):
        storage = IssuerKey.Storage.PKCS11 if pkcs11 else IssuerKey.Storage.FILE
        now = timezone.now()
        try:
            for purpose in IssuerKey.Purpose.values:
                self._provide(purpose, storage=storage, rotate=rotate, now=now)
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        if number := seal_unsigned(by=None, now=now):
            self.stdout.write(f"{number} documents without a seal are made again by the workers.")

    def _provide(self, purpose, *, storage, rotate, now):
        in_use = list(IssuerKey.objects.usable(now).filter(purpose=purpose))
        if in_use and not rotate:
            key = get_signing_key(purpose=purpose, now=now)
            sign(key=key, data=b"Can it be used?")
            self.stdout.write(f"{key.key_id} is in use ({key.get_purpose_display()}): nothing to do.")
            return
        key = create_key(purpose=purpose, now=now, storage=storage)
        for old in in_use:
            retire(key=old, by=None, now=now)
            self.stdout.write(f"{old.key_id} is retired. It stays published, and what it signed stays good.")
        self.stdout.write(f"{key.key_id} was made ({key.get_purpose_display()}).")
        if purpose == IssuerKey.Purpose.CREDENTIAL and (number := plan_credentials(now=now)):
            self.stdout.write(f"{number} certificates without a credential are given one by the workers.")
