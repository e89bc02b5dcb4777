import pytest

from tests.reports.town import make_town


@pytest.fixture
def town(db):
    return make_town()
