"""Bitstring status lists (https://www.w3.org/TR/vc-bitstring-status-list/): which certificates were revoked or
replaced, signed, at an address of its own. Made by a task when something changed and before the last one grows old."""

import json
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from openbadgeslib.ob3 import encode_bitstring

from certificates.credentials import proofs
from certificates.credentials.did import issuer_did, verification_method
from certificates.keys import get_signing_key, sign
from certificates.models import Certificate, IssuerKey, StatusList

# A list that somebody kept from before a revocation is refused after this time.
VALID_FOR = timedelta(hours=1)
RENEW_AFTER = timedelta(minutes=15)
TIME_TO_LIVE = timedelta(minutes=5)  # how long a reader may keep it
# A change is dated when its transaction began: one of so short a time before a list was made may not be in it.
LONGEST_TRANSACTION = timedelta(minutes=5)
AT_MOST_EVERY = timedelta(seconds=10)  # when many certificates end one after the other
PURPOSE = "revocation"


def address(number):
    return f"{settings.BASE_URL}{reverse('status_list', args=[number])}"


def entry(certificate):
    """Where the status of a certificate is found, as its credential says it."""
    listed = address(certificate.status_list.number)
    return {
        "id": f"{listed}#{certificate.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(certificate.status_index),
        "statusListCredential": listed,
    }


def publish_due(*, now):
    """Make the lists anew that changed, that grow old or that another key has signed, which may have been withdrawn.
    Returns how many; without a key none is made. Raises KeyUnavailable, KeyExposed."""
    key = get_signing_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=now)
    if key is None:
        return 0
    changed = Q(changed_at__gte=F("published_at") - LONGEST_TRANSACTION, published_at__lte=now - AT_MOST_EVERY)
    signed_by_another = ~Q(published__contains=f'"{verification_method(key)}"')
    due = StatusList.objects.filter(
        Q(published_at__isnull=True) | Q(published_at__lte=now - RENEW_AFTER) | changed | signed_by_another)
    return sum(publish(each, key=key, now=now) for each in due)


def publish(status_list, *, key, now):
    """Make one list anew. False when a newer one was made meanwhile. Raises KeyUnavailable, KeyExposed."""
    signed = proofs.sign(_build(status_list, now), signer=lambda data: sign(key=key, data=data),
                         multikey=key.public_key, method=verification_method(key), created=now)
    newer = StatusList.objects.filter(pk=status_list.pk).exclude(published_at__gt=now)
    return bool(newer.update(published=json.dumps(signed, ensure_ascii=False), published_at=now))


def _build(status_list, now):
    ended = Certificate.objects.filter(status_list=status_list).exclude(state=Certificate.State.ISSUED)
    listed = address(status_list.number)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": listed,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(),
        "validFrom": proofs.write_moment(now),
        "validUntil": proofs.write_moment(now + VALID_FOR),
        "credentialSubject": {
            "id": f"{listed}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "ttl": int(TIME_TO_LIVE.total_seconds() * 1000),
            "encodedList": encode_bitstring(ended.values_list("status_index", flat=True), StatusList.SIZE),
        },
    }
