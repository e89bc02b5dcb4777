import pytest
from django.core.exceptions import ValidationError

from assessments.kinds import get_kinds
from assessments.models import Question
from assessments.question_field import QuestionBlock, QuestionField
from tests.assessments.kinds.writing import BLOCK, clean, make_choice
from tests.factories import stable_id


def test_every_kind_can_be_chosen_under_its_own_name():
    assert list(BLOCK.child_blocks) == list(get_kinds())


def test_clean_refuses_a_single_option_and_more_than_one_question():
    with pytest.raises(ValidationError):
        clean(make_choice("single_choice", ("Sí", True)))
    question = make_choice("single_choice", ("Sí", True), ("No", False)).raw_data[0]
    with pytest.raises(ValidationError):
        clean(BLOCK.to_python([question, {**question, "id": stable_id("other")}]))
    with pytest.raises(ValidationError):
        clean(BLOCK.to_python([]))


def test_migrations_do_not_name_the_kinds():
    name, path, args, kwargs = Question._meta.get_field("body").deconstruct()
    assert (name, path, args) == ("body", "assessments.question_field.QuestionField", [])
    assert "block_lookup" not in kwargs
    assert isinstance(QuestionField(**kwargs).stream_block, QuestionBlock)
