"""Judging a credential that somebody brings. Each question has an answer of its own, so that a person can be told which
ones hold; only all of them together make a credential that holds."""

import json
import re
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from certificates.credentials import proofs
from certificates.credentials.building import FactsUnreadable, certificate_facts, read_facts
from certificates.credentials.did import issuer_did, verification_method
from certificates.credentials.lists import entry
from certificates.models import Certificate, IssuerKey
from certificates.snapshot import SnapshotAltered, SnapshotInvalid


class NotACredential(ValueError):
    """The bytes are no JSON object, or one that means two things."""


class Issuer(TextChoices):
    OURS = "ours", _("We issued it, with a key that we publish.")
    WITHDRAWN = "withdrawn", _("It was signed with a key of ours that we have withdrawn: it cannot be believed.")
    UNKNOWN = "unknown", _("It was not issued by us.")


class Signature(TextChoices):
    HOLDS = "holds", _("The signature holds: nothing was changed since it was signed.")
    BROKEN = "broken", _("The signature does not hold: something was changed, or it was signed by somebody else.")
    UNKNOWN = "unknown", _("The signature cannot be checked, because the key is not ours.")


class Status(TextChoices):
    VALID = "valid", _("It was neither revoked nor replaced.")
    SUPERSEDED = "superseded", _("A later version took its place.")
    REVOKED = "revoked", _("It was revoked.")
    UNKNOWN = "unknown", _("Whether it was revoked is not known here.")


class Period(TextChoices):
    CURRENT = "current", _("It has not expired.")
    EXPIRED = "expired", _("It has expired.")
    NOT_YET = "not_yet", _("It is not valid yet.")
    UNKNOWN = "unknown", _("It does not say how long it is valid.")


class Agreement(TextChoices):
    SAME = "same", _("Its facts are those of the certificate that we issued.")
    OTHER = "other", _("Its facts are not those of the certificate that we issued.")
    UNKNOWN = "unknown", _("There is no certificate here to compare its facts with.")


@dataclass(frozen=True, slots=True)
class Verified:
    """The answers; ``certificate`` is the one that the credential names, if we issued it."""

    issuer: Issuer
    signature: Signature
    status: Status
    period: Period
    facts: Agreement
    certificate: Certificate | None

    @property
    def holds(self):
        return self.answers == (Issuer.OURS, Signature.HOLDS, Status.VALID, Period.CURRENT, Agreement.SAME)

    @property
    def answers(self):
        return self.issuer, self.signature, self.status, self.period, self.facts


def verify(content, *, now):
    """Verified of the bytes or text of a credential, with at most two queries and no network. Raises NotACredential."""
    credential = parse(content)
    issuer, signature = _check_signature(credential)
    certificate = _find(credential)
    return Verified(issuer=issuer, signature=signature, status=_status(credential, certificate),
                    period=_period(credential, now), facts=_facts(credential, certificate), certificate=certificate)


def parse(content):
    """The JSON object. Raises NotACredential, also when a name stands in it twice: readers would not agree on it."""
    def no_name_twice(pairs):
        value = dict(pairs)
        if len(value) != len(pairs):
            raise NotACredential
        return value

    def refuse(constant):
        raise NotACredential

    if len(content) > proofs.LARGEST:
        raise NotACredential
    try:
        value = json.loads(content, object_pairs_hook=no_name_twice, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise NotACredential from error
    if not isinstance(value, dict):
        raise NotACredential
    return value


def _check_signature(credential):
    try:
        method = proofs.get_method(credential)
    except proofs.ProofMissing:
        return Issuer.UNKNOWN, Signature.UNKNOWN
    issuer = credential.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    keys = {verification_method(key): key
            for key in IssuerKey.objects.filter(purpose=IssuerKey.Purpose.CREDENTIAL)}
    if did != issuer_did() or method not in keys:
        return Issuer.UNKNOWN, Signature.UNKNOWN
    try:
        proofs.check(credential, multikey=keys[method].public_key)
        signature = Signature.HOLDS
    except proofs.ProofInvalid:
        signature = Signature.BROKEN
    return (Issuer.WITHDRAWN if keys[method].compromised_at else Issuer.OURS), signature


def _find(credential):
    name = re.fullmatch(r"urn:uuid:([0-9a-f-]{36})", str(credential.get("id")))
    try:
        number = UUID(name[1]) if name else None
    except ValueError:
        return None
    return number and Certificate.objects.select_related("status_list").filter(pk=number).first()


def _status(credential, certificate):
    if certificate is None or credential.get("credentialStatus") != entry(certificate):
        return Status.UNKNOWN
    return {
        Certificate.State.ISSUED: Status.VALID,
        Certificate.State.SUPERSEDED: Status.SUPERSEDED,
        Certificate.State.REVOKED: Status.REVOKED,
    }[certificate.state]


def _period(credential, now):
    starts = _moment(credential.get("validFrom"))
    ends = _moment(credential["validUntil"]) if "validUntil" in credential else None
    if starts is None or ("validUntil" in credential and ends is None):
        return Period.UNKNOWN
    if now < starts:
        return Period.NOT_YET
    return Period.EXPIRED if ends and ends <= now else Period.CURRENT


def _moment(text):
    """The moment that a text names, or None."""
    try:
        value = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return value if value and value.tzinfo else None


def _facts(credential, certificate):
    if certificate is None:
        return Agreement.UNKNOWN
    try:
        stated, issued = read_facts(credential), certificate_facts(certificate)
        if certificate.erased_at:  # what was forgotten here cannot be compared; the signature speaks for it
            kept = {name: value for name, value in stated.results.items() if name in issued.results}
            stated = replace(stated, holder=issued.holder, results=kept)
        return Agreement.SAME if stated == issued else Agreement.OTHER
    except FactsUnreadable:
        return Agreement.OTHER
    except (SnapshotAltered, SnapshotInvalid):
        return Agreement.UNKNOWN
