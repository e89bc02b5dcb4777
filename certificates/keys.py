"""The keys of the issuer. The private half of each is a file of its own below settings.KEYS_DIR, for the platform's
account only; the public half is an IssuerKey, which outlives it."""

import os
import secrets
import stat
from functools import lru_cache
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from openbadgeslib.ob3 import multikey_from_pem

from certificates.models import IssuerKey


class KeyUnavailable(Exception):
    """The private half of a key is not where it should be, or is not what it should be; the message says what to do."""


class KeyExposed(KeyUnavailable):
    """Others on the machine may read a private key, or put another in its place."""


def create_key(*, purpose, now):
    """A new key in a new file, usable from ``now``. The keys before it stay as they are."""
    key_id = f"{purpose}-{now.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y-%m-%d}-{secrets.token_hex(4)}"
    private_key, public_key = _MAKERS[purpose]()
    # The file first: a row without its file could not sign.
    _write(key_id, private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return IssuerKey.objects.create(key_id=key_id, purpose=purpose, public_key=public_key, valid_from=now)


def get_key_file(issuer_key):
    return settings.KEYS_DIR / f"{issuer_key.key_id}.pem"


def load_signing_key(issuer_key):
    """The private half of a key that is kept in a file. Raises KeyUnavailable, or KeyExposed."""
    if issuer_key.storage != IssuerKey.Storage.FILE:
        raise KeyUnavailable(f"The key {issuer_key} is not kept in a file.")
    file = get_key_file(issuer_key)
    try:
        _require_private(file.parent)
        changed_at = _require_private(file).st_mtime_ns
    except OSError as error:
        raise KeyUnavailable(f"The key file {file} cannot be read: {error.strerror}.") from error
    private_key = _read(file, changed_at)
    if issuer_key.purpose == IssuerKey.Purpose.CREDENTIAL and _multikey(private_key) != issuer_key.public_key:
        raise KeyUnavailable(f"The file {file} holds another key than the one that was published as {issuer_key}.")
    return private_key


def _make_credential_key():
    private_key = Ed25519PrivateKey.generate()
    return private_key, _multikey(private_key)


_MAKERS = {IssuerKey.Purpose.CREDENTIAL: _make_credential_key}


@lru_cache(maxsize=16)
def _multikey(private_key):
    public = private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return multikey_from_pem(public)


def _write(key_id, content):
    settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    _require_private(settings.KEYS_DIR)
    descriptor = os.open(settings.KEYS_DIR / f"{key_id}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=16)
def _read(file, changed_at):
    """Once a process; ``changed_at`` makes it read a file anew that was put in its place."""
    try:
        return load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, TypeError, ValueError) as error:
        raise KeyUnavailable(f"The key file {file} cannot be used: {type(error).__name__}.") from error


def _require_private(path):
    """The state of a file or folder that only its owner may read and change. Raises KeyExposed, OSError."""
    state = path.stat()
    if stat.S_IMODE(state.st_mode) & 0o077:
        mode = "700" if stat.S_ISDIR(state.st_mode) else "600"
        raise KeyExposed(f"Others may use {path}. Take that from them (chmod {mode}) and consider the key compromised "
                         "if anybody else works on this machine.")
    return state
