"""What an image is, told by its bytes: names and declared types may lie."""

# As many as an image of the library may have.
MOST_BYTES = 10_000_000
SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def get_type(data):
    """``png``, ``jpeg``, ``gif`` or ``webp``; None for anything else, also for SVG, which may have scripts."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((name for signature, name in SIGNATURES if data.startswith(signature)), None)
