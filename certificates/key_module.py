"""Private keys in a hardware module, spoken to by PKCS#11: they are made in it and never leave it."""

import hashlib
import os
import threading
from contextlib import contextmanager

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.conf import settings
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature, encode_named_curve_parameters

from certificates.key_errors import KeyUnavailable
from certificates.models import IssuerKey

P256, ED25519 = "secp256r1", "1.3.101.112"

_lock = threading.Lock()
_open = {}  # the session of this process, its number, and the keys that were found in it


def generate(*, key_id, purpose):
    """Make a pair of keys under the label ``key_id``; returns the public one. Raises KeyUnavailable."""
    seal = purpose == IssuerKey.Purpose.PDF
    kind, curve = (pkcs11.KeyType.EC, P256) if seal else (pkcs11.KeyType.EC_EDWARDS, ED25519)
    with _session() as session:
        parameters = session.create_domain_parameters(
            kind, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True)
        mechanism = None if seal else pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        public, _private = parameters.generate_keypair(label=key_id, store=True, mechanism=mechanism)
        if seal:
            return load_der_public_key(encode_ec_public_key(public))
        # The 32 bytes of RFC 8032, which some modules put into a DER octet string.
        return ed25519.Ed25519PublicKey.from_public_bytes(public[pkcs11.Attribute.EC_POINT][-32:])


def sign(*, key_id, purpose, data):
    """As ``certificates.keys.sign``."""
    with _session() as session:
        key = _open["keys"].get(key_id)
        if key is None:
            key = session.get_key(label=key_id, object_class=pkcs11.ObjectClass.PRIVATE_KEY)
            _open["keys"][key_id] = key
        if purpose == IssuerKey.Purpose.CREDENTIAL:
            return key.sign(data, mechanism=pkcs11.Mechanism.EDDSA)
        # Modules differ in which hashes they make themselves; all sign one that was made.
        return encode_ecdsa_signature(key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA))


@contextmanager
def _session():
    """The session of this process, for one thread at a time. After any error it is opened anew: a module that was away
    for a moment is found again."""
    with _lock:
        try:
            if _open.get("process") != os.getpid():
                _open.update(session=_connect(), process=os.getpid(), keys={})
            yield _open["session"]
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            _disconnect()
            raise KeyUnavailable(f"The hardware module ({settings.PKCS11_MODULE}, token {settings.PKCS11_TOKEN}) did "
                                 f"not do what was asked: {type(error).__name__}.") from error


def _connect():
    if not settings.PKCS11_MODULE:
        raise KeyUnavailable("No hardware module is named. Give PUENTES_PKCS11_MODULE, _TOKEN and _PIN.")
    library = pkcs11.lib(settings.PKCS11_MODULE)
    # A process that was forked from one that spoke to the module must introduce itself again.
    if _open:
        library.reinitialize()
    token = library.get_token(token_label=settings.PKCS11_TOKEN)
    return token.open(rw=True, user_pin=settings.PKCS11_PIN)


def _disconnect():
    session = _open.get("session") if _open.get("process") == os.getpid() else None
    _open.update(session=None, process=None, keys={})
    if session is not None:
        try:
            session.close()
        except pkcs11.PKCS11Error:
            return  # it is gone, which is why we are here
