import pytest
from django.core.checks import run_checks
from django.utils import timezone

from certificates.keys import create_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("keys_dir")]


def found(**options):
    return [each.id for each in run_checks(**options) if each.id.startswith("certificates.")]


def test_check_warns_of_what_is_not_signed():
    assert found(tags=["database"], databases=["default"]) == ["certificates.W001", "certificates.W002"]
    create_key(purpose="pdf", now=timezone.now())
    assert found(tags=["database"], databases=["default"]) == ["certificates.W002"]
    create_key(purpose="credential", now=timezone.now())
    assert found(tags=["database"], databases=["default"]) == []


def test_check_without_a_database_asks_none(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert found() == []


def test_check_refuses_a_folder_of_keys_that_others_may_use(keys_dir):
    keys_dir.mkdir()
    keys_dir.chmod(0o750)
    assert found(tags=["security"]) == ["certificates.E001"]
    keys_dir.chmod(0o700)
    assert found(tags=["security"]) == []
