"""Documents that were made while the issuer had no key."""

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from certificates.keys import get_signing_key
from certificates.models import Artifact, Certificate, IssuerKey, Outbox
from certificates.outbox import plan_credentials
from lms.accounts.audit import record_event


class NoKey(Exception):
    """The issuer has no key that could sign."""


def get_unsigned(*, now):
    """The PDFs without a seal, of certificates that are valid at ``now``."""
    valid = Certificate.objects.issued().filter(Q(expires_at=None) | Q(expires_at__gt=now))
    return Artifact.objects.filter(key=None, kind__startswith=Outbox.PDF_PREFIX, certificate__in=valid)


@transaction.atomic
def seal_unsigned(*, by, now):
    """Have the unsigned PDFs made again, with credential and seal; returns how many. The workers do it: until then the
    unsigned ones stay. Safe to repeat. Raises NoKey."""
    if get_signing_key(purpose=IssuerKey.Purpose.PDF, now=now) is None:
        raise NoKey
    unsigned = get_unsigned(now=now)
    if get_signing_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=now):
        plan_credentials(now=now)
    same = unsigned.filter(certificate=OuterRef("certificate"), kind=OuterRef("kind"))
    number = _begin_again(Outbox.objects.filter(Exists(same)), now=now)
    if number:
        record_event(actor=by, action="certificate.sealing_planned", details={"documents": number})
    return number


def _begin_again(work, *, now):
    """Only what was done: what is under way or was given up stays as it is."""
    return work.filter(done_at__isnull=False).update(done_at=None, attempts=0, next_at=now, last_error="")
