"""What a stranger may learn from the code of a certificate: the frozen facts and whether they hold."""

import hmac
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.codes import CodeMalformed, grouped, normalise
from certificates.models import Certificate
from certificates.snapshot import Snapshot, SnapshotAltered, read_snapshot
from lms.accounts.identity import fingerprint, normalise_document

logger = logging.getLogger(__name__)


class Verdict(TextChoices):
    VALID = "valid", _("Valid")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")
    ALTERED = "altered", _("Cannot be confirmed")
    UNKNOWN = "unknown", _("No certificate has this code")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code leads to. ``replaced``: the earlier versions, the newest first; what they said is told to nobody."""

    code: str
    verdict: Verdict
    certificate: Certificate | None = None
    snapshot: Snapshot | None = None
    replaced: tuple[Certificate, ...] = ()

    @property
    def grouped(self):
        return grouped(self.code)

    @property
    def title(self):
        """Of the course, in the active language; an empty text when nothing can be said."""
        return self.snapshot.course_title(get_language()) if self.snapshot else ""


def check_codes(codes, *, now: datetime):
    """[Checked] of normalised codes, in their order, with one query."""
    versions = {}
    for certificate in Certificate.objects.filter(code__in=set(codes)).order_by("-version"):
        versions.setdefault(certificate.code, []).append(certificate)
    return [_check(code, versions.get(code, ()), now) for code in codes]


def check_code(text, *, now):
    """Checked of a code as a person wrote it; one that cannot be a code is as unknown as one that was never given."""
    try:
        code = normalise(text)
    except CodeMalformed:
        return Checked(text, Verdict.UNKNOWN)
    return check_codes([code], now=now)[0]


def find_certificate(text):
    """The newest version of the certificate with a code as a person wrote it, or None."""
    try:
        return Certificate.objects.filter(code=normalise(text)).order_by("-version").first()
    except CodeMalformed:
        return None


def identity_matches(certificate, number):
    """Whether ``number`` is that of the holder's identity document. Raises ValidationError when no document can have
    it: so it says nothing of the holder."""
    kind = certificate.snapshot["identity_kind"]
    written = fingerprint(kind=kind, number=normalise_document(kind=kind, number=number))
    return hmac.compare_digest(written, certificate.identity_fingerprint)


def may_download(user, certificate):
    return user.is_superuser or certificate.learner_id == user.pk


def _check(code, versions, now):
    if not versions:
        return Checked(code, Verdict.UNKNOWN)
    newest, *replaced = versions
    try:
        snapshot = read_snapshot(newest)
    except SnapshotAltered:
        logger.exception("A certificate cannot be confirmed.")
        return Checked(code, Verdict.ALTERED, newest)
    if newest.state != Certificate.State.ISSUED:
        verdict = Verdict.REVOKED
    else:
        verdict = Verdict.EXPIRED if newest.is_expired(now) else Verdict.VALID
    return Checked(code, verdict, newest, snapshot, tuple(replaced))
