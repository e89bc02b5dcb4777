from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import outbox, wording
from certificates.codes import CodeMalformed, grouped, normalise
from certificates.forms import CodeForm
from certificates.models import Certificate
from certificates.snapshot import read_snapshot
from certificates.throttling import throttled


@require_safe
def redirect_to_check(request, code):
    """The short address in the QR: to the certificate's page in the language of whoever looks."""
    return redirect("certificate", code=code)


@require_safe
def check(request):
    """Where a code is typed. Looks up nothing: it leads to the page of the certificate."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("certificate", code=form.cleaned_data["code"])
    return _not_indexed(render(request, "certificates/check.html", {"form": form}))


@require_safe
@never_cache
@throttled(name="certificate", limit=30)
def show(request, code):
    """The public page: the frozen facts and whether they hold. Never a mail address or an identity number."""
    certificate = _find(code)
    if certificate is None:
        # The same page for a code that was never given and for one that cannot be.
        return _not_indexed(render(request, "certificates/unknown.html", {"form": CodeForm()}, status=404))
    snapshot = read_snapshot(certificate)
    language = request.LANGUAGE_CODE
    return _not_indexed(render(request, "certificates/certificate.html", {
        "certificate": certificate,
        "snapshot": snapshot,
        "code": grouped(certificate.code),
        "title": snapshot.course_title(language),
        "title_language": language if language in snapshot.course else snapshot.language,
        "other_titles": [(other, text) for other, text in snapshot.course.items()
                         if text and text != snapshot.course_title(language)],
        "contents": snapshot.content_titles(language),
        "hours": wording.hours(snapshot),
        "period": wording.period(snapshot),
        "modality": wording.modality(snapshot),
        "result": wording.result(snapshot),
        "grade_rule": wording.grade_rule(snapshot),
        "is_holder": request.user.is_authenticated and _may_download(request.user, certificate),
    }))


@require_safe
@never_cache
@login_required
def download(request, code, language):
    """The PDF, for the holder and administrators only."""
    certificate = _find(code)
    if certificate is None or language not in dict(settings.LANGUAGES):
        raise Http404
    if not _may_download(request.user, certificate):
        raise PermissionDenied
    try:
        content = outbox.get_pdf(certificate=certificate, language=language, now=timezone.now())
    except outbox.DocumentNotReady:
        messages.info(request, _("Your document is not made yet. Your certificate holds meanwhile. Try again in a few "
                                 "minutes; if it is still not there, the administrators have been told why."))
        return redirect("certificate", code=certificate.code)
    except outbox.CertificateEnded:
        raise Http404 from None
    return _not_indexed(HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{certificate.folio}-{language}.pdf"',
    }))


def _find(code):
    """The newest version."""
    try:
        return Certificate.objects.filter(code=normalise(code)).order_by("-version").first()
    except CodeMalformed:
        return None


def _may_download(user, certificate):
    return user.is_superuser or certificate.learner_id == user.pk


def _not_indexed(response):
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
