from fractions import Fraction

from assessments.grading import check_text
from assessments.results import Credit

LONGEST = 50_000  # characters


def check(item, response):
    """A text, with the line ends of Unix: browsers send others, and the same text is to be the same answer."""
    if isinstance(response, str):
        response = response.replace("\r\n", "\n").replace("\r", "\n")
    return check_text(response, longest=LONGEST)


def grade(item, response):
    """A person decides; no text earns nothing at once. ``details``: the number of ``words``, and by how many they are
    ``too_few`` or ``too_many`` for what the question asks: it is said, and costs nothing by itself."""
    words = count_words(response)
    too_few = max(item["minimum"] - words, 0)
    too_many = max(words - item["maximum"], 0) if item["maximum"] else 0
    return Credit(None if response else Fraction(0), {"words": words, "too_few": too_few, "too_many": too_many})


def count_words(text):
    """What stands between white space and holds a letter or a digit: a dash by itself is no word."""
    return sum(any(map(str.isalnum, word)) for word in text.split())
