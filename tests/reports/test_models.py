import datetime as dt

import pytest

from lms.reports.models import Archive, ArchivePart
from tests.constraints import violates
from tests.factories import make_user

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def make_archive(**fields):
    return Archive.objects.create(**{"by": make_user(), "languages": "es", "index_language": "es", "people": 1,
                                     "requested_at": NOW, "next_at": NOW, **fields})


def test_archive_that_is_ready_expires():
    with violates("archive_ready_expires"):
        make_archive(state="ready")


@pytest.mark.parametrize("state", ["ready", "failed", "cancelled", "removed"])
def test_archive_is_leased_only_while_it_is_being_made(state):
    with violates("archive_lease_only_while_working"):
        make_archive(state=state, expires_at=NOW, leased_until=NOW)


def test_archive_has_each_part_once():
    archive = make_archive()
    ArchivePart.objects.create(archive=archive, number=1)
    with violates("archive_part_once"):
        ArchivePart.objects.create(archive=archive, number=1)


def test_archive_is_due_when_no_worker_has_it_and_its_pause_is_over():
    make_archive(leased_until=NOW + dt.timedelta(seconds=1))
    make_archive(next_at=NOW + dt.timedelta(seconds=1))
    make_archive(state="ready", expires_at=NOW)
    due = [make_archive(), make_archive(leased_until=NOW)]
    assert set(Archive.objects.due(NOW)) == set(due)
