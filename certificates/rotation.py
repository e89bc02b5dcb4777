"""A new key of the issuer in the place of those in use."""

from contextlib import suppress

from django.conf import settings

from certificates.keys import KeyAlreadyEnded, create_key, retire
from certificates.models import IssuerKey
from certificates.outbox import plan_credentials
from certificates.unsigned import seal_unsigned


def rotate(*, purpose, storage, by, now):
    """Make a key and retire those that it takes the place of. Certificates that were issued while there was none get
    what they lack. Returns (new IssuerKey, [those retired], number of credentials or documents that are made later).

    Raises KeyUnavailable; then nothing was retired."""
    before = list(IssuerKey.objects.usable(now).filter(purpose=purpose))
    key = create_key(purpose=purpose, now=now, storage=storage, by=by)
    retired = []
    for each in before:
        with suppress(KeyAlreadyEnded):  # somebody else has rotated at the same moment
            retired.append(retire(key=each, by=by, now=now))
    if purpose == IssuerKey.Purpose.CREDENTIAL:
        return key, retired, plan_credentials(now=now)
    return key, retired, seal_unsigned(by=by, now=now)


def get_storage():
    """Where new keys are kept: in the hardware module when one is named."""
    return IssuerKey.Storage.PKCS11 if settings.PKCS11_MODULE else IssuerKey.Storage.FILE
