import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.code_lists import MAX_CODES, NoCodes, NotText, TooManyCodes, decode, read_codes, write_csv
from certificates.codes import ALPHABET, grouped

CODE = "0123456789ABCDEF"


@pytest.mark.parametrize("line", [
    CODE, CODE.lower(), grouped(CODE), grouped(CODE).replace("-", " "), f"Ana Soto; {grouped(CODE)}; 12-3",
    f"2026 {grouped(CODE)}", f"Rosa {grouped(CODE)}", f"Juan {grouped(CODE)} 2026",
    f"https://puentes.test/c/{CODE}", f'"{grouped(CODE)}",Ana', f"\t{CODE};",
])
def test_code_is_found_however_it_is_written(line):
    (entry,) = read_codes(line)
    assert entry.code == CODE


def test_same_code_is_checked_once():
    assert len(read_codes(f"{CODE}\n{grouped(CODE)}\n")) == 1


def test_headings_are_left_out_and_what_is_no_code_is_not():
    entries = read_codes(f"Código\n{CODE}\n0123-4567\n")
    assert [(entry.written, entry.code) for entry in entries] == [(CODE, CODE), ("0123-4567", "")]


@pytest.mark.parametrize("text", ["", " \n\t", "Código;Nombre"])
def test_nothing_to_check_is_said(text):
    with pytest.raises(NoCodes):
        read_codes(text)


def test_more_than_may_be_are_counted():
    with pytest.raises(TooManyCodes) as caught:
        read_codes("\n".join(f"{number:016d}" for number in range(MAX_CODES + 1)))
    assert caught.value.count == MAX_CODES + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_file_is_read_in_the_encodings_of_offices(encoding):
    assert "Ñuñoa" in decode(io.BytesIO("Ñuñoa".encode(encoding)))


@pytest.mark.parametrize("content", [b"PK\x03\x04\0", b"\xff\xfe\x00\xd8", b"x" * 300_000])
def test_file_that_is_not_text_is_refused(content):
    with pytest.raises(NotText):
        decode(io.BytesIO(content))


@given(st.text(alphabet=ALPHABET, min_size=16, max_size=16), st.text(max_size=20))
def test_any_text_around_a_code_leaves_it_to_be_found_or_says_it_is_none(code, around):
    entries = read_codes(f"{around}\n{code}\n{around}")
    assert code in {entry.code for entry in entries}


def test_csv_holds_nothing_that_runs_as_a_formula():
    (entry,) = read_codes("=1+1")
    assert write_csv([(entry, None)]).splitlines()[1].split(",")[0].split(";")[0] == "'=1+1"
