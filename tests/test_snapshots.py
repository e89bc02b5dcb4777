import pytest
from django.db import connection

from lms.accounts.models import Organisation
from tests import factories
from tests.snapshots import Snapshot

pytestmark = pytest.mark.django_db


class SetUp:
    """Makes an institution called «Quilicura» and counts how often."""

    times = 0

    def __call__(self):
        self.times += 1
        factories.make_organisation(name="Quilicura")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="elsewhere the set-up runs each time")
def test_snapshot_puts_the_rows_without_setting_up_again():
    set_up = SetUp()
    snapshot = Snapshot(set_up, witnesses=["accounts_organisation"])
    snapshot.restore()
    made = list(Organisation.objects.values())
    Organisation.objects.all().delete()
    snapshot.restore()
    assert set_up.times == 1
    assert list(Organisation.objects.values()) == made
    assert factories.make_organisation().pk > made[0]["id"]


def test_snapshot_sets_up_where_the_witnesses_differ():
    set_up = SetUp()
    snapshot = Snapshot(set_up, witnesses=["accounts_organisation"])
    snapshot.restore()
    snapshot.restore()
    assert set_up.times == 2
    assert Organisation.objects.filter(name="Quilicura").count() == 2
