import pytest
from django.core.exceptions import ValidationError

from assessments.blocks import LocalizedTextBlock, QuestionBlock, freeze_question
from tests.factories import choice_value, localized, stable_id

BLOCK = QuestionBlock()


def make_body(kind, value):
    return BLOCK.to_python([{"type": kind, "id": stable_id(kind), "value": value}])


def make_choice(kind, *options):
    return make_body(kind, choice_value(code="q", stem="¿Qué?", options=options) | {"feedback": localized("Recuerde")})


def clean(body):
    return BLOCK.clean(body)


def freeze(body):
    return freeze_question(body[0].block_type, body[0].value)


def get_errors(body):
    """The messages of every level, joined."""
    with pytest.raises(ValidationError) as refusal:
        clean(body)
    return str(refusal.value.as_json_data())


def test_freeze_choice_keeps_every_text_in_every_language_with_its_key():
    assert freeze(make_choice("multiple_choice", ("Sí", True), ("No", False))) == {
        "kind": "multiple_choice", "stem": localized("¿Qué?"), "feedback": localized("Recuerde"),
        "options": [
            {"id": stable_id("q", 0), "text": localized("Sí"), "correct": True, "feedback": localized("Sobre «Sí»")},
            {"id": stable_id("q", 1), "text": localized("No"), "correct": False, "feedback": localized("Sobre «No»")},
        ]}


@pytest.mark.parametrize("answer", ["true", "false"])
def test_freeze_true_false_has_two_options_without_a_text_of_their_own(answer):
    body = make_body("true_false", {"stem": localized("Es así."), "answer": answer, "when_true": localized("Dijo sí"),
                                    "when_false": localized("Dijo no"), "feedback": localized("Recuerde")})
    assert freeze(body) == {
        "kind": "true_false", "stem": localized("Es así."), "feedback": localized("Recuerde"),
        "options": [
            {"id": "true", "text": None, "correct": answer == "true", "feedback": localized("Dijo sí")},
            {"id": "false", "text": None, "correct": answer == "false", "feedback": localized("Dijo no")},
        ]}


@pytest.mark.parametrize(("kind", "keys", "message"), [
    ("single_choice", (False, False), "Exactly one option must be correct."),
    ("single_choice", (True, True), "Exactly one option must be correct."),
    ("multiple_choice", (False, False, False), "At least one option must be correct."),
])
def test_clean_refuses_a_key_that_no_answer_satisfies(kind, keys, message, settings):
    settings.LANGUAGE_CODE = "en"
    body = make_choice(kind, *((f"Opción {number}", key) for number, key in enumerate(keys)))
    assert message in get_errors(body)


@pytest.mark.parametrize(("kind", "keys"), [
    ("single_choice", (False, True)), ("multiple_choice", (False, True)), ("multiple_choice", (True, True)),
])
def test_clean_accepts_a_key_and_changes_nothing(kind, keys):
    body = make_choice(kind, *((f"Opción {number}", key) for number, key in enumerate(keys)))
    assert freeze(clean(body)) == freeze(body)


def test_clean_refuses_a_single_option_and_more_than_one_question():
    with pytest.raises(ValidationError):
        clean(make_choice("single_choice", ("Sí", True)))
    question = make_choice("single_choice", ("Sí", True), ("No", False)).raw_data[0]
    with pytest.raises(ValidationError):
        clean(BLOCK.to_python([question, {**question, "id": stable_id("other")}]))
    with pytest.raises(ValidationError):
        clean(BLOCK.to_python([]))


def test_localized_text_requires_the_first_language_only():
    block = LocalizedTextBlock()
    assert dict(block.clean(block.to_python({"es": "Hola", "en": ""}))) == {"es": "Hola", "en": ""}
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"es": "", "en": "Hello"}))
    optional = LocalizedTextBlock(required=False)
    assert dict(optional.clean(optional.to_python({"es": "", "en": ""}))) == {"es": "", "en": ""}
