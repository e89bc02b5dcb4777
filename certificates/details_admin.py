"""One certificate in the Wagtail admin: its facts, versions, history and documents, and its revocation."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import messages

from certificates import ending, wording
from certificates.codes import grouped
from certificates.events import HistoryAltered, verify_history
from certificates.explaining import explain, with_blocking
from certificates.facts_admin import may_correct
from certificates.models import Certificate, CorrectionRequest, Outbox
from certificates.snapshot import SnapshotAltered, read_snapshot
from lms.accounts.models import User

ACTIONS = {
    "issued": gettext_lazy("Issued"), "superseded": gettext_lazy("Replaced by a later version"),
    "revoked": gettext_lazy("Revoked"), "shared": gettext_lazy("Shown in links, because the holder wants it"),
    "unshared": gettext_lazy("Not shown in links any more"), "erased": gettext_lazy("The personal data were erased"),
}


class RevocationForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), widget=forms.RadioSelect,
        help_text=gettext_lazy("Everybody who checks the certificate reads it, and the holder in a mail."),
        choices=[(reason.value, reason.label) for reason in ending.REASONS_TO_REVOKE],
        error_messages={"required": gettext_lazy("Choose a reason.")})
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only administrators see it. Write what somebody needs who has to explain it later."))
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read what will happen"),
        error_messages={"required": gettext_lazy("Confirm that you have read what will happen.")})


def show(request, pk):
    if not request.user.has_perm("certificates.view_certificate"):
        raise PermissionDenied
    certificate = get_object_or_404(Certificate.objects.select_related("learner", "status_list"), pk=pk)
    now = timezone.now()
    return TemplateResponse(request, "certificates/admin/certificate.html", {
        "certificate": certificate,
        "facts": _get_facts(certificate),
        "is_expired": certificate.is_expired(now),
        "versions": Certificate.objects.filter(code=certificate.code).order_by("-version"),
        "cycles": _get_cycles(certificate),
        "history": _get_history(certificate),
        "documents": [(Outbox(kind=each.kind).label, each)
                      for each in certificate.artifacts.select_related("key").order_by("kind")],
        "work": [(each, explain(each)) for each in with_blocking(Outbox.objects.pending()).filter(
            certificate=certificate).order_by("stage", "kind")],
        "corrections": CorrectionRequest.objects.filter(certificate__code=certificate.code).order_by("-asked_at"),
        "may_revoke": _may_revoke(request.user) and certificate.state == Certificate.State.ISSUED,
        "may_correct": (may_correct(request.user, certificate) and certificate.state == Certificate.State.ISSUED
                        and not certificate.erased_at),
        "breadcrumbs_items": _get_breadcrumbs(certificate),
    })


def revoke(request, pk):
    """A page that says what will happen, and does it."""
    if not _may_revoke(request.user):
        raise PermissionDenied
    certificate = get_object_or_404(Certificate, pk=pk)
    form = RevocationForm(request.POST or None)
    if certificate.state != Certificate.State.ISSUED:
        messages.warning(request, _("This version does not hold any more. Nothing was changed."))
        return redirect("certificate_details", pk)
    if request.method == "POST" and form.is_valid():
        try:
            ending.revoke(certificate=certificate, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
                          by=request.user, now=timezone.now())
        except ending.AlreadyEnded:
            messages.warning(request, _("Somebody else has revoked or corrected it meanwhile. Nothing was changed."))
        else:
            messages.success(request, _("The certificate %(folio)s was revoked. The holder gets a mail.")
                             % {"folio": certificate.folio})
        return redirect("certificate_details", pk)
    return TemplateResponse(request, "certificates/admin/revoke.html", {
        "certificate": certificate, "form": form, "holder": certificate.snapshot["holder"],
        "title": _get_title(certificate.snapshot),
        "breadcrumbs_items": [*_get_breadcrumbs(certificate, last=False), {"url": "", "label": _("Revoke")}]})


def _get_title(facts):
    return facts["course"].get(get_language()) or facts["course"][facts["language"]]


def _may_revoke(user):
    return user.has_perm("certificates.change_certificate")


def _get_facts(certificate):
    """[(label, value)] in words, or None when they are not those that were issued."""
    try:
        snapshot = read_snapshot(certificate)
    except SnapshotAltered:
        return None
    facts = [
        (_("Holder"), snapshot.holder), (_("Identity document"), wording.identity(snapshot)),
        (_("Institution"), wording.workplace(snapshot)), (_("Staff type"), wording.staff_type(snapshot)),
        (_("Course"), snapshot.course_title(get_language())), (_("Edition"), snapshot.edition),
        (_("Duration"), wording.hours(snapshot)), (_("Dates"), wording.period(snapshot)),
        (_("Modality"), wording.modality(snapshot)), (_("Result"), wording.result(snapshot)),
        (_("Progress"), wording.progress(snapshot)),
        (_("Valid until"), wording.day(snapshot.expires_on) if snapshot.expires_on else ""),
        (_("Code"), grouped(certificate.code)),
    ]
    return [(label, value) for label, value in facts if value]


def _get_cycles(certificate):
    """The certificate that this one renewed and the one that renews it, those that there are."""
    following = Certificate.objects.issued().filter(renews__code=certificate.code)
    return [*([certificate.renews] if certificate.renews else []), *following]


def _get_history(certificate):
    """[(event, what, who)], or None when they were altered."""
    try:
        events = verify_history(certificate)
    except HistoryAltered:
        return None
    actors = {user.pk: user for user in User.objects.filter(
        pk__in={event.actor_id for event in events if event.actor_id})}
    return [(event, ACTIONS.get(event.action, event.action), actors.get(event.actor_id)) for event in events]


def _get_breadcrumbs(certificate, last=True):
    url = "" if last else reverse("certificate_details", args=[certificate.pk])
    return [{"url": reverse("certificate_list"), "label": _("Certificates")}, {"url": url, "label": certificate.folio}]


urlpatterns = [
    path("certificates/<uuid:pk>/", show, name="certificate_details"),
    path("certificates/<uuid:pk>/revoke/", revoke, name="revoke_certificate"),
]
