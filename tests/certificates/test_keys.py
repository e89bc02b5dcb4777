import datetime as dt
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.keys import KeyExposed, KeyUnavailable, create_key, get_key_file, load_signing_key
from certificates.models import IssuerKey

NOW = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def key(db, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    return create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)


def test_a_new_key_is_usable_at_once_and_has_a_name_of_its_own(key):
    other = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    assert list(IssuerKey.objects.usable(NOW)) == [other, key]
    assert key.key_id != other.key_id
    assert key.key_id.startswith("credential-2026-03-01-")  # the day in the platform's time zone
    assert key.public_key.startswith("z6Mk")  # what every Ed25519 Multikey begins with


def test_the_private_half_is_only_for_its_owner(key):
    file = get_key_file(key)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert isinstance(load_signing_key(key), Ed25519PrivateKey)


@pytest.mark.parametrize(("of_the_folder", "mode", "advice"), [
    (False, 0o640, "chmod 600"), (False, 0o604, "chmod 600"), (True, 0o750, "chmod 700"), (True, 0o701, "chmod 700"),
])
def test_a_key_that_others_may_use_is_refused(key, of_the_folder, mode, advice):
    load_signing_key(key)
    file = get_key_file(key)
    (file.parent if of_the_folder else file).chmod(mode)
    with pytest.raises(KeyExposed, match=advice):
        load_signing_key(key)


def test_no_key_is_made_in_a_folder_that_others_may_read(key):
    get_key_file(key).parent.chmod(0o755)
    with pytest.raises(KeyExposed):
        create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    assert IssuerKey.objects.count() == 1


def test_a_key_without_its_file_cannot_sign(key):
    get_key_file(key).unlink()
    with pytest.raises(KeyUnavailable, match="No such file"):
        load_signing_key(key)


def test_another_key_in_the_file_is_noticed(key):
    other = create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW)
    load_signing_key(key)
    get_key_file(other).replace(get_key_file(key))
    with pytest.raises(KeyUnavailable, match="another key"):
        load_signing_key(key)


def test_a_file_that_holds_no_key_is_refused(key):
    get_key_file(key).write_text("no key")
    with pytest.raises(KeyUnavailable, match="cannot be used"):
        load_signing_key(key)


def test_a_key_of_another_storage_is_not_looked_for_in_files(key):
    key.storage = IssuerKey.Storage.PKCS11
    with pytest.raises(KeyUnavailable, match="not kept in a file"):
        load_signing_key(key)
