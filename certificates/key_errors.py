class KeyUnavailable(Exception):
    """A private key of the issuer cannot be used now: it is not where it should be, or not what it should be. The
    message says why and what to do, and tells no secret."""


class KeyExposed(KeyUnavailable):
    """Others on the machine may read a private key, or put another in its place."""
