import datetime as dt
import json

import pytest
from django.utils import timezone
from openbadgeslib.ob3 import decode_encoded_list, set_indices

from certificates import ending
from certificates.credentials import lists, proofs
from certificates.keys import KeyUnavailable, create_key, get_key_file, mark_compromised, retire
from certificates.models import Certificate, IssuerKey, StatusList
from certificates.tasks import publish_status_lists
from tests.certificates.credentials.conftest import NOW
from tests.factories import make_certificate, make_user


def seconds(number):
    return dt.timedelta(seconds=number)


def published():
    return json.loads(StatusList.objects.get().published)


def bits():
    return set_indices(decode_encoded_list(published()["credentialSubject"]["encodedList"]))


def revoke(certificate, now):
    ending.revoke(certificate=certificate, reason="mistake", by=make_user(), now=now)


def test_a_list_has_a_bit_for_each_certificate_that_ended(key):
    held, revoked, corrected = (make_certificate(now=NOW) for _each in range(3))
    revoke(revoked, NOW)
    ending.correct(certificate=corrected, changes={"holder": "Ana Díaz"}, reason="name", by=make_user(), now=NOW)
    assert lists.publish_due(now=NOW) == 1
    assert bits() == {revoked.status_index, corrected.status_index}
    assert held.status_index not in bits()


def test_bits_are_counted_from_the_left_as_the_standard_says(certificate, key):
    Certificate.objects.update(status_index=9)
    revoke(certificate, NOW)
    lists.publish_due(now=NOW)
    content = decode_encoded_list(published()["credentialSubject"]["encodedList"])
    assert (len(content) * 8, content[:2]) == (StatusList.SIZE, bytes([0b00000000, 0b01000000]))


def test_a_list_says_how_long_it_may_be_believed(certificate, key):
    lists.publish_due(now=NOW)
    listed = published()
    assert (listed["validFrom"], listed["validUntil"]) == ("2026-11-22T15:30:20Z", "2026-11-22T16:30:20Z")
    assert listed["credentialSubject"]["ttl"] == 300_000
    assert listed["issuer"] == "did:web:localhost%3A8000"
    proofs.check(listed, multikey=key.public_key)


@pytest.mark.parametrize(("later", "again"), [(0, False), (899, False), (900, True)])
def test_a_list_is_made_anew_before_it_grows_old(certificate, key, later, again):
    StatusList.objects.update(changed_at=NOW - seconds(3600))
    lists.publish_due(now=NOW)
    assert lists.publish_due(now=NOW + seconds(later)) == again
    assert lists.RENEW_AFTER < lists.VALID_FOR


@pytest.mark.parametrize("dated", [20, -60])
def test_a_list_is_made_anew_after_a_change_also_after_one_that_took_long_to_commit(certificate, key, dated):
    StatusList.objects.update(changed_at=NOW - seconds(3600))
    lists.publish_due(now=NOW)
    revoke(certificate, NOW + seconds(dated))
    assert lists.publish_due(now=NOW + seconds(30)) == 1
    assert bits() == {certificate.status_index}


def test_many_changes_in_a_row_make_one_list(key):
    certificates = [make_certificate(now=NOW) for _each in range(3)]
    lists.publish_due(now=NOW)
    made = 0
    for number, certificate in enumerate(certificates, start=1):
        revoke(certificate, NOW + seconds(number))
        made += lists.publish_due(now=NOW + seconds(number))
    assert made == 0
    assert lists.publish_due(now=NOW + seconds(60)) == 1
    assert len(bits()) == 3


def test_a_slow_worker_does_not_put_an_older_list_in_place_of_a_newer_one(certificate, key):
    status_list = StatusList.objects.get()
    assert lists.publish(status_list, key=key, now=NOW + seconds(1))
    assert not lists.publish(status_list, key=key, now=NOW)
    assert published()["validFrom"] == "2026-11-22T15:30:21Z"


def test_a_new_key_signs_the_lists_at_once(certificate, key):
    lists.publish_due(now=NOW)
    mark_compromised(key=key, by=None, now=NOW)
    following = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    assert lists.publish_due(now=NOW + seconds(1)) == 1
    proofs.check(published(), multikey=following.public_key)
    StatusList.objects.update(changed_at=NOW - seconds(3600))
    assert lists.publish_due(now=NOW + seconds(2)) == 0


def test_without_a_key_no_list_is_made(certificate, key):
    retire(key=key, by=None, now=NOW)
    assert lists.publish_due(now=NOW) == 0
    assert StatusList.objects.get().published == ""


def test_a_list_is_not_made_unsigned(certificate, key):
    get_key_file(key).unlink()
    with pytest.raises(KeyUnavailable):
        lists.publish_due(now=NOW)
    assert StatusList.objects.get().published == ""


@pytest.mark.django_db(transaction=True)
def test_a_revocation_publishes_the_list_right_after_it(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    now = timezone.now()
    create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=now)
    certificate = make_certificate(now=now)
    assert bits() == set()
    StatusList.objects.update(published_at=now - seconds(60))
    revoke(certificate, now)
    assert bits() == {certificate.status_index}


def test_the_task_publishes_what_is_due(certificate, key):
    publish_status_lists()
    assert published()["id"] == "http://localhost:8000/credentials/status/1"
    assert bits() == set()
