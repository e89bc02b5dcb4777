import datetime as dt

import pytest

from certificates.keys import create_key
from certificates.models import IssuerKey
from tests.factories import make_certificate

NOW = dt.datetime(2026, 11, 22, 15, 30, 20, 123456, tzinfo=dt.UTC)


@pytest.fixture
def key(db, settings, tmp_path):
    """A key that signs credentials since a year before NOW."""
    settings.KEYS_DIR = tmp_path / "keys"
    return create_key(purpose=IssuerKey.Purpose.CREDENTIAL, now=NOW - dt.timedelta(days=365))


@pytest.fixture
def certificate(key):
    return make_certificate(now=NOW)
