import pytest

from courses.text_search import fold


@pytest.mark.parametrize(("text", "folded"), [
    ("Atención", "atencion"), ("ÑANDÚ", "nandu"), ("Señaléctica ÜBER", "senalectica uber"), ("Straße", "strasse"),
    ("", ""), ("24,5 h", "24,5 h"), ("Ação", "acao"), ("e\u0301", "e"),
])
def test_fold_drops_case_and_accents(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded
