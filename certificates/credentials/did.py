"""Who the issuer is, as a DID (https://w3c-ccg.github.io/did-method-web/): the platform's host publishes its keys."""

from urllib.parse import quote, urlsplit

from django.conf import settings

CONTEXT = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def issuer_did():
    """``did:web:`` and the host, with the colon before a port as ``%3A``."""
    return f"did:web:{quote(urlsplit(settings.BASE_URL).netloc, safe='')}"


def verification_method(issuer_key):
    """The address of a key in the DID document."""
    return f"{issuer_did()}#{issuer_key.key_id}"


def did_document(issuer_keys):
    """The DID document, a JSON value, with ``issuer_keys`` (IssuerKey of credentials)."""
    did = issuer_did()
    return {
        "@context": CONTEXT,
        "id": did,
        "verificationMethod": [
            {"id": verification_method(key), "type": "Multikey", "controller": did,
             "publicKeyMultibase": key.public_key}
            for key in issuer_keys
        ],
        "assertionMethod": [verification_method(key) for key in issuer_keys],
    }
