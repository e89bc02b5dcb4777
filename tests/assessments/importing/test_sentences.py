import ast
import re

import pytest
from django.utils.translation import gettext, override

from assessments.importing.sentences import SENTENCES, get_patterns, get_plain, get_sentence
from tests.servers import ROOT

CALLS = {"QuestionRefused", "Remark", "FileUnreadable", "Refused", "add", "refuse_open", "refuse"}
PLACE = re.compile(r"%\(\w+\)s")


def find_sentences():
    """What readers and writers say, each with %()s where something is filled in."""
    for folder in ("formats", "importing"):
        for path in (ROOT / "assessments" / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                values = []
                if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
                    values = node.args
                elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                    values = node.value.elts
                for value in values:
                    text = get_template(value)
                    if " " in text and text.endswith(".") and not text.startswith("%()s:"):
                        yield text


def get_template(value):
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else "%()s" for each in value.values)
    return ""


def test_every_sentence_of_readers_and_writers_can_be_translated():
    known = {PLACE.sub("%()s", each).replace("%%", "%") if "%(" in each else each for each in SENTENCES}
    missing = set(find_sentences()) - known
    assert not missing, "Write them in assessments/importing/sentences.py too."


@pytest.mark.parametrize(("sentence", "template", "values"), [
    ("The file “a.png” is damaged.", "The file “%(name)s” is damaged.", {"name": "a.png"}),
    ("The file has more than 50,000 questions. Divide it.", "The file has more than %(most)s questions. Divide it.",
     {"most": "50,000"}),
    ("It has no text.", "It has no text.", None)])
def test_a_sentence_is_translated_with_what_is_filled_in(sentence, template, values):
    with override("es"):
        expected = gettext(template)
        assert get_sentence("reason", sentence) == (expected % values if values else expected)


def test_an_unknown_sentence_stays():
    assert get_sentence("refused_by_form", "Debe haber una opción.") == "Debe haber una opción."


def test_no_two_templates_mean_the_same_sentence():
    assert len(get_plain()) + len(get_patterns()) == len(set(SENTENCES))
