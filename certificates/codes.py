"""The code of a certificate: 80 random bits in 16 characters of Crockford's base32 (https://www.crockford.com/base32.html),
which has no I, L, O or U, so that a code read from paper or heard on the telephone is hard to mistake."""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
LOOK_ALIKES = str.maketrans("OIL", "011")


class CodeMalformed(ValueError):
    """The text cannot be the code of any certificate."""


def new_code():
    bits = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(LENGTH))


def normalise(text):
    """The code that a person meant: spaces, dashes and lower case are accepted, and O for 0, I and L for 1.

    Raises CodeMalformed."""
    code = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper().translate(LOOK_ALIKES)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise CodeMalformed
    return code


def grouped(code):
    """``ABCD-EFGH-JKMN-PQRS``, as it is printed and read aloud."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
