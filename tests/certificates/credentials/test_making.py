import copy
import datetime as dt
import json
from decimal import Decimal

import pytest

from certificates.credentials import building, lists, making
from certificates.credentials.building import FactsUnreadable, build, certificate_facts, read_facts
from certificates.credentials.making import CredentialUnsound, make_credential
from certificates.keys import KeyUnavailable, create_key, get_key_file, sign
from certificates.models import IssuerKey, StatusList
from certificates.snapshot import SnapshotAltered
from tests.certificates.credentials.conftest import NOW
from tests.factories import localized, make_certificate


@pytest.fixture
def credential(certificate, key):
    return json.loads(make_credential(certificate, key=key, now=NOW))


def test_the_credential_says_what_the_certificate_says(certificate, credential):
    assert read_facts(credential) == certificate_facts(certificate)
    subject = credential["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "María Ñancupil Gutiérrez"
    assert subject["licenseNumber"] == certificate.folio
    assert credential["validFrom"] == "2026-11-22T15:30:20Z"
    assert "validUntil" not in credential
    assert credential["evidence"][0]["id"] == f"http://localhost:8000/c/{certificate.code}"
    assert {each["resultDescription"].rpartition("#")[2]: each["value"] for each in subject["result"]} == {
        "chronological-hours": "24.5", "percentage": "90", "grade": "6.3"}
    grade = subject["achievement"]["resultDescription"][2]
    assert (grade["valueMin"], grade["valueMax"], grade["requiredValue"]) == ("1.0", "7.0", "4.0")


def test_it_holds_no_mail_address_and_no_identity_number(certificate, credential):
    text = json.dumps(credential, ensure_ascii=False)
    assert certificate.learner.email not in text
    assert "5678" not in text
    assert str(certificate.learner_id) not in {text, *text.split('"')}


def test_it_is_written_in_the_language_of_the_certificate_and_names_the_others(certificate, credential):
    achievement = credential["credentialSubject"]["achievement"]
    assert (achievement["inLanguage"], achievement["name"]) == ("es", "Interculturalidad en la atención municipal")
    assert achievement["related"] == [{
        "id": f"http://localhost:8000/en/certificates/{certificate.code}/#achievement", "type": ["Related"],
        "inLanguage": "en"}]
    assert achievement["description"].startswith("Certificado de aprobación · 24,5 horas cronológicas")


def test_one_in_a_single_language_names_no_other(key):
    certificate = make_certificate(now=NOW, course={"es": "Curso", "en": ""}, contents=[])
    assert "related" not in build(certificate)["credentialSubject"]["achievement"]


@pytest.mark.parametrize(("kind", "facts", "results"), [
    ("attendance", {"percentage": None, "grade": None, "grade_rule": "", "hours_kind": "pedagogical"},
     {"pedagogical-hours": Decimal("24.5")}),
    ("approval", {"grade": None, "grade_rule": ""},
     {"chronological-hours": Decimal("24.5"), "percentage": Decimal(90)}),
    ("approval", {"grade": Decimal("9.0"), "grade_rule": "mexico-60"},
     {"chronological-hours": Decimal("24.5"), "percentage": Decimal(90), "grade": Decimal(9)}),
    ("path", {"course": localized("Ruta", "Path")}, {
        "chronological-hours": Decimal("24.5"), "percentage": Decimal(90), "grade": Decimal("6.3")}),
    ("progress", {"percentage": None, "grade": None, "grade_rule": "", "progress": Decimal("37.5")},
     {"chronological-hours": Decimal("24.5"), "progress": Decimal("37.5")}),
])
def test_every_kind_of_certificate_has_one(key, kind, facts, results):
    certificate = make_certificate(kind=kind, now=NOW, **facts)
    assert read_facts(json.loads(make_credential(certificate, key=key, now=NOW))).results == results


def test_one_that_expires_says_when(key):
    certificate = make_certificate(now=NOW, expires_on=dt.date(2027, 11, 22))
    credential = json.loads(make_credential(certificate, key=key, now=NOW))
    assert credential["validUntil"] == certificate.expires_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert read_facts(credential).expires_at == certificate.expires_at.replace(microsecond=0)


def test_the_proof_is_a_list_of_one_and_names_the_published_key(credential, key):
    (proof,) = credential["proof"]
    assert (proof["cryptosuite"], proof["proofPurpose"]) == ("eddsa-rdfc-2022", "assertionMethod")
    assert proof["verificationMethod"] == f"did:web:localhost%3A8000#{key.key_id}"
    assert credential["issuer"]["id"] == "did:web:localhost%3A8000"


def test_the_status_list_that_it_names_is_there(certificate, credential):
    entry = credential["credentialStatus"]
    assert entry["statusListIndex"] == str(certificate.status_index)
    assert entry["statusListCredential"] == "http://localhost:8000/credentials/status/1"
    assert json.loads(StatusList.objects.get().published)["id"] == entry["statusListCredential"]


CHANGES = {
    "a term that no context defines": lambda each: each.update(bonus="Honours"),
    "an undefined term far down": lambda each: each["credentialSubject"]["achievement"].update(points="7"),
    "another context": lambda each: each["@context"].append("https://puentes.example/context.json"),
    "another holder": lambda each: each["credentialSubject"]["identifier"][0].update(identityHash="Otra Persona"),
    "no achievement": lambda each: each["credentialSubject"].pop("achievement"),
    "another certificate": lambda each: each.update(id="urn:uuid:00000000-0000-0000-0000-000000000000"),
    "another issuer": lambda each: each["issuer"].update(id="did:web:puentes.example"),
    "another place in the list": lambda each: each["credentialStatus"].update(statusListIndex="1"),
    "no place in a list": lambda each: each.pop("credentialStatus"),
    "no evidence": lambda each: each.pop("evidence"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_the_credential_of_the_certificate_is_never_signed_and_kept(certificate, key, monkeypatch, change):
    def build_another(certificate):
        document = copy.deepcopy(build(certificate))
        CHANGES[change](document)
        return document

    monkeypatch.setattr(making, "build", build_another)
    with pytest.raises(CredentialUnsound):
        make_credential(certificate, key=key, now=NOW)


def test_what_another_key_signed_is_not_kept(certificate, key, monkeypatch):
    lists.publish(certificate.status_list, key=key, now=NOW)
    other = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    monkeypatch.setattr(making, "sign", lambda *, key, data: sign(key=other, data=data))
    with pytest.raises(CredentialUnsound):
        make_credential(certificate, key=key, now=NOW)


def test_altered_facts_are_not_signed(certificate, key):
    certificate.snapshot["holder"] = "Otra Persona"
    with pytest.raises(SnapshotAltered):
        make_credential(certificate, key=key, now=NOW)


def test_nothing_is_signed_without_the_private_half(certificate, key):
    lists.publish(StatusList.objects.get(), key=key, now=NOW)
    get_key_file(key).unlink()
    with pytest.raises(KeyUnavailable):
        make_credential(certificate, key=key, now=NOW)


@pytest.mark.parametrize("document", [{}, {"credentialSubject": []}, {"credentialSubject": {"achievement": {}}}])
def test_a_document_that_says_something_else_has_no_facts(document):
    with pytest.raises(FactsUnreadable):
        building.read_facts(document)
