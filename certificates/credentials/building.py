"""What a credential says: the frozen facts of a certificate in the vocabulary of Open Badges 3.0
(https://www.imsglobal.org/spec/ob/v3p0), in one language. No mail address and no identity number.

``build`` writes it and ``read_facts`` reads it back, so that what is signed can be compared with what was issued."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import wording
from certificates.credentials.did import issuer_did
from certificates.credentials.lists import entry
from certificates.credentials.proofs import write_moment
from certificates.models import Certificate
from certificates.snapshot import Snapshot, read_snapshot

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
]
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
PERCENTAGE, GRADE, PROGRESS = "percentage", "grade", "progress"


class FactsUnreadable(ValueError):
    """A credential does not say what ours say, or not where ours say it."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a certificate and its credential have to agree on. ``results``: {"chronological-hours",
    PERCENTAGE…: Decimal}."""

    holder: str
    title: str
    language: str
    issuer: str
    folio: str
    address: str
    started_on: date
    completed_on: date
    issued_at: datetime
    expires_at: datetime | None
    results: dict[str, Decimal]


def credential_id(certificate):
    """Says nothing and leads nowhere; each version of a certificate has its own."""
    return f"urn:uuid:{certificate.pk}"


def build(certificate):
    """The credential of a certificate, a JSON value that is not signed yet. Queries only the status list.

    Raises SnapshotAltered."""
    snapshot = _read_snapshot(certificate)
    with override(snapshot.language):
        page = _page(certificate, snapshot.language)
        results = _results(snapshot)
        return {
            "@context": CONTEXTS,
            "id": credential_id(certificate),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": snapshot.course_title(snapshot.language),
            "issuer": {"id": issuer_did(), "type": ["Profile"], "name": snapshot.issuer, "url": settings.BASE_URL},
            "validFrom": write_moment(certificate.issued_at),
            **({"validUntil": write_moment(certificate.expires_at)} if certificate.expires_at else {}),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [{"type": "IdentityObject", "identityType": "name", "hashed": False,
                                "identityHash": snapshot.holder}],
                "licenseNumber": certificate.folio,
                "activityStartDate": _noon(snapshot.started_on),
                "activityEndDate": _noon(snapshot.completed_on),
                **_list("result", [
                    {"type": ["Result"], "resultDescription": f"{page}#{name}", "value": f"{value.normalize():f}"}
                    for name, (value, _words) in results.items()]),
                "achievement": {
                    "id": f"{page}#achievement",
                    "type": ["Achievement"],
                    "achievementType": "Course" if certificate.kind == Certificate.Kind.PROGRESS
                    else "CertificateOfCompletion",
                    "name": snapshot.course_title(snapshot.language),
                    "inLanguage": snapshot.language,
                    "description": _description(certificate, snapshot),
                    "criteria": {"narrative": _criteria(certificate, snapshot)},
                    **_list("resultDescription", [{"id": f"{page}#{name}", "type": ["ResultDescription"], **words}
                                                  for name, (_value, words) in results.items()]),
                    **_other_languages(certificate, snapshot),
                },
            },
            "evidence": [{"id": certificate.get_short_url(), "type": ["Evidence"],
                          "name": _("Public page of the certificate")}],
            "credentialStatus": entry(certificate),
            "credentialSchema": [SCHEMA],
        }


def certificate_facts(certificate):
    """The Facts that a certificate was issued with. Raises SnapshotAltered."""
    snapshot = _read_snapshot(certificate)
    expires_at = certificate.expires_at and certificate.expires_at.astimezone(UTC).replace(microsecond=0)
    return Facts(
        holder=snapshot.holder, title=snapshot.course_title(snapshot.language), language=snapshot.language,
        issuer=snapshot.issuer, folio=certificate.folio, address=certificate.get_short_url(),
        started_on=snapshot.started_on, completed_on=snapshot.completed_on,
        issued_at=certificate.issued_at.astimezone(UTC).replace(microsecond=0), expires_at=expires_at,
        results={name: value for name, (value, _words) in _results(snapshot).items()},
    )


def read_facts(credential):
    """The Facts that a credential states. Raises FactsUnreadable."""
    try:
        subject = credential["credentialSubject"]
        achievement = subject["achievement"]
        (identity,), (evidence,) = subject["identifier"], credential["evidence"]
        if (identity["identityType"], identity["hashed"]) != ("name", False):
            raise FactsUnreadable
        return Facts(
            holder=identity["identityHash"], title=achievement["name"], language=achievement["inLanguage"],
            issuer=credential["issuer"]["name"], folio=subject["licenseNumber"], address=evidence["id"],
            started_on=datetime.fromisoformat(subject["activityStartDate"]).date(),
            completed_on=datetime.fromisoformat(subject["activityEndDate"]).date(),
            issued_at=datetime.fromisoformat(credential["validFrom"]),
            expires_at=datetime.fromisoformat(credential["validUntil"]) if "validUntil" in credential else None,
            results={each["resultDescription"].rpartition("#")[2]: _read_number(each["value"])
                     for each in subject.get("result", [])},
        )
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise FactsUnreadable from error


def _read_number(text):
    number = Decimal(text)
    if not number.is_finite():
        raise FactsUnreadable
    return number


def _read_snapshot(certificate):
    """The Snapshot without invisible control characters. Whoever signs and whoever verifies would have to write them in
    the same way, and JSON-LD libraries do not agree on it."""
    return Snapshot.from_json(_without_controls(read_snapshot(certificate).to_json()))


def _without_controls(value):
    if isinstance(value, str):
        return CONTROLS.sub("", value)
    if isinstance(value, dict):
        return {name: _without_controls(each) for name, each in value.items()}
    return [_without_controls(each) for each in value] if isinstance(value, list) else value


def _list(name, values):
    """Where there is nothing to list, the list is not there either."""
    return {name: values} if values else {}


def _results(snapshot):
    """{name: (Decimal, words of the result's description)}, of what the course has."""
    scale = wording.grade_scale(snapshot)
    hours = {"name": wording.kind_of_hours(snapshot), "resultType": "Result"}
    share = {"resultType": "Percent", "valueMin": "0", "valueMax": "100"}
    results = {
        f"{snapshot.hours_kind}-hours": (snapshot.hours or None, hours),
        PERCENTAGE: (snapshot.percentage, {"name": _("Result in per cent"), **share}),
        GRADE: (snapshot.grade, {"name": _("Grade"), "resultType": "ScaledScore", **(
            {} if scale is None else dict(zip(("valueMin", "valueMax", "requiredValue"), map(str, scale), strict=True))
        )}),
        PROGRESS: (snapshot.progress, {"name": _("Share of the course that was done, in per cent"), **share}),
    }
    return {name: result for name, result in results.items() if result[0] is not None}


def _description(certificate, snapshot):
    facts = [certificate.get_kind_display(), wording.hours(snapshot), wording.modality(snapshot), snapshot.edition]
    lines = [" · ".join(fact for fact in facts if fact), *snapshot.content_titles(snapshot.language)]
    return "\n".join(lines)


def _criteria(certificate, snapshot):
    sentence = {
        Certificate.Kind.APPROVAL: _("The holder completed the course and passed it."),
        Certificate.Kind.ATTENDANCE: _("The holder attended the course."),
        Certificate.Kind.PATH: _("The holder completed every course of the learning path."),
        Certificate.Kind.PROGRESS: _("The holder is taking the course and has not finished it."),
    }[certificate.kind]
    return " ".join(part for part in (sentence, wording.grade_rule(snapshot)) if part)


def _other_languages(certificate, snapshot):
    """The same achievement in the other languages that its course has a title in: their pages say it."""
    related = [{"id": f"{_page(certificate, language)}#achievement", "type": ["Related"], "inLanguage": language}
               for language, title in snapshot.course.items()
               if title and language != snapshot.language and language in dict(settings.LANGUAGES)]
    return {"related": related} if related else {}


def _page(certificate, language):
    with override(language):
        return f"{settings.BASE_URL}{reverse('certificate', args=[certificate.code])}"


def _noon(day):
    """A day as a moment, which the vocabulary asks for: at noon UTC it is that day in all of the Americas."""
    return f"{day.isoformat()}T12:00:00Z"
