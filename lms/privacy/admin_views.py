"""For administrators: requests to answer, how long data are kept, and the notice."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.privacy import mailing, notices
from lms.privacy.admin_forms import NoticeForm, RetentionForm
from lms.privacy.erasing import AlreadyDecided, HasRole, OwnRequest, accept_erasure, refuse_erasure
from lms.privacy.forms import RefusalForm
from lms.privacy.models import ErasureRequest, PrivacyNotice
from lms.privacy.retention import get_rules, set_rule


def _administrators_only(view):
    def guarded(request, *args, **kwargs):
        if not request.user.is_superuser:
            raise PermissionDenied
        return view(request, *args, **kwargs)
    return guarded


@require_http_methods(["GET"])
@_administrators_only
def list_requests(request):
    """Those that wait, the most urgent first, and the last that were answered."""
    requests = ErasureRequest.objects.select_related("person", "decided_by")
    return TemplateResponse(request, "privacy/admin/requests.html", {
        "open": requests.filter(state=ErasureRequest.State.OPEN), "now": timezone.now(),
        "closed": requests.exclude(state=ErasureRequest.State.OPEN).order_by("-decided_at")[:50]})


@require_http_methods(["GET", "POST"])
@_administrators_only
def decide(request, pk):
    erasure = get_object_or_404(ErasureRequest.objects.select_related("person"), pk=pk)
    form = RefusalForm(request.POST if "refuse" in request.POST else None)
    if request.method == "POST" and ("accept" in request.POST or form.is_valid()):
        address, name = erasure.person.email, erasure.person.get_short_name()
        try:
            with transaction.atomic():
                if "accept" in request.POST:
                    done = accept_erasure(request=erasure, by=request.user, now=timezone.now())
                else:
                    done = refuse_erasure(request=erasure, answer=form.cleaned_data["answer"], by=request.user,
                                          now=timezone.now())
                # Last, and inside: afterwards nobody would know the address any more.
                mailing.send_answer(done, address=address, name=name)
        except OSError:  # smtplib's errors among them
            messages.error(request, _("The mail to the person could not be sent, so nothing was decided. Try again "
                                      "later."))
        except AlreadyDecided:
            messages.warning(request, _("This request was answered or withdrawn meanwhile."))
        except OwnRequest:
            messages.error(request, _("Nobody decides on a request of their own. Ask another administrator."))
        except HasRole:
            messages.error(request, _("This person is an administrator. Take that role away first."))
        else:
            messages.success(request, _("The person was answered by mail."))
        return redirect("erasure_requests")
    return TemplateResponse(request, "privacy/admin/decide.html", {"erasure": erasure, "form": form})


@require_http_methods(["GET", "POST"])
@_administrators_only
def retention(request):
    rules = get_rules()
    form = RetentionForm(request.POST or None, rules=rules)
    if request.method == "POST" and form.is_valid():
        for purpose, rule in rules:
            if rule.months != form.cleaned_data[purpose.name]:
                set_rule(purpose=purpose.name, months=form.cleaned_data[purpose.name], by=request.user)
        messages.success(request, _("The rules were saved. They are applied every night."))
        return redirect("retention")
    return TemplateResponse(request, "privacy/admin/retention.html", {"form": form, "rules": rules})


@require_http_methods(["GET", "POST"])
@_administrators_only
def publish(request):
    """The notice in force, to be changed: saving publishes a new version, which everybody is shown."""
    current = PrivacyNotice.objects.first()
    form = NoticeForm(request.POST or None, current=current)
    if request.method == "POST" and form.is_valid():
        notices.publish_notice(**form.get_texts(), by=request.user, now=timezone.now())
        messages.success(request, _("Published. Everybody is shown it when they next open a page."))
        return redirect("publish_notice")
    return TemplateResponse(request, "privacy/admin/publish.html", {
        "form": form, "versions": PrivacyNotice.objects.select_related("published_by")})
