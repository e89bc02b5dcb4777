"""What programs read: the issuer's keys, the status lists and the credential of a certificate."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.credentials.did import did_document
from certificates.models import IssuerKey, StatusList

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
        raise Http404
    return HttpResponse(published, content_type=CREDENTIAL_TYPE, headers=FOR_EVERYBODY)
