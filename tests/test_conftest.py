"""That the surroundings of the tests hold what they promise."""

import socket
import time

import pytest
from django.db import connection
from wagtail.models import Locale, Page

from lms.accounts.models import Territory, User
from tests import factories
from tests.conftest import NetworkUsed


def test_network_is_closed():
    with pytest.raises(NetworkUsed), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_again", range(2))
def test_committed_rows_are_gone_and_migrated_ones_are_back(_again):
    assert User.objects.count() == 0
    assert Page.get_root_nodes().count() == 1
    assert [locale.language_code for locale in Locale.objects.all()] == ["es"]
    assert Territory.objects.count() == 437
    factories.make_user()
    Territory.objects.filter(level="commune").delete()
    connection.close()  # what was committed is there for others
    assert User.objects.count() == 1


def test_tasks_run_in_real_workers_when_asked(celery_workers):
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from lms.accounts.tasks import clear_sessions

    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timezone.timedelta(days=1))
    celery_workers.start()
    clear_sessions.delay()
    for _attempt in range(100):
        if not Session.objects.exists():
            break
        time.sleep(0.1)
    assert not Session.objects.exists()
