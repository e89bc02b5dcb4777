"""What a person finds out and asks about their own data. There is no address by which another person's could be asked
for."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from lms.privacy import notices
from lms.privacy.erasing import AlreadyDecided, HasRole, RequestOpen, request_erasure, withdraw_erasure
from lms.privacy.exporting import export_person
from lms.privacy.forms import AcknowledgeForm, ErasureForm
from lms.privacy.mailing import send_request_received
from lms.privacy.models import ErasureRequest, PrivacyNotice
from lms.privacy.retention import get_rules

logger = logging.getLogger(__name__)


@require_safe
def notice(request, number=None):
    """The privacy notice in force, or an earlier version of it."""
    versions = list(PrivacyNotice.objects.all())
    if not versions:
        raise Http404
    shown = versions[0] if number is None else next((each for each in versions if each.number == number), None)
    if shown is None:
        raise Http404
    return render(request, "privacy/notice.html", {
        "notice": shown, "html": notices.to_html(shown.texts[request.LANGUAGE_CODE]), "versions": versions,
        "changes": shown.changes.get(request.LANGUAGE_CODE, ""), "rules": get_rules() if shown == versions[0] else []})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def acknowledge(request):
    """The notice before anything else, once for each version."""
    number = notices.get_current_number()
    onwards = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onwards, allowed_hosts={request.get_host()},
                                           require_https=request.is_secure()):
        onwards = resolve_url("my_courses")
    # A version that was published while the page was open is shown before it counts as read.
    is_current = request.POST.get("number") == str(number)
    form = AcknowledgeForm(request.POST if is_current else None)
    if not number or (form.is_bound and form.is_valid()):
        if number:
            notices.acknowledge(person=request.user, number=number, now=timezone.now())
            request.session[notices.SESSION_KEY] = number
        return HttpResponseRedirect(onwards)
    shown = get_object_or_404(PrivacyNotice, number=number)
    return render(request, "privacy/acknowledge.html", {
        "notice": shown, "html": notices.to_html(shown.texts[request.LANGUAGE_CODE]), "form": form, "next": onwards,
        "changes": shown.changes.get(request.LANGUAGE_CODE, ""), "rules": get_rules()})


@require_GET
@never_cache
@login_required
def own_data(request):
    """What a person can do with their own data."""
    return render(request, "privacy/own_data.html", {
        "form": ErasureForm(), "erasure": _get_latest(request.user)})


@require_POST
@never_cache
@login_required
def download(request):
    """Everything known of the person who asks, as a file that another system can read."""
    now = timezone.now()
    response = JsonResponse(export_person(person=request.user, now=now),
                            json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="puentes-{timezone.localdate(now):%Y-%m-%d}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask_erasure(request):
    if request.method != "POST":  # the language was changed beside an error
        return redirect("own_data")
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return render(request, "privacy/own_data.html", {"form": form, "erasure": _get_latest(request.user)})
    try:
        erasure = request_erasure(person=request.user, explanation=form.cleaned_data["explanation"], now=timezone.now())
    except RequestOpen:
        messages.info(request, _("You have asked already. You will be answered by mail."))
    except HasRole:
        messages.error(request, _("You administer something here. Ask an administrator to take your role away first, "
                                  "so that nobody is left without help; then ask again."))
    else:
        try:
            send_request_received(erasure)
        except OSError:  # the page says it too
            logger.exception("The receipt of a request to erase could not be sent.")
        messages.success(request, _("Your request was received. You will be answered by mail."))
    return redirect("own_data")


@require_POST
@never_cache
@login_required
def withdraw(request):
    erasure = ErasureRequest.objects.filter(person=request.user, state=ErasureRequest.State.OPEN).first()
    try:
        if erasure is None:
            raise AlreadyDecided
        withdraw_erasure(request=erasure, now=timezone.now())
    except AlreadyDecided:
        messages.info(request, _("There is no request that waits for an answer."))
    else:
        messages.success(request, _("Your request was withdrawn. Nothing was erased."))
    return redirect("own_data")


def _get_latest(person):
    return ErasureRequest.objects.filter(person=person).order_by("-asked_at").first()
