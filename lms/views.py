from http import HTTPStatus
from posixpath import normpath

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.static import serve


@never_cache
def health(request):
    """200 when the platform can reach its database. Says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def media(request, path):
    """Pictures of the courses. Documents are not served here but by Wagtail, which asks who is looking. A picture
    cannot run anything: an SVG opened by itself is sandboxed."""
    if normpath(path).lstrip("/").startswith("documents/"):
        raise Http404
    response = serve(request, path, document_root=settings.MEDIA_ROOT)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=86400"
    return response


class WrongMethodMiddleware:
    """Somebody who opens the address of a button reads a page in place of nothing: after a sign-in in between, or with
    an address from the history of the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            page = _error(request, HTTPStatus.METHOD_NOT_ALLOWED.value)
            page["Allow"] = response["Allow"]
            return page
        return response


def _error(request, status):
    return render(request, "errors/error.html", {"status": status}, status=status)


@requires_csrf_token
def bad_request(request, exception=None):
    # Plain text: with a wrong host name there is neither a session nor an address that a page could hold.
    text = _("Your browser sent something that the platform does not understand. Nothing was changed and nothing of "
             "yours was lost. Go back and try again.")
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=400)


@requires_csrf_token
def permission_denied(request, exception=None):
    return _error(request, 403)


@requires_csrf_token
def page_not_found(request, exception=None):
    return _error(request, 404)


@requires_csrf_token
def server_error(request):
    # Written without context processors: whatever broke may break them too.
    return render(None, "errors/server_error.html", status=500)


@requires_csrf_token
def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)
