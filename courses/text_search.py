import unicodedata


def fold(text):
    """``text`` without case and accents: «Atención» is found by «atencion». The ñ becomes an n too, as on the
    keyboards of people who have none."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
