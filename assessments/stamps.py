"""In which order a page gave its answers, whatever the line does with the order in which it sends them.

A page chooses a ``sender``, a short text at random, when it is opened, and counts its changes: the ``turn``. Both stay
with an answer until the server has it, also in the browser's own storage. So what arrives twice, or later than what was
answered after it, is known and changes nothing. An answer keeps the last turn of each sender: ``[[sender, turn], …]``,
the one that it came from last; a form without script has no sender and the turn 0."""

import re

MOST = 8  # pages that one answer is sent from; of the oldest nothing is under way any more
STAMP = re.compile(r"([0-9a-z]{1,32})\.([1-9][0-9]{0,8})")


def read_stamp(text):
    """(sender, turn) of «k3jx.7» as a page posts it; ("", 0) of anything else."""
    match = STAMP.fullmatch(text or "")
    return (match[1], int(match[2])) if match else ("", 0)


def is_taken(stamps, sender, turn):
    """Has this been taken, or something that the same page answered after it?"""
    return bool(turn) and any(known == sender and turn <= last for known, last in stamps)


def is_last(stamps, sender):
    """Is what is saved from this very page?"""
    return bool(sender and stamps) and stamps[-1][0] == sender


def add_stamp(stamps, sender, turn):
    """The stamps of an answer that has just been taken."""
    return [*(stamp for stamp in stamps if stamp[0] != sender), [sender, turn]][-MOST:]


def describe_stamps(stamps):
    """For a page that finds answers in the browser's storage: «k3jx.7 m2.1»."""
    return " ".join(f"{sender}.{turn}" for sender, turn in stamps if turn)
