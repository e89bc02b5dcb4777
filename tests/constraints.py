"""For the tests that violate each constraint of the database once."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction


@contextmanager
def violates(name):
    """What happens inside is refused by the constraint called ``name``, and nothing of it stays."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        yield


def get_constraint_names(app):
    models = apps.get_app_config(app).get_models()
    return {constraint.name for model in models for constraint in model._meta.constraints}
