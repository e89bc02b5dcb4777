"""The text of a question with gaps: «Santiago is the capital of [[1]].» Pure."""

import re

MARKER = re.compile(r"\[\[\s*([0-9]{1,3})\s*\]\]")


def find_markers(text):
    """The numbers in the markers, in the order of the text."""
    return [int(number) for number in MARKER.findall(text)]


def has_broken_marker(text):
    """Are there double brackets that are no marker?"""
    rest = MARKER.sub("", text)
    return "[[" in rest or "]]" in rest


def split_text(text, total):
    """[text, gap, text, gap, …, text]: a gap is its number from 1 to ``total``, each exactly once, whatever the text
    says: what comes a second time or is unknown is left out, and what is missing comes at the end."""
    pieces, left = [], list(range(1, total + 1))
    place = 0
    for marker in MARKER.finditer(text):
        number = int(marker[1])
        pieces.append(text[place:marker.start()])
        place = marker.end()
        if number in left:
            left.remove(number)
            pieces.append(number)
    pieces.append(text[place:])
    for number in left:
        pieces += [" ", number]
    return pieces
