"""What the holder of a certificate downloads."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates import outbox, sharing
from certificates.checking import find_certificate, may_download
from certificates.models import Outbox
from certificates.views.checking import not_indexed

LANGUAGES = {*dict(settings.LANGUAGES), Outbox.BOTH_LANGUAGES}


@require_safe
@never_cache
@login_required
def download(request, code, language):
    """The PDF of the version that holds, for the holder and administrators only; of a revoked certificate, a page that
    says so."""
    certificate = find_certificate(code)
    if certificate is None or certificate.erased_at or language not in LANGUAGES:
        raise Http404
    if not may_download(request.user, certificate):
        raise PermissionDenied
    try:
        content = outbox.get_pdf(certificate=certificate, language=language, now=timezone.now())
    except outbox.DocumentNotReady:
        messages.info(request, _("Your document is not made yet. Your certificate holds meanwhile. Try again in a few "
                                 "minutes; if it is still not there, the administrators have been told why."))
        return redirect("certificate", code=certificate.code)
    except outbox.CertificateEnded:
        return not_indexed(render(request, "certificates/revoked.html", {"certificate": certificate}, status=410))
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{certificate.folio}-{language}.pdf"',
        "X-Robots-Tag": "noindex, nofollow",
    })


@require_POST
@login_required
def share(request, code):
    """The holder lets the public page describe itself to social networks, or takes that back."""
    certificate = find_certificate(code)
    if certificate is None:
        raise Http404
    try:
        sharing.set_shared(certificate=certificate, shared="on" in request.POST, by=request.user, now=timezone.now())
    except sharing.NotHolder:
        raise PermissionDenied from None
    except sharing.NothingToShow:
        messages.error(request, _("This certificate does not hold any more, so it is not shown in links."))
        return redirect("certificate", code=certificate.code)
    return redirect(f"{certificate.get_absolute_url()}#elsewhere")
