"""What others need to check our documents by themselves."""

from django.http import HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates import x509
from certificates.models import IssuerKey


@require_safe
@cache_control(public=True, max_age=3600)
def roots(request):
    """The root certificates of the seals as PEM, of retired keys too: a reader of PDF that trusts them says of our
    documents that they are ours."""
    published = IssuerKey.objects.published().filter(purpose=IssuerKey.Purpose.PDF)
    return HttpResponse("".join(x509.read_root(key.public_key) for key in published),
                        content_type="application/x-pem-file",
                        headers={"Content-Disposition": 'inline; filename="issuer.pem"'})
