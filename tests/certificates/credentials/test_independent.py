"""Programs that nobody here wrote judge what we sign: the JavaScript libraries of Digital Bazaar, and openbadgeslib's
own verifier."""

import copy
import datetime as dt
import json
import subprocess

import pytest
from django.utils import timezone
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError
from openbadgeslib.ob3.contexts import bundled_contexts

from certificates import ending
from certificates.credentials import lists
from certificates.credentials.did import issuer_did
from certificates.credentials.making import make_credential
from certificates.keys import create_key, load_signing_key, mark_compromised
from certificates.models import IssuerKey, StatusList
from tests.factories import make_certificate, make_user
from tests.servers import ROOT


@pytest.fixture
def now():
    """The JavaScript library judges a status list by the clock of the machine."""
    return timezone.now()


@pytest.fixture
def certificate(key, now):
    return make_certificate(now=now, expires_on=now.date() + dt.timedelta(days=365))


@pytest.fixture
def credential(certificate, key, now):
    return json.loads(make_credential(certificate, key=key, now=now))


@pytest.fixture
def platform(client, credential):
    """What the platform answers to a verifier, given as documents because there is no network."""
    def answer(path):
        return client.get(path).json()

    def documents():
        listed = credential["credentialStatus"]["statusListCredential"]
        return {"contexts": bundled_contexts(), "didDocument": answer("/.well-known/did.json"),
                "documents": {listed: answer(f"/credentials/status/{listed.rpartition('/')[2]}")}}
    return documents


def judge(*cases):
    """[{"verified": bool, "status": bool or None, "error": text}] of the verifier in JavaScript."""
    run = subprocess.run(["node", "tests/certificates/credentials/verifier.mjs"], cwd=ROOT, capture_output=True,
                         input=json.dumps(cases), text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def changed(credential, change):
    other = copy.deepcopy(credential)
    change(other)
    return other


TAMPERING = {
    "holder": lambda each: each["credentialSubject"]["identifier"][0].update(identityHash="Otra Persona"),
    "course": lambda each: each["credentialSubject"]["achievement"].update(name="Otro curso"),
    "hours": lambda each: each["credentialSubject"]["result"][0].update(value="240"),
    "dates": lambda each: each["credentialSubject"].update(activityEndDate="2020-01-01T12:00:00Z"),
    "grade": lambda each: each["credentialSubject"]["result"][2].update(value="7"),
    "expiry": lambda each: each.update(validUntil="2099-01-01T00:00:00Z"),
    "no expiry": lambda each: each.pop("validUntil"),
    "place in the status list": lambda each: each["credentialStatus"].update(statusListIndex="1"),
    "number": lambda each: each["credentialSubject"].update(licenseNumber="2026-999999"),
    "a term that no context defines": lambda each: each.update(bonus="Honours"),
}


def test_the_credential_and_its_status_list_are_accepted(credential, platform):
    (result,) = judge({"credential": credential, **platform()})
    assert result == {"verified": True, "status": False, "error": ""}


@pytest.mark.parametrize("holder", [
    'Ana "La \\Ñusta" O\'Higgins', "José\tde\nla\rCruz", "e\u0301 \u2028 \u200d \ufeff 😀", "<b>&amp;</b>", "名前",
    "Ana\x01\x0b\x1f\x7f\x85\ufffe\uffff Díaz",
])
def test_every_name_is_signed_as_others_read_it(holder, key, platform, now):
    """Both sides have to write a text in the same canonical way."""
    certificate = make_certificate(now=now, holder=holder)
    credential = json.loads(make_credential(certificate, key=key, now=now))
    (result,) = judge({"credential": credential, **platform()})
    assert result == {"verified": True, "status": False, "error": ""}


def test_what_was_tampered_with_is_refused(credential, platform):
    results = judge(*({"credential": changed(credential, change), **platform()} for change in TAMPERING.values()))
    assert {name: result["verified"] for name, result in zip(TAMPERING, results, strict=True)} == dict.fromkeys(
        TAMPERING, False)


@pytest.mark.parametrize("act", ["revoke", "correct"])
def test_a_revoked_and_a_replaced_one_have_their_bit_set(act, certificate, credential, platform, now):
    if act == "revoke":
        ending.revoke(certificate=certificate, reason="mistake", by=make_user(), now=now)
    else:
        ending.correct(certificate=certificate, changes={"holder": "Ana Díaz"}, reason="name", by=make_user(), now=now)
    lists.publish_due(now=now + dt.timedelta(seconds=11))
    (result,) = judge({"credential": credential, **platform()})
    assert result["status"] is True  # "verified" speaks of the list, not of the bit


def test_an_old_status_list_that_is_replayed_is_refused(credential, platform, key, now):
    old = now - lists.VALID_FOR - dt.timedelta(minutes=6)  # verifiers allow clocks to differ by five minutes
    StatusList.objects.update(published_at=None)
    lists.publish(StatusList.objects.get(), key=key, now=old)
    replayed = platform()
    lists.publish_due(now=now)
    refused, accepted = judge({"credential": credential, **replayed}, {"credential": credential, **platform()})
    assert not refused["verified"]
    assert "validUntil" in refused["error"]
    assert accepted["verified"]


def test_a_status_list_with_a_bit_taken_back_is_refused(certificate, credential, platform, now):
    before = platform()["documents"]
    ending.revoke(certificate=certificate, reason="mistake", by=make_user(), now=now)
    lists.publish_due(now=now + dt.timedelta(seconds=11))
    given = platform()
    (address,) = given["documents"]
    given["documents"][address]["credentialSubject"]["encodedList"] = (
        before[address]["credentialSubject"]["encodedList"])
    (result,) = judge({"credential": credential, **given})
    assert not result["verified"]


def test_what_another_key_signed_is_refused(certificate, platform, now):
    given = platform()
    IssuerKey.objects.all().delete()
    stranger = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=now)
    forged = json.loads(make_credential(certificate, key=stranger, now=now))
    under_our_name = changed(forged, lambda each: each["proof"][0].update(
        verificationMethod=given["didDocument"]["assertionMethod"][0]))
    results = judge({"credential": forged, **given}, {"credential": under_our_name, **given})
    assert [result["verified"] for result in results] == [False, False]


def test_a_key_that_was_withdrawn_is_believed_no_more(credential, platform, key, now):
    mark_compromised(key=key, by=make_user(), now=now)
    (result,) = judge({"credential": credential, **platform()})
    assert not result["verified"]


def test_the_verifier_of_the_library_agrees(credential, key):
    public = load_signing_key(key).public_key()
    verifier = OB3LdpVerifier(public, issuer_did())
    assert verifier.verify(credential).issuer.id == issuer_did()
    for change in TAMPERING.values():
        with pytest.raises(OB3VerificationError):
            verifier.verify(changed(credential, change))
