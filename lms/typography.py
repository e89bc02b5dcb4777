def use_minus(text):
    """A number that was written with the hyphen of the keyboard, with a minus sign (U+2212): as wide as a plus, and
    read aloud as what it is."""
    return str(text).replace("-", "−")
