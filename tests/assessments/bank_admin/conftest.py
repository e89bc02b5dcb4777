import pytest

from tests.assessments.bank_admin.people import make_people


@pytest.fixture
def people(db, django_capture_on_commit_callbacks):
    return make_people(django_capture_on_commit_callbacks)
