"""Questions as a trainer's form gives them, before they are saved."""

import pytest
from django.core.exceptions import ValidationError

from assessments import question_field
from assessments.question_field import QuestionBlock
from tests.factories import choice_value, localized, stable_id

BLOCK = QuestionBlock()


def make_body(kind, value):
    return BLOCK.to_python([{"type": kind, "id": stable_id(kind), "value": value}])


def make_choice(kind, *options, **fields):
    """A choice with the ``options`` (text, is it correct)."""
    value = choice_value(code="q", stem="¿Qué?", options=options) | {"feedback": localized("Recuerde")}
    return make_body(kind, value | fields)


def clean(body):
    return BLOCK.clean(body)


def freeze(body):
    return question_field.freeze(body)


def get_errors(body):
    """The messages of every level, joined."""
    with pytest.raises(ValidationError) as refusal:
        clean(body)
    return str(refusal.value.as_json_data())
