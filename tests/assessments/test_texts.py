import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from assessments.texts import LocalizedTextBlock, get_text, localise


def test_localized_text_requires_the_first_language_only():
    block = LocalizedTextBlock()
    assert dict(block.clean(block.to_python({"es": "Hola", "en": ""}))) == {"es": "Hola", "en": ""}
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"es": "", "en": "Hello"}))
    optional = LocalizedTextBlock(required=False)
    assert dict(optional.clean(optional.to_python({"es": "", "en": ""}))) == {"es": "", "en": ""}


def test_localise_does_not_depend_on_the_order_of_languages():
    with override("en"):
        assert localise({"es": "Hola", "en": "Hello"}) == ("Hello", "en")
        assert localise({"pt": "Olá", "es": "Hola"}) == ("Hola", "es")
        assert localise({"pt": "Olá"}) == ("Olá", "pt")
        assert localise({}) == localise(None) == ("", "en")
        assert get_text({"es": "Hola", "en": ""}) == "Hola"
