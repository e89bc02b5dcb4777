"""Data Integrity proofs with eddsa-rdfc-2022 (https://www.w3.org/TR/vc-di-eddsa/), and nothing else: what is in a
credential is no business of this module. No other one knows the library that canonicalises JSON-LD.

What is signed is the graph that the JSON stands for. A term that no context defines is not in it, so a document whose
JSON says anything that the signature would not cover is neither signed nor accepted."""

import hashlib
import json
from datetime import UTC

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Parts of the library that it does not export: its own functions expand a document two or three times to sign or to
# check it, at four milliseconds each. Hence the exact pin in requirements/base.in; the tests compare with its verifier.
from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3._canon_guard import (
    CanonicalizationWorkExceeded,
    WorkBudget,
    canonize_dataset,
    isolate,
    node_map_pairs,
)
from openbadgeslib.ob3._context_validation import validate_document
from openbadgeslib.ob3._structure_screen import StructureLimitExceeded, screen
from openbadgeslib.ob3.contexts import document_loader
from openbadgeslib.ob3.did import _b58btc_decode, _b58btc_encode
from pyld import jsonld

CRYPTOSUITE = "eddsa-rdfc-2022"
LARGEST = 128 * 1024  # characters of a document that somebody brings; ours have five thousand
FIELDS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
ED25519_PREFIX = b"\xed\x01"


class ProofInvalid(Exception):
    """The signature is not of this key, or does not cover everything that the document says."""


class ProofMissing(ProofInvalid):
    """There is not exactly one proof of the kind that we make."""


def sign(document, *, signer, multikey, method, created):
    """``document``, a JSON value with its contexts, with a proof made at ``created``. ``signer(bytes)`` returns a
    signature of Ed25519; ``multikey`` is the public half of its key, and ``method`` the address of that.

    Raises ProofInvalid when the signature would not cover everything, or is not of that key."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": write_moment(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    data = _read(document, proof)
    signature = signer(data)
    _verify(signature, data, multikey)
    return {**document, "proof": [{**proof, "proofValue": f"z{_b58btc_encode(signature)}"}]}


def write_moment(value):
    """A moment as credentials write it, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def get_method(document):
    """The address of the key that is said to have signed. Raises ProofMissing."""
    return _get_proof(document)["verificationMethod"]


def check(document, *, multikey):
    """Raise ProofInvalid unless everything in ``document``, a JSON value that may come from anybody, was signed by the
    key whose public half is ``multikey``."""
    proof = _get_proof(document)
    try:
        signature = _b58btc_decode(proof["proofValue"].removeprefix("z"))
    except OB3VerificationError as error:
        raise ProofInvalid("The signature cannot be read.") from error
    _verify(signature, _read(document, proof), multikey)


class _Processor:
    """The part of a JSON-LD processor that validates and hashes a document, which expands each document once."""

    def __init__(self):
        self._jsonld = isolate(jsonld)
        self._expanded = []

    def expand(self, document, options):
        for known, expanded in self._expanded:
            if known is document:
                return expanded
        expanded = self._jsonld.expand(document, options)
        self._expanded.append((document, expanded))
        return expanded

    def compact(self, document, context, options):
        return self._jsonld.compact(document, context, options)

    def canonicalise(self, document, budget):
        """The N-Quads of RDFC-1.0. Raises CanonicalizationWorkExceeded for a graph made to be costly."""
        options = {"documentLoader": document_loader()}
        expanded = self.expand(document, options)
        budget.take_pairs(node_map_pairs(expanded), "")
        return canonize_dataset(self._jsonld.to_rdf(expanded, {**options, "produceGeneralizedRdf": False}), budget)


def _read(document, proof):
    """What is signed: the hash of the proof's options, in the contexts of the document, and that of the document.
    Raises ProofInvalid when that would leave something out."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options = {"@context": document.get("@context"), **options}
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    processor, budget = _Processor(), WorkBudget()
    try:
        if len(json.dumps(document)) > LARGEST:
            raise ProofInvalid("It is too large.")
        screen(document)
        validate_document(unsigned, options, document_loader(), processor)
        return b"".join(hashlib.sha256(processor.canonicalise(part, budget).encode()).digest()
                        for part in (options, unsigned))
    except (OB3VerificationError, StructureLimitExceeded, CanonicalizationWorkExceeded, jsonld.JsonLdError,
            RecursionError, ValueError) as error:
        raise ProofInvalid(str(error)[:200]) from error


def _verify(signature, data, multikey):
    try:
        _get_public_key(multikey).verify(signature, data)
    except InvalidSignature as error:
        raise ProofInvalid("The signature is of another key or of another document.") from error


def _get_proof(document):
    proofs = document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else None
    if not isinstance(proof, dict) or proof.keys() != FIELDS:
        raise ProofMissing
    if not all(isinstance(value, str) for value in proof.values()):
        raise ProofMissing
    kind = (proof["type"], proof["cryptosuite"], proof["proofPurpose"], proof["proofValue"][:1])
    if kind != ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod", "z"):
        raise ProofMissing
    return proof


def _get_public_key(multikey):
    encoded = _b58btc_decode(multikey.removeprefix("z"))
    if not encoded.startswith(ED25519_PREFIX):
        raise ProofInvalid("It is no key of Ed25519.")
    return Ed25519PublicKey.from_public_bytes(encoded.removeprefix(ED25519_PREFIX))
