"""Which format a file is in."""

import time

import pytest

from assessments.formats.decoding import FileUnreadable
from assessments.importing.sources import detect


@pytest.mark.parametrize(("data", "format"), [
    (b"PK\x03\x04...", "xlsx"), (b"<?xml version='1.0'?><quiz/>", "moodle-xml"),
    (b"\n<!-- one --> <!-- <quiz -->\n<quiz>", "moodle-xml"), (b"q {=a}", "gift"), (b"\n\n  // a comment", "gift"),
    (b"q\nA) a\n  B) b\n\tANSWER: A", "aiken")])
def test_the_format_is_told_by_the_content(data, format):
    assert detect(data) == format


@pytest.mark.parametrize("data", [
    b"<!---->" * 28_000 + b"x", b"<!--" * 50_000, b"\n" * 199_000 + b"x", b" " * 199_000 + b"x",
    b"\n \t" * 66_000 + b"x"], ids=["comments", "openings", "lines", "spaces", "blank lines"])
def test_a_file_that_is_nothing_is_refused_at_once(data):
    begin = time.process_time()
    with pytest.raises(FileUnreadable) as refused:
        detect(data)
    assert refused.value.reason == "unknown_format"
    assert time.process_time() - begin < 2
