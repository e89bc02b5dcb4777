"""The keys of the issuer: made, used, retired and withdrawn here, wherever their private halves are kept.

``IssuerKey`` holds the public halves. A document or credential is signed by the newest key in use; a retired one signs
no more, and what it signed stays good; of a compromised one nothing is good any more."""

import secrets
from functools import lru_cache
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from openbadgeslib.ob3 import multikey_from_pem

from certificates import key_files, x509
from certificates.key_errors import KeyExposed, KeyUnavailable
from certificates.models import Artifact, Certificate, IssuerKey
from lms.accounts.audit import record_event

__all__ = [
    "KeyAlreadyEnded", "KeyExposed", "KeyUnavailable", "create_key", "get_certificates_signed_by", "get_key_file",
    "get_signing_key", "load_signing_key", "mark_compromised", "retire", "sign",
]


class KeyAlreadyEnded(Exception):
    """A key that was retired cannot be retired again, nor one that was withdrawn be withdrawn."""


def create_key(*, purpose, now, storage=IssuerKey.Storage.FILE, by=None):
    """A new key, usable from ``now``. The keys before it stay as they are. Raises KeyUnavailable, KeyExposed."""
    key_id = f"{purpose}-{now.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d}-{secrets.token_hex(4)}"
    # The private half first: a row without it could not sign, and one that is left over harms nobody.
    if storage == IssuerKey.Storage.PKCS11:
        public = _key_module().generate(key_id=key_id, purpose=purpose)
    else:
        seal = purpose == IssuerKey.Purpose.PDF
        private = ec.generate_private_key(ec.SECP256R1()) if seal else ed25519.Ed25519PrivateKey.generate()
        key_files.write(key_id=key_id, private_key=private)
        public = private.public_key()
    text = x509.make_chain(public_key=public, key_id=key_id, now=now) if purpose == IssuerKey.Purpose.PDF else (
        _multikey(public))
    with transaction.atomic():
        key = IssuerKey.objects.create(key_id=key_id, purpose=purpose, storage=storage, public_key=text, valid_from=now)
        record_event(actor=by, action="issuer_key.created", subject=f"issuer_key:{key_id}",
                     details={"purpose": str(purpose), "storage": str(storage)})
    return key


def get_signing_key(*, purpose, now):
    """The IssuerKey that signs at ``now``, or None when there is none. Whether its private half can be used shows when
    it signs."""
    return IssuerKey.objects.usable(now).filter(purpose=purpose).first()


def sign(*, key, data):
    """The signature of ``data`` (bytes): of a seal ECDSA over SHA-256 in DER, of a credential Ed25519 in 64 bytes.

    Raises KeyUnavailable, or KeyExposed."""
    if key.storage == IssuerKey.Storage.PKCS11:
        return _key_module().sign(key_id=key.key_id, purpose=key.purpose, data=data)
    private = load_signing_key(key)
    return private.sign(data, ec.ECDSA(hashes.SHA256())) if key.purpose == IssuerKey.Purpose.PDF else private.sign(data)


def get_key_file(issuer_key):
    return key_files.get_path(issuer_key.key_id)


def load_signing_key(issuer_key):
    """The private half of a key that is kept in a file. Raises KeyUnavailable, or KeyExposed."""
    if issuer_key.storage != IssuerKey.Storage.FILE:
        raise KeyUnavailable(f"The key {issuer_key} is not kept in a file.")
    private = key_files.read(issuer_key.key_id)
    if not _is_public_half(issuer_key.public_key, private):
        raise KeyUnavailable(f"The file {get_key_file(issuer_key)} holds another key than the one that was published "
                             f"as {issuer_key}.")
    return private


@transaction.atomic
def retire(*, key, by, now):
    """It signs no more; what it signed stays good. Raises KeyAlreadyEnded."""
    key = IssuerKey.objects.select_for_update().get(pk=key.pk)
    if key.retired_at or key.compromised_at:
        raise KeyAlreadyEnded
    key.retired_at = now
    key.save(update_fields=["retired_at"])
    record_event(actor=by, action="issuer_key.retired", subject=f"issuer_key:{key.key_id}")
    return key


@transaction.atomic
def mark_compromised(*, key, by, now):
    """Somebody else may have signed with it: it is published no more, and the certificates it signed
    (``get_certificates_signed_by``) must be issued again. Raises KeyAlreadyEnded."""
    key = IssuerKey.objects.select_for_update().get(pk=key.pk)
    if key.compromised_at:
        raise KeyAlreadyEnded
    key.compromised_at, key.retired_at = now, key.retired_at or now
    key.save(update_fields=["compromised_at", "retired_at"])
    record_event(actor=by, action="issuer_key.compromised", subject=f"issuer_key:{key.key_id}",
                 details={"certificates": get_certificates_signed_by(key).count()})
    return key


def get_certificates_signed_by(key):
    """The certificates in force, expired ones too, of which this key signed a document or the credential."""
    return Certificate.objects.issued().filter(pk__in=Artifact.objects.filter(key=key).values("certificate"))


@lru_cache(maxsize=16)
def _is_public_half(public, private):
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return public == _multikey(private.public_key())
    return public.startswith("-----BEGIN") and x509.read_chain(public)[0].public_key() == private.public_key()


def _multikey(public_key):
    return multikey_from_pem(public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _key_module():
    from certificates import key_module  # its library takes a third of a second, and few have a hardware module

    return key_module
