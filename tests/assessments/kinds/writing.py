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


def make_weighed(kind, *percents, correct=False, **fields):
    """A choice in which each option has its percentage (a text, or None)."""
    value = choice_value(code="q", stem="¿Qué?", options=[(f"Opción {percent}", correct) for percent in percents])
    for row, percent in zip(value["options"], percents, strict=True):
        row["value"]["percent"] = percent
    return make_body(kind, value | {"feedback": localized("Recuerde")} | fields)


def clean(body):
    return BLOCK.clean(body)


def freeze(body):
    return question_field.freeze(body)


def get_errors(body):
    """The messages of every level, joined."""
    with pytest.raises(ValidationError) as refusal:
        clean(body)
    return str(refusal.value.as_json_data())
