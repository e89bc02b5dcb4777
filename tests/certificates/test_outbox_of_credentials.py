import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from certificates.ending import revoke
from certificates.keys import create_key, get_key_file, retire
from certificates.models import IssuerKey, Outbox
from certificates.outbox import claim, get_credential, perform, plan_credentials, read_artifact
from tests.factories import make_certificate, make_user

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def at(moment):
    return lambda: moment


def finish_all(now):
    while work := claim(now=now):
        assert perform(work, clock=at(now))


@pytest.fixture
def key(db, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    return create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW - dt.timedelta(days=1))


def test_the_credential_is_made_before_the_documents(key):
    certificate = make_certificate(now=NOW)
    work = claim(now=NOW)
    assert (work.kind, claim(now=NOW)) == (Outbox.CREDENTIAL, None)
    assert perform(work, clock=at(NOW))
    artifact = certificate.artifacts.get()
    assert (artifact.kind, artifact.key) == (Outbox.CREDENTIAL, key)
    assert get_credential(certificate) == read_artifact(artifact)
    assert claim(now=NOW).kind == "pdf_es"


def test_without_a_key_no_credential_is_planned(db):
    certificate = make_certificate(now=NOW)
    finish_all(NOW)
    assert get_credential(certificate) is None
    assert certificate.artifacts.count() == 2


def test_a_key_that_is_withdrawn_meanwhile_leaves_the_certificate_without_a_credential(key):
    certificate = make_certificate(now=NOW)
    key.retired_at = NOW
    key.save()
    finish_all(NOW)
    assert get_credential(certificate) is None
    assert not certificate.outbox.pending().exists()


def test_a_credential_that_fails_holds_its_documents_back(key):
    certificate = make_certificate(now=NOW)
    get_key_file(key).unlink()
    assert not perform(claim(now=NOW), clock=at(NOW))
    assert certificate.outbox.get(kind=Outbox.CREDENTIAL).last_error == "certificates.key_errors.KeyUnavailable"
    assert claim(now=NOW) is None


@pytest.mark.parametrize("before", ["without a key", "with a key that was retired"])
def test_credentials_that_lack_are_planned_when_there_is_a_key(before, db, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    if before != "without a key":
        old = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW - dt.timedelta(days=1))
    lacking = [make_certificate(now=NOW) for _each in range(3)]
    if before != "without a key":
        retire(key=old, by=None, now=NOW)
    finish_all(NOW)
    revoke(certificate=lacking.pop(), reason="mistake", by=make_user(), now=NOW)
    create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    finish_all(NOW)
    assert plan_credentials(now=NOW) == 2
    assert plan_credentials(now=NOW) == 0  # they are planned already
    finish_all(NOW)
    assert all(get_credential(each) for each in lacking)
    assert plan_credentials(now=NOW) == 0


def test_the_command_that_makes_keys_has_the_credentials_made(db, settings, tmp_path, capsys):
    settings.KEYS_DIR = tmp_path / "keys"
    certificate = make_certificate(now=timezone.now())
    call_command("create_issuer_keys")
    assert "credential" in capsys.readouterr().out
    finish_all(timezone.now())
    assert get_credential(certificate)
