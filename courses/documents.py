"""How the videos of the lessons and their captions are sent: in parts, so that a player can jump to any second."""

import re

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.views.serve import serve as wagtail_serve

MEDIA_TYPES = {"webm": "video/webm", "mp4": "video/mp4", "vtt": "text/vtt"}
# Opened by itself in a tab, a file may play and do nothing else.
MEDIA_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")


class RangeNotSatisfiable(Exception):
    """The part asked for lies beyond the end of the file."""


def serve(request, document_id, document_filename):
    """Wagtail's view of a document, except that media are sent in parts when a player asks for a part. Who may see it
    is decided by Wagtail's own hooks. They cannot answer for it: Wagtail drops a response that streams."""
    document = get_object_or_404(get_document_model(), pk=document_id)
    content_type = MEDIA_TYPES.get(document.file_extension.lower())
    if content_type is None or document.filename != document_filename:
        return wagtail_serve(request, document_id, document_filename)
    for check in hooks.get_hooks("before_serve_document"):
        response = check(document, request)
        if isinstance(response, HttpResponse):
            return response
    return send_media(request, document, content_type)


def send_media(request, document, content_type):
    """The response for a video or captions, whole or in part (RFC 9110, 14)."""
    size, etag = document.file.size, quote_etag(document.get_file_hash())
    try:
        part = _get_part(request, size, etag)
    except RangeNotSatisfiable:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        response = _send(document, part, size)
    for name, value in {
        "Content-Type": content_type, "Content-Encoding": "identity",  # or the middleware would compress a part
        "Content-Disposition": "inline", "Accept-Ranges": "bytes", "ETag": etag, "Cache-Control": "private, no-cache",
        "Content-Security-Policy": MEDIA_POLICY, "X-Content-Type-Options": "nosniff",
    }.items():
        response.headers[name] = value
    return get_conditional_response(request, etag=etag, response=response)


def _get_part(request, size, etag):
    """(first, last) byte, both included, or None for the whole file: also for several parts at once and for the part
    of a file that has changed since. Raises RangeNotSatisfiable."""
    match = _RANGE.match(request.headers.get("Range", ""))
    if request.method != "GET" or not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if first:
        first, last = int(first), min(int(last or size - 1), size - 1)
        if last < first <= size - 1:
            return None  # not a range at all
    elif last:
        first, last = max(size - int(last), 0), size - 1
    else:
        return None
    if first > last:
        raise RangeNotSatisfiable
    return first, last


def _send(document, part, size):
    first, last = part or (0, size - 1)
    file = document.file.open("rb")
    file.seek(first)
    response = FileResponse(_Part(file, last - first + 1), status=206 if part else 200)
    response.headers["Content-Length"] = str(last - first + 1)
    if part:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


class _Part:
    """A file that ends after ``left`` bytes."""

    def __init__(self, file, left):
        self.file, self.left = file, left

    def read(self, size=CHUNK):
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        return data

    def close(self):
        self.file.close()
