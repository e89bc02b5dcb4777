"""A holder asks that the name on a certificate be put right, and a person decides. Nobody decides on what they asked
for or hold themselves; accepting makes a new version of the certificate (certificates.ending)."""

import unicodedata
from datetime import timedelta
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from certificates import ending
from certificates.issuing import nudge
from certificates.models import Certificate, CorrectionRequest, Outbox
from lms.accounts.audit import record_event

State = CorrectionRequest.State
PERMISSION = "certificates.change_correctionrequest"
MOST_IN_A_MONTH = 3
MONTH = timedelta(days=30)
MOST_BYTES = 5 * 1024 * 1024
# How files of these kinds begin.
SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


class Accepted(NamedTuple):
    """The version that says the name now; ``is_new``: the decision made it, nobody else did before."""

    certificate: Certificate
    is_new: bool


class NotHolder(Exception):
    """Only the holder asks for a correction."""


class AlreadyOpen(Exception):
    """One request at a time."""


class TooManyRequests(Exception):
    """As many as may be in a month have been asked for this certificate."""


class NothingToCorrect(Exception):
    """The certificate says this name already, or it does not hold any more."""


class EvidenceRefused(Exception):
    """Neither a PDF nor a picture, or too large."""


class AlreadyDecided(Exception):
    """It was accepted, not accepted or withdrawn before."""


class MayNotDecide(Exception):
    """Without the permission, or on a request of one's own."""


def normalise_name(text):
    """One space between words, and each letter written in one way."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_evidence(file):
    """The extension (pdf, png, jpg) of an uploaded file, from what is in it. Raises EvidenceRefused."""
    head = file.read(16)
    file.seek(0)
    kind = next((kind for beginning, kind in SIGNATURES.items() if head.startswith(beginning)), None)
    if kind is None or file.size > MOST_BYTES:
        raise EvidenceRefused
    return kind


def get_requests(certificate):
    """Those about any version of it, the newest first."""
    return CorrectionRequest.objects.filter(certificate__code=certificate.code).order_by("-asked_at")


@transaction.atomic
def ask(*, certificate, holder, explanation, evidence=None, by, now):
    """Ask that the name on ``certificate`` (the version that holds) be ``holder``. ``evidence``: an uploaded file.

    Raises NotHolder, NothingToCorrect, AlreadyOpen, TooManyRequests and EvidenceRefused."""
    certificate = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    if certificate.learner_id != by.pk:
        raise NotHolder
    holder = normalise_name(holder)
    if certificate.state != Certificate.State.ISSUED or holder == certificate.snapshot["holder"]:
        raise NothingToCorrect
    earlier = get_requests(certificate)
    if earlier.filter(state=State.OPEN).exists():
        raise AlreadyOpen
    if earlier.filter(asked_at__gt=now - MONTH).count() >= MOST_IN_A_MONTH:
        raise TooManyRequests
    request = CorrectionRequest(certificate=certificate, holder=holder, explanation=explanation.strip(), asked_by=by,
                                asked_at=now)
    if evidence:
        # The name of the file may say something of the person.
        name = f"{request.pk}.{check_evidence(evidence)}"
        request.evidence = ContentFile(evidence.read(), name=name)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyOpen from error
    _trace("certificate.correction_asked", request, by)
    return request


@transaction.atomic
def withdraw(*, request, by, now):
    """The holder does not want it any more. Raises NotHolder and AlreadyDecided."""
    request = _lock(request)
    if request.asked_by_id != by.pk:
        raise NotHolder
    _close(request, State.WITHDRAWN, by, now)
    _trace("certificate.correction_withdrawn", request, by)
    return request


def may_decide(user, request):
    """Whoever has the permission (administrators), on what others ask."""
    return user.has_perm(PERMISSION) and user.pk not in {request.asked_by_id, request.certificate.learner_id}


@transaction.atomic
def accept(*, request, answer="", by, now):
    """Put the name right with a new version of the certificate, unless somebody else has meanwhile. Either way the
    holder gets a mail. Returns Accepted.

    Raises MayNotDecide, AlreadyDecided, and NothingToCorrect when the certificate was revoked meanwhile."""
    request = _lock(request)
    if not may_decide(by, request):
        raise MayNotDecide
    _close(request, State.ACCEPTED, by, now, answer)
    current = Certificate.objects.issued().filter(code=request.certificate.code).first()
    if current is None:
        raise NothingToCorrect
    try:
        version = ending.correct(certificate=current, changes={"holder": request.holder},
                                 reason=Certificate.Reason.NAME, by=by, now=now)
        accepted = Accepted(version, is_new=True)
    except ending.NothingChanged:
        accepted = Accepted(current, is_new=False)
        _plan_answer(Outbox.MAIL_RIGHT_ALREADY, request, now)
    except ending.AlreadyEnded as error:
        raise NothingToCorrect from error
    _trace("certificate.correction_accepted", request, by, version=accepted.certificate.version)
    return accepted


@transaction.atomic
def refuse(*, request, answer, by, now):
    """Leave the name as it is. ``answer`` says why to the holder, who gets it by mail.

    Raises MayNotDecide and AlreadyDecided."""
    request = _lock(request)
    if not may_decide(by, request):
        raise MayNotDecide
    _close(request, State.REFUSED, by, now, answer)
    _plan_answer(Outbox.MAIL_REFUSED, request, now)
    _trace("certificate.correction_refused", request, by)
    return request


def _lock(request):
    return CorrectionRequest.objects.select_for_update(of=("self",)).select_related("certificate").get(pk=request.pk)


def _close(request, state, by, now, answer=""):
    if request.state != State.OPEN:
        raise AlreadyDecided
    request.state, request.decided_by, request.decided_at, request.answer = state, by, now, answer.strip()
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])


def _plan_answer(mail, request, now):
    """A mail about this request, which is known by its number among those of its version."""
    certificate = request.certificate
    number = CorrectionRequest.objects.filter(certificate=certificate, asked_at__lte=request.asked_at).count()
    Outbox.plan(certificate=certificate, kinds=[f"{mail}_{number}"], now=now)
    nudge(certificate)


def _trace(action, request, by, **details):
    record_event(actor=by, action=action, subject=f"certificate:{request.certificate_id}",
                 details={"folio": request.certificate.folio, "request": str(request.pk), **details})
