"""What a PDF that somebody brings proves. Each question has an answer of its own, so that a person can be told which
ones hold."""

import base64
import hashlib
import json
import logging
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from certificates import x509
from certificates.codes import CodeMalformed, normalise
from certificates.credentials.verifying import NotACredential, Verified, verify
from certificates.models import Artifact, Certificate, IssuerKey

LARGEST = 5 * 1024 * 1024
# Never imported: what it needs to open a file takes 20 MB.
INSPECTION = Path(__file__).with_name("pdf_inspection.py")
SECONDS = 30  # of waiting; of computing the process that opens the file has less

logger = logging.getLogger(__name__)


class PdfRefused(Exception):
    """A file that cannot be looked at; ``sentence`` tells a person why."""

    sentence = _("This file could not be read. Perhaps it is damaged: get it again from its holder.")


class PdfTooLarge(PdfRefused):
    sentence = _("This file is larger than any certificate of ours.")


class NotAPdf(PdfRefused):
    sentence = _("This file is not a PDF.")


class PdfEncrypted(PdfRefused):
    sentence = _("This file is locked with a password. Our certificates never are.")


class PdfUnreadable(PdfRefused):
    pass


class PdfTooComplex(PdfRefused):
    sentence = _("This file takes too much time or memory to read. No certificate of ours does.")


REFUSALS = {"encrypted": PdfEncrypted, "unreadable": PdfUnreadable, "too_complex": PdfTooComplex}


class Seal(TextChoices):
    HOLDS = "holds", _("The seal is ours and covers the whole file: nothing was changed since it was made.")
    EXTENDED = "extended", _("Something was added to the file after we sealed it. It may not show what we made.")
    BROKEN = "broken", _("The seal does not fit the file: one of them was changed, or taken from elsewhere.")
    WITHDRAWN = "withdrawn", _("It was sealed with a key of ours that we have withdrawn: it cannot be believed.")
    FOREIGN = "foreign", _("It was signed by somebody else, not by us.")
    NONE = "none", _("It has no seal.")


class Attachment(TextChoices):
    READ = "read", _("A digital credential is attached.")
    UNREADABLE = "unreadable", _("What is attached is not one digital credential.")
    NONE = "none", _("No digital credential is attached.")


class State(TextChoices):
    VALID = "valid", _("The certificate is valid.")
    EXPIRED = "expired", _("The certificate has expired.")
    SUPERSEDED = "superseded", _("A later version took the place of this certificate.")
    REVOKED = "revoked", _("The certificate was revoked.")
    UNKNOWN = "unknown", _("It names no certificate of ours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfReport:
    """``credential``: what the attached credential proves by itself, when there is one. ``certificate``: the one that
    the file names, in the version that it is. ``is_original``: the file is, byte for byte, the one that we keep."""

    seal: Seal
    attachment: Attachment
    credential: Verified | None
    certificate: Certificate | None
    state: State
    is_original: bool

    @property
    def is_ours(self):
        """We made this file, and nobody changed it."""
        return self.is_original or self.seal == Seal.HOLDS

    @property
    def holds(self):
        """All that it says is so now."""
        return self.is_ours and self.state == State.VALID and self.seal != Seal.WITHDRAWN and (
            self.attachment == Attachment.NONE or (self.credential is not None and self.credential.holds))


def read_pdf(content, *, now):
    """The PdfReport of a file (bytes). At most five queries, no network, and bounded time: the file is opened in a
    process of its own. Raises a PdfRefused."""
    if len(content) > LARGEST:
        raise PdfTooLarge
    if b"%PDF-" not in content[:1024]:
        raise NotAPdf
    found = _inspect(content)
    attachment, credential = _read_credential(found["credentials"], now)
    certificate, is_original = _find_certificate(credential, found["links"], hashlib.sha256(content).hexdigest())
    return PdfReport(seal=_judge_seal(found["signatures"]), attachment=attachment, credential=credential,
                     certificate=certificate, state=_get_state(certificate, now), is_original=is_original)


def _inspect(content):
    # Without our environment, which holds the secrets of the platform, and without our folders.
    command = [sys.executable, "-I", str(INSPECTION)]
    try:
        process = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS,  # noqa: S603 (no shell)
                                 check=False, env={})
    except subprocess.TimeoutExpired as error:
        raise PdfTooComplex from error
    if process.returncode:  # a limit ended it
        logger.warning("A PDF of %d bytes could not be inspected: exit %d.", len(content), process.returncode)
        raise PdfTooComplex
    found = json.loads(process.stdout)
    if "refused" in found:
        raise REFUSALS[found["refused"]]
    return found


def _judge_seal(signatures):
    ours = {base64.b64encode(x509.read_chain(key.public_key)[0].public_bytes(Encoding.DER)).decode(): key
            for key in IssuerKey.objects.filter(purpose=IssuerKey.Purpose.PDF)}
    seals = [(each, ours[each["certificate"]]) for each in signatures if each["certificate"] in ours]
    if not signatures:
        return Seal.NONE
    if not seals:  # one that cannot be read is nobody's
        return Seal.FOREIGN if all(each["certificate"] for each in signatures) else Seal.BROKEN
    intact = [(each, key) for each, key in seals if each["intact"]]
    if not intact:
        return Seal.BROKEN
    good = [each for each, key in intact if not key.compromised_at]
    if not good:
        return Seal.WITHDRAWN
    return Seal.HOLDS if any(each["whole"] for each in good) else Seal.EXTENDED


def _read_credential(credentials, now):
    if not credentials:
        return Attachment.NONE, None
    try:
        (text,) = credentials
        return Attachment.READ, verify(base64.b64decode(text), now=now)
    except (NotACredential, ValueError):
        return Attachment.UNREADABLE, None


def _find_certificate(credential, links, sha256):
    """(Certificate or None, is this its file): by the credential, else by the code that is printed."""
    if credential and credential.certificate:
        certificates = Certificate.objects.filter(pk=credential.certificate.pk)
    else:
        certificates = Certificate.objects.filter(code__in=set(_get_codes(links)))
    originals = Artifact.objects.filter(certificate__in=certificates, sha256=sha256).select_related("certificate")
    if original := originals.first():
        return original.certificate, True
    return certificates.order_by("-version").first(), False


def _get_codes(links):
    for link in links:
        if found := re.search(r"/c/([0-9A-Za-z-]+)", link):
            with suppress(CodeMalformed):
                yield normalise(found[1])


def _get_state(certificate, now):
    if certificate is None:
        return State.UNKNOWN
    if certificate.state == Certificate.State.ISSUED:
        return State.EXPIRED if certificate.is_expired(now) else State.VALID
    return State(certificate.state)
