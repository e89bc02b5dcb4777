import os
import secrets
import subprocess

import pytest

from tests.factories import make_user

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"  # where Debian and Ubuntu put it


@pytest.fixture
def administrator(client):
    """Has signed in, and reads the admin in the language of the code."""
    administrator = make_user(is_superuser=True, preferred_language="en")
    client.force_login(administrator)
    return administrator


@pytest.fixture
def keys_dir(settings, tmp_path):
    """A folder for the private keys of this test; it does not exist yet."""
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


@pytest.fixture(scope="session")
def _softhsm(tmp_path_factory):
    """SoftHSM reads where its tokens are when it is loaded, once a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    yield
    del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def hardware_module(_softhsm, settings):
    """A token in SoftHSM, which stands for a hardware module."""
    label = secrets.token_hex(8)
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "1234", "--pin", "5678"],
                   check=True, capture_output=True)
    settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN = SOFTHSM, label, "5678"
    from certificates import key_module  # its library is for those who use it

    key_module._open.update(session=None, process=None, keys={})
    yield label
    key_module._disconnect()
