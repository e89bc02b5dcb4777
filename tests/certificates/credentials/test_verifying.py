import copy
import datetime as dt
import json

import pytest

from certificates.credentials import lists
from certificates.credentials.making import make_credential
from certificates.credentials.verifying import (
    Agreement,
    Issuer,
    NotACredential,
    Period,
    Signature,
    Status,
    verify,
)
from certificates.ending import correct, revoke
from certificates.keys import create_key, mark_compromised, retire
from certificates.models import Certificate, IssuerKey
from tests.certificates.credentials.conftest import NOW
from tests.factories import make_certificate, make_user

ALL_WELL = (Issuer.OURS, Signature.HOLDS, Status.VALID, Period.CURRENT, Agreement.SAME)


@pytest.fixture
def content(certificate, key):
    return make_credential(certificate, key=key, now=NOW)


def changed(content, change):
    credential = json.loads(content)
    change(credential)
    return json.dumps(credential)


def test_a_sound_credential_holds(certificate, content, django_assert_num_queries):
    with django_assert_num_queries(2):
        verified = verify(content, now=NOW)
    assert verified.answers == ALL_WELL
    assert verified.holds
    assert verified.certificate == certificate


@pytest.mark.parametrize(("change", "facts"), [
    (lambda each: each["credentialSubject"]["identifier"][0].update(identityHash="Otra Persona"), Agreement.OTHER),
    (lambda each: each["credentialSubject"]["achievement"].update(name="Otro curso"), Agreement.OTHER),
    (lambda each: each["credentialSubject"]["result"][0].update(value="240"), Agreement.OTHER),
    (lambda each: each["credentialSubject"].update(activityEndDate="2020-01-01T12:00:00Z"), Agreement.OTHER),
    (lambda each: each["credentialSubject"]["result"][2].update(value="7"), Agreement.OTHER),
    (lambda each: each["credentialSubject"]["achievement"].update(description="Otra"), Agreement.SAME),
    (lambda each: each.update(bonus="Honours"), Agreement.SAME),
    (lambda each: each["proof"][0].update(created="2020-01-01T00:00:00Z"), Agreement.SAME),
    (lambda each: each.pop("credentialSchema"), Agreement.SAME),
    (lambda each: each["@context"].append("https://puentes.example/context.json"), Agreement.SAME),
])
def test_what_was_changed_does_not_hold(content, change, facts):
    verified = verify(changed(content, change), now=NOW)
    assert (verified.issuer, verified.signature, verified.facts) == (Issuer.OURS, Signature.BROKEN, facts)
    assert not verified.holds


@pytest.mark.parametrize(("act", "status"), [
    (lambda each: revoke(certificate=each, reason="mistake", by=make_user(), now=NOW), Status.REVOKED),
    (lambda each: correct(certificate=each, changes={"holder": "Ana Díaz"}, reason="name", by=make_user(), now=NOW),
     Status.SUPERSEDED),
])
def test_one_that_has_ended_does_not_hold_though_it_was_signed(certificate, content, act, status):
    act(certificate)
    verified = verify(content, now=NOW)
    assert verified.answers == (Issuer.OURS, Signature.HOLDS, status, Period.CURRENT, Agreement.SAME)
    assert not verified.holds


@pytest.mark.parametrize(("boundary", "seconds", "period"), [
    ("issued_at", -1, Period.NOT_YET), ("issued_at", 0, Period.CURRENT),
    ("expires_at", -1, Period.CURRENT), ("expires_at", 0, Period.EXPIRED),
])
def test_a_credential_holds_until_it_expires(key, boundary, seconds, period):
    certificate = make_certificate(now=NOW, expires_on=dt.date(2027, 11, 22))
    moment = getattr(certificate, boundary) + dt.timedelta(seconds=seconds)
    verified = verify(make_credential(certificate, key=key, now=NOW), now=moment)
    assert verified.period == period
    assert verified.holds == (period == Period.CURRENT)


def test_what_a_retired_key_signed_holds_and_what_a_compromised_one_signed_does_not(key, content):
    retire(key=key, by=make_user(), now=NOW)
    assert verify(content, now=NOW).holds
    mark_compromised(key=key, by=make_user(), now=NOW)
    verified = verify(content, now=NOW)
    assert (verified.issuer, verified.signature) == (Issuer.WITHDRAWN, Signature.HOLDS)
    assert not verified.holds


def test_what_a_stranger_signed_does_not_hold(certificate, key):
    stranger = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    forged = make_credential(certificate, key=stranger, now=NOW)
    stranger.delete()
    verified = verify(forged, now=NOW)
    assert (verified.issuer, verified.signature) == (Issuer.UNKNOWN, Signature.UNKNOWN)
    under_our_name = changed(forged, lambda each: each["proof"][0].update(
        verificationMethod=f"did:web:localhost%3A8000#{key.key_id}"))
    verified = verify(under_our_name, now=NOW)
    assert (verified.issuer, verified.signature) == (Issuer.OURS, Signature.BROKEN)


def test_a_credential_of_another_platform_is_not_ours(content, settings):
    settings.BASE_URL = "https://puentes.example"
    assert verify(content, now=NOW).issuer == Issuer.UNKNOWN


def test_one_whose_certificate_is_not_known_cannot_be_compared(certificate, content):
    certificate.outbox.all().delete()
    certificate.events.all()._raw_delete("default")
    certificate.delete()
    verified = verify(content, now=NOW)
    assert verified.answers == (Issuer.OURS, Signature.HOLDS, Status.UNKNOWN, Period.CURRENT, Agreement.UNKNOWN)
    assert not verified.holds


def test_one_whose_facts_were_altered_here_cannot_be_compared(certificate, content):
    Certificate.objects.update(snapshot={**certificate.snapshot, "holder": "Otra Persona"})
    assert verify(content, now=NOW).facts == Agreement.UNKNOWN


@pytest.mark.parametrize("change", [
    lambda each: each.pop("proof"),
    lambda each: each.update(proof=[]),
    lambda each: each.update(proof=each["proof"][0]),
    lambda each: each["proof"].append(copy.deepcopy(each["proof"][0])),
    lambda each: each["proof"][0].pop("proofValue"),
    lambda each: each["proof"][0].update(proofPurpose="authentication"),
    lambda each: each["proof"][0].update(cryptosuite="eddsa-jcs-2022"),
    lambda each: each["proof"][0].update(proofValue=7),
    lambda each: each["proof"][0].update(domain="puentes.example"),
])
def test_a_proof_of_another_shape_is_none(content, change):
    verified = verify(changed(content, change), now=NOW)
    assert (verified.issuer, verified.signature) == (Issuer.UNKNOWN, Signature.UNKNOWN)


@pytest.mark.parametrize("change", [
    lambda each: each["proof"][0].update(proofValue="z0"),
    lambda each: each["proof"][0].update(proofValue="z"),
    lambda each: each["proof"][0].update(proofValue="z" + "1" * 64),
    lambda each: each["proof"][0].update(proofValue="z" + "z" * 5000),
    lambda each: each.update({"@context": "https://www.w3.org/ns/credentials/v2"}),
    lambda each: each.update({"@context": {"@vocab": "https://puentes.example/"}}),
    lambda each: each.pop("@context"),
    lambda each: each.update(credentialSubject=[[each["credentialSubject"]]]),
    lambda each: each.update(evidence=[{}] * 5000),
])
def test_hostile_documents_are_refused_and_break_nothing(content, change):
    assert verify(changed(content, change), now=NOW).signature == Signature.BROKEN


@pytest.mark.parametrize("moment", ["soon", "2026-11-22", "2026-99-99T00:00:00Z", 7, None])
def test_a_period_that_cannot_be_read_is_unknown(content, moment):
    verified = verify(changed(content, lambda each: each.update(validUntil=moment)), now=NOW)
    assert verified.period == Period.UNKNOWN


@pytest.mark.parametrize("content", [
    b"", b"[]", b"7", b"null", b"\xff\xfe", "{", '{"id": NaN}', '{"id": 1, "id": 2}', b"[" * 100_000,
    b'{"id": "' + b"x" * 200_000 + b'"}',
])
def test_what_is_no_credential_is_said_so(content):
    with pytest.raises(NotACredential):
        verify(content, now=NOW)


@pytest.mark.parametrize("content", [b"{}", b'{"id": 7, "issuer": []}', b'{"id": "urn:uuid:zzz", "proof": [7]}',
                                     b'{"id": "urn:uuid:------------------------------------"}'])
def test_another_json_object_holds_nothing(db, content):
    verified = verify(content, now=NOW)
    assert verified.answers == (Issuer.UNKNOWN, Signature.UNKNOWN, Status.UNKNOWN, Period.UNKNOWN, Agreement.UNKNOWN)


def test_the_place_in_the_list_has_to_be_that_of_the_certificate(certificate, content):
    other = lists.entry(make_certificate(now=NOW))
    assert verify(changed(content, lambda each: each.update(credentialStatus=other)), now=NOW).status == Status.UNKNOWN
