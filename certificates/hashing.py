import hashlib
import json


def canonical_sha256(value):
    """SHA-256, 64 hexadecimal digits, of a JSON value written in the one canonical way: sorted keys, no spaces, UTF-8.
    Numbers with decimals must be texts, because a database may write them back in another way."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
