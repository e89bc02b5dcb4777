"""A trainer in the admin, and a course with a lesson."""

import pytest

from tests.courses.authors import make_site, make_trainer
from tests.factories import make_course, make_lesson, make_module


@pytest.fixture
def catalogue(db, django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(catalogue, client):
    user = make_trainer(preferred_language="en")  # the texts in the code
    client.force_login(user)
    return user


@pytest.fixture
def course(catalogue):
    return make_course(catalogue=catalogue)


@pytest.fixture
def lesson(course):
    return make_lesson(module=make_module(course=course))
