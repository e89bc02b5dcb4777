"""What programs read: the keys of the issuer, the status lists, and the credential of a certificate, alone or in a
picture."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from certificates import outbox
from certificates.checking import find_certificate
from certificates.credentials.badges import CONTENT_TYPES, draw_badge
from certificates.credentials.did import did_document
from certificates.models import Certificate, IssuerKey, StatusList
from certificates.throttling import throttled

CREDENTIAL_TYPE = "application/vc+ld+json"
# Verifiers run in browsers too, on pages of others.
FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff"}


@require_safe
@cache_control(public=True, max_age=300)
def did(request):
    """The keys that may be believed, retired ones too."""
    keys = IssuerKey.objects.published().filter(purpose=IssuerKey.Purpose.CREDENTIAL)
    return JsonResponse(did_document(keys), content_type="application/did+ld+json", headers=FOR_EVERYBODY)


@require_safe
@cache_control(public=True, max_age=60)
def status_list(request, number):
    """A signed status list, as it was published last."""
    published = get_object_or_404(StatusList.objects.values_list("published", flat=True), number=number)
    if not published:
        return HttpResponse(status=503, headers={"Retry-After": "60"})  # the first one is made in a moment
    return HttpResponse(published, content_type=CREDENTIAL_TYPE, headers=FOR_EVERYBODY)


@require_safe
@never_cache
@throttled(name="credential", limit=30)
def credential(request, code):
    """The digital credential, for whoever has the code: it says no more than the public page does."""
    certificate, content = _find_credential(code)
    return _download(content, CREDENTIAL_TYPE, f"{certificate.folio}.json")


@require_safe
@never_cache
@throttled(name="credential", limit=30)
def badge(request, code, kind):
    """The digital credential inside a picture, which other platforms show and read."""
    if kind not in CONTENT_TYPES:
        raise Http404
    certificate, content = _find_credential(code)
    picture = draw_badge(certificate=certificate, credential=content, kind=kind)
    return _download(picture, CONTENT_TYPES[kind], f"{certificate.folio}.{kind}")


def _find_credential(code):
    """(certificate, bytes). Raises Http404, the same for a code that was never given and for a certificate that was
    revoked, erased or has no credential."""
    certificate = find_certificate(code)
    if certificate is None or certificate.erased_at or certificate.state != Certificate.State.ISSUED:
        raise Http404
    content = outbox.get_credential(certificate)
    if content is None:
        raise Http404
    return certificate, content


def _download(content, content_type, name):
    return HttpResponse(content, content_type=content_type, headers={
        **FOR_EVERYBODY, "Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex, nofollow"})
