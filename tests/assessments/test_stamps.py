import pytest

from assessments.stamps import MOST, add_stamp, describe_stamps, is_last, is_taken, read_stamp


@pytest.mark.parametrize(("text", "stamp"), [
    ("k3jx.7", ("k3jx", 7)), (None, ("", 0)), ("", ("", 0)), ("k3jx", ("", 0)), ("k3jx.0", ("", 0)), (".7", ("", 0)),
    ("k3jx.-7", ("", 0)), ("k3jx.1234567890", ("", 0)), ("K3.7", ("", 0)), ("k3.7\n", ("", 0)),
    ("a" * 33 + ".7", ("", 0)),
])
def test_read_stamp_takes_only_what_a_page_sends(text, stamp):
    assert read_stamp(text) == stamp


def test_is_taken_knows_what_came_and_what_was_answered_before_it():
    stamps = add_stamp(add_stamp([], "one", 5), "two", 2)
    assert [is_taken(stamps, *stamp) for stamp in (("one", 4), ("one", 5), ("one", 6), ("two", 2), ("three", 1))] == [
        True, True, False, True, False]


def test_form_without_script_is_never_taken_for_one_that_came_before():
    stamps = add_stamp([], "", 0)
    assert not is_taken(stamps, "", 0)
    assert not is_last(stamps, "")


def test_is_last_names_the_page_that_what_is_saved_comes_from():
    stamps = add_stamp(add_stamp(add_stamp([], "one", 1), "two", 1), "one", 2)
    assert stamps == [["two", 1], ["one", 2]]
    assert (is_last(stamps, "one"), is_last(stamps, "two"), is_last([], "one")) == (True, False, False)


def test_add_stamp_keeps_the_last_senders():
    stamps = []
    for number in range(1, 20):
        stamps = add_stamp(stamps, f"p{number}", number)
    assert [turn for _sender, turn in stamps] == list(range(20 - MOST, 20))


def test_describe_stamps_leaves_out_forms_without_script():
    assert describe_stamps([["one", 3], ["", 0], ["two", 1]]) == "one.3 two.1"
    assert describe_stamps([]) == ""
