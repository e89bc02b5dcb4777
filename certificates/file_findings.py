"""What a file proves, in an order and with a weight that a person can follow."""

from dataclasses import dataclass

from certificates import reading
from certificates.checking import Checked, check_codes
from certificates.credentials import verifying

GOOD, DOUBTFUL, BAD = "good", "warn", "bad"

# Members of different enumerations with the same value are equal: the kind of question belongs to the key.
WEIGHTS = {(type(answer), answer): weight for weight, answers in {
    GOOD: [reading.Seal.HOLDS, reading.Attachment.READ, reading.State.VALID, verifying.Issuer.OURS,
           verifying.Signature.HOLDS, verifying.Status.VALID, verifying.Period.CURRENT, verifying.Agreement.SAME],
    DOUBTFUL: [reading.Seal.NONE, reading.Attachment.NONE, reading.State.EXPIRED, verifying.Signature.UNKNOWN,
               verifying.Status.UNKNOWN, verifying.Period.EXPIRED, verifying.Period.UNKNOWN,
               verifying.Agreement.UNKNOWN],
}.items() for answer in answers}  # all others speak against it


@dataclass(frozen=True, slots=True)
class FileReport:
    """``findings``: [(weight, sentence)]; ``checked``: what the platform itself says of the certificate that the file
    names, or None."""

    holds: bool
    is_original: bool
    findings: list[tuple[str, str]]
    checked: Checked | None


def describe_pdf(report, *, now):
    """The FileReport of a reading.PdfReport."""
    answers = [report.seal, report.attachment]
    if report.credential:
        answers += report.credential.answers
    return FileReport(report.holds, report.is_original, _findings([*answers, report.state]),
                      _check(report.certificate, now))


def describe_credential(verified, *, now):
    """The FileReport of a verifying.Verified."""
    return FileReport(verified.holds, False, _findings(verified.answers), _check(verified.certificate, now))


def _findings(answers):
    return [(WEIGHTS.get((type(answer), answer), BAD), answer.label) for answer in answers]


def _check(certificate, now):
    return check_codes([certificate.code], now=now)[0] if certificate else None
