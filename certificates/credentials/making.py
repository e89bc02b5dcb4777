"""The signed credential of a certificate. Nothing is kept before it was read back and compared with what was issued."""

import json

from openbadgeslib.ob3 import OpenBadgeCredential

from certificates.credentials import lists, proofs
from certificates.credentials.building import build, certificate_facts, credential_id, read_facts
from certificates.credentials.did import issuer_did, verification_method
from certificates.keys import sign


class CredentialUnsound(Exception):
    """What was signed is not the credential of this certificate; the message says in what it differs. A mistake of
    ours: nothing that a person did leads to it."""


def make_credential(certificate, *, key, now):
    """The bytes of the credential, signed by ``key`` (an IssuerKey) at ``now``.

    Raises KeyUnavailable, KeyExposed, SnapshotAltered and CredentialUnsound."""
    if not certificate.status_list.published_at:
        lists.publish(certificate.status_list, key=key, now=now)
    try:
        signed = proofs.sign(build(certificate), signer=lambda data: sign(key=key, data=data),
                             multikey=key.public_key, method=verification_method(key), created=now)
    except proofs.ProofInvalid as error:
        raise CredentialUnsound(f"It cannot be signed: {error}") from error
    content = json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()
    credential = json.loads(content)
    if credential != signed:
        raise CredentialUnsound("What is kept is not what was signed.")
    _require_own(credential, certificate, key)
    return content


def _require_own(credential, certificate, key):
    """Raise CredentialUnsound unless ``credential``, whose proof holds, is the Open Badge of ``certificate``."""
    try:
        OpenBadgeCredential.from_vc_document(credential)
        facts = read_facts(credential)
    except (KeyError, TypeError, ValueError) as error:
        raise CredentialUnsound("It is no Open Badge of ours.") from error
    if facts != certificate_facts(certificate):
        raise CredentialUnsound("The facts are not those of the certificate.")
    names = (credential["id"], credential["issuer"]["id"], credential.get("credentialStatus"))
    if (*names, proofs.get_method(credential)) != (
            credential_id(certificate), issuer_did(), lists.entry(certificate), verification_method(key)):
        raise CredentialUnsound("It names another certificate, issuer, key or place in a status list.")
