"""Is what a person wrote one of the texts that a trainer accepts? Pure; no regular expressions of a trainer's, which
can be made to run for ever.

Two texts are compared as Unicode compares compatible caseless text (The Unicode Standard, section 3.13, definition
D146: NFKC of the case folding), with white space collapsed, quotation marks and dashes of every shape made one, and
what nobody sees (category Cf, such as the soft hyphen of a copied text) left out."""

import unicodedata

QUOTES = dict.fromkeys("´`’‘‚‛ʼ′", "'") | dict.fromkeys("“”„‟«»″", '"')
DASHES = dict.fromkeys("‐‑‒–—―−", "-")
SHAPES = str.maketrans(QUOTES | DASHES | {"⁄": "/"})
TILDE = "\u0303"
ACCENTS = {chr(code) for code in range(0x300, 0x370)}
WAYS = ("exact", "contains", "wildcard")


def normalise(text, *, case=False, accents=False):
    """What of ``text`` is compared; ``case``, ``accents``: whether they matter."""
    text = "".join(char for char in text if unicodedata.category(char) != "Cf").translate(SHAPES)
    text = unicodedata.normalize("NFKC", text).translate(SHAPES)
    if not case:
        text = unicodedata.normalize("NFKC", text.casefold())
    if not accents:
        text = remove_accents(text)
    return " ".join(text.split())


def remove_accents(text):
    """Without accents and diaereses. The ñ stays: in Spanish it is a letter of its own («año» is not «ano»), as the
    Ortografía de la lengua española (RAE and ASALE, 2010) has it."""
    kept, letter = [], ""
    for char in unicodedata.normalize("NFD", text):
        if char not in ACCENTS:
            letter = char
            kept.append(char)
        elif char == TILDE and letter in ("n", "N"):
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def split_answers(texts):
    """{language: [accepted answer, …]} of {language: text with an answer a line}, without the empty ones."""
    return {language: [line.strip() for line in (text or "").splitlines() if normalise(line)]
            for language, text in texts.items()}


def join_answers(accepted):
    """{language: text}, for the search."""
    return {language: " / ".join(answers) for language, answers in accepted.items()}


def get_all(accepted):
    """The answers of every language. An official may answer in the language of the page or in the other one: the page
    can be changed from one to the other in the middle of an attempt, many who read it in English work in Spanish, and
    grading must give the same for the same answer whatever language was looked at."""
    return [answer for answers in accepted.values() for answer in answers]


def matches(text, answer, *, way="exact", case=False, accents=False):
    """``way``: ``exact``, the whole text; ``contains``, whole words anywhere in it; ``wildcard``, the whole text, where
    * stands for anything or nothing."""
    text, answer = (normalise(each, case=case, accents=accents) for each in (text, answer))
    if way == "contains":
        return contains_words(text, answer)
    if way == "wildcard":
        return fits(text, answer)
    return text == answer


def contains_words(text, words):
    """Does ``words`` stand in ``text`` without beginning or ending inside another word?"""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not (is_inside_word(text, start) or is_inside_word(text, end)):
            return True
        start = text.find(words, start + 1)
    return False


def is_inside_word(text, place):
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def fits(text, pattern):
    """Does ``text`` fit ``pattern``? The pieces between the stars are looked for from the left, each once, so this
    takes the time of reading the text, whatever the pattern."""
    first, *pieces = pattern.split("*")
    if not pieces:
        return text == pattern
    *middle, last = pieces
    if not text.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        found = text.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return len(text) - len(last) >= place and text.endswith(last)
