"""The holder's page about the name on a certificate: ask that it be put right, see what became of it, withdraw it."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import corrections
from certificates.checking import find_certificate
from certificates.forms import CorrectionForm
from certificates.models import Certificate, CorrectionRequest


def holder_only(view):
    """The view gets the newest version of the certificate with the code in the address."""
    @never_cache
    @login_required
    @wraps(view)
    def authorised(request, code):
        certificate = find_certificate(code)
        if certificate is None:
            raise Http404
        if certificate.learner_id != request.user.pk:
            raise PermissionDenied
        return view(request, certificate)

    return authorised


@require_http_methods(["GET", "HEAD", "POST"])
@holder_only
def correction(request, certificate):
    holder = certificate.snapshot["holder"]
    form = CorrectionForm(request.POST or None, request.FILES or None, issued=holder,
                          initial={"holder": request.user.get_full_name()})
    if request.method == "POST" and form.is_valid() and _ask(request, certificate, form):
        return redirect("certificate_correction", code=certificate.code)
    asked = list(corrections.get_requests(certificate))
    open_request = next((each for each in asked if each.state == CorrectionRequest.State.OPEN), None)
    return render(request, "certificates/correction.html", {
        "certificate": certificate, "holder": holder, "profile_name": request.user.get_full_name(), "form": form,
        "open_request": open_request, "closed_requests": [each for each in asked if each is not open_request],
        "can_ask": certificate.state == Certificate.State.ISSUED and open_request is None,
    })


def _ask(request, certificate, form):
    values = form.cleaned_data
    try:
        corrections.ask(certificate=certificate, holder=values["holder"], explanation=values["explanation"],
                        evidence=values["evidence"], by=request.user, now=timezone.now())
    except corrections.AlreadyOpen:
        messages.info(request, _("You have asked for a correction already. Withdraw it first to ask for another one."))
    except corrections.TooManyRequests:
        messages.error(request, _("You have asked for as many corrections of this certificate as can be made in a "
                                  "month. Nothing was sent. Speak with your trainer or your institution."))
    except corrections.NothingToCorrect:
        messages.error(request, _("This certificate does not hold any more, so nothing was sent."))
    else:
        messages.success(request, _("Your request was sent. A person reads it and decides, and you get a mail."))
    return True


@require_POST
@holder_only
def withdraw_correction(request, certificate):
    found = corrections.get_requests(certificate).filter(state=CorrectionRequest.State.OPEN).first()
    try:
        if found is None:
            raise corrections.AlreadyDecided
        corrections.withdraw(request=found, by=request.user, now=timezone.now())
    except corrections.AlreadyDecided:
        messages.info(request, _("It was decided or withdrawn already. Nothing was changed."))
    else:
        messages.success(request, _("Your request was withdrawn. The certificate stays as it is."))
    return redirect("certificate_correction", code=certificate.code)


@require_safe
@never_cache
@login_required
def evidence(request, pk):
    """The file that came with a request: for who asked and who may decide."""
    asked = get_object_or_404(CorrectionRequest.objects.select_related("certificate"), pk=pk)
    if request.user.pk != asked.asked_by_id and not corrections.may_decide(request.user, asked):
        raise PermissionDenied
    if not asked.evidence:
        raise Http404
    return FileResponse(asked.evidence.open("rb"), as_attachment=True, filename=asked.evidence.name.split("/")[-1],
                        headers={"Content-Security-Policy": "default-src 'none'; sandbox",
                                 "X-Content-Type-Options": "nosniff"})
