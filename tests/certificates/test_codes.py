import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, CodeMalformed, grouped, new_code, normalise

codes = st.text(alphabet=ALPHABET, min_size=16, max_size=16)


def test_new_code_uses_all_of_the_alphabet_at_every_place():
    made = [new_code() for _number in range(2000)]
    assert all(set(symbols) == set(ALPHABET) for symbols in zip(*made, strict=True))
    assert len(set(made)) == 2000


@given(codes)
def test_normalise_reads_what_is_printed(code):
    assert normalise(grouped(code)) == code


@given(codes, st.data())
def test_normalise_accepts_what_people_write(code, data):
    written = ""
    for symbol in code:
        looks = {"0": "0oO", "1": "1iIlL"}.get(symbol, symbol + symbol.lower())
        written += data.draw(st.sampled_from(["", " ", "-", "–"])) + data.draw(st.sampled_from(looks))
    assert normalise(written) == code


@given(st.text(max_size=40))
def test_normalise_gives_a_code_or_says_that_it_cannot(text):
    try:
        code = normalise(text)
    except CodeMalformed:
        return
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)


@pytest.mark.parametrize("text", ["", "ABCD", "U" * 16, "0" * 15, "0" * 17, "０" * 16, "ABCD_EFGH_JKMN_PQRS"])
def test_normalise_refuses_what_no_code_can_be(text):
    with pytest.raises(CodeMalformed):
        normalise(text)
