"""Private keys in files of settings.KEYS_DIR, which only the platform's own account may use."""

import os
import stat
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from certificates.key_errors import KeyExposed, KeyUnavailable


def get_path(key_id):
    return settings.KEYS_DIR / f"{key_id}.pem"


def write(*, key_id, private_key):
    """Raises KeyExposed when others may use the folder, and KeyUnavailable when nothing can be written there."""
    content = private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_private(settings.KEYS_DIR)
        with os.fdopen(os.open(get_path(key_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise KeyUnavailable(f"No key can be kept in {settings.KEYS_DIR}: {error.strerror}.") from error


def read(key_id):
    """The private key. Raises KeyUnavailable, or KeyExposed."""
    file = get_path(key_id)
    try:
        _require_private(file.parent)
        changed_at = _require_private(file).st_mtime_ns
    except OSError as error:
        raise KeyUnavailable(f"The key file {file} cannot be read: {error.strerror}. Put it back from its copy, or "
                             "make new keys with: manage.py create_issuer_keys --rotate") from error
    return _parse(file, changed_at)


@lru_cache(maxsize=16)
def _parse(file, changed_at):
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
        raise KeyExposed(f"Others may use {path}. Take that from them (chmod {mode} {path}) and consider the key "
                         "compromised if anybody else works on this machine.")
    return state
