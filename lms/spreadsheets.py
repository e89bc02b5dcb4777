"""What every file for a spreadsheet needs."""

GUARDED = frozenset("=+-@\t\r")


def guard(text):
    """``text`` so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text[:1] in GUARDED else text
