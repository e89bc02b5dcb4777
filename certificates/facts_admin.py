"""Putting the facts of one certificate right in the Wagtail admin: where the institution or a date is wrong, or the
identity number was wrong in the profile when it was issued."""

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
from certificates.corrections import normalise_name
from certificates.models import Certificate
from certificates.snapshot import SnapshotAltered, read_snapshot
from certificates.validity import get_day
from lms.accounts.identity import mask
from lms.accounts.models import StaffType

Reason, State = Certificate.Reason, Certificate.State
HOURS_KINDS = [("chronological", gettext_lazy("Chronological hours (60 min)")),
               ("pedagogical", gettext_lazy("Pedagogical hours (45 min)"))]
DATE = {"type": "date"}


def may_correct(user, certificate):
    """Whoever may change certificates, but not their own."""
    return user.has_perm("certificates.change_certificate") and certificate.learner_id != user.pk


class FactsForm(forms.Form):
    """``snapshot``: what the certificate says now; ``changes`` are {field of Snapshot: value} that differ from it."""

    holder = forms.CharField(label=gettext_lazy("Holder"), max_length=200)
    take_identity = forms.BooleanField(label=gettext_lazy("Print the identity document that the profile has now"),
                                       required=False)
    organisation = forms.CharField(label=gettext_lazy("Institution"), max_length=200, required=False)
    commune = forms.CharField(label=gettext_lazy("Commune or municipality"), max_length=200, required=False)
    staff_type = forms.ChoiceField(label=gettext_lazy("Staff type"), choices=StaffType.choices)
    edition = forms.CharField(label=gettext_lazy("Edition"), max_length=200, required=False)
    hours = forms.DecimalField(label=gettext_lazy("Duration"), min_value=0, max_value=9999, decimal_places=2,
                               help_text=gettext_lazy("0 when they are not known: then nothing is said of them."))
    hours_kind = forms.ChoiceField(label=gettext_lazy("Kind of hours"), choices=HOURS_KINDS)
    started_on = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(DATE, "%Y-%m-%d"))
    completed_on = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(DATE, "%Y-%m-%d"))
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only administrators see it: what was wrong, and how you know what is right."),
        error_messages={"required": gettext_lazy("Say what was wrong, for whoever has to explain it later.")})
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read what will happen"),
        error_messages={"required": gettext_lazy("Confirm that you have read what will happen.")})

    FACTS = ["holder", "organisation", "commune", "staff_type", "edition", "hours", "hours_kind", "started_on",
             "completed_on"]
    TEXTS = {"holder", "organisation", "commune", "edition"}

    def __init__(self, *args, snapshot, learner, **kwargs):
        facts = {name: getattr(snapshot, name) for name in self.FACTS}
        super().__init__(*args, initial={**facts, "staff_type": facts["staff_type"] or StaffType.NOT_STATED}, **kwargs)
        self.snapshot = snapshot
        self.identity = {"identity_kind": learner.document_kind, "identity_masked": mask(learner.document_number)}
        if self.identity == {name: getattr(snapshot, name) for name in self.identity}:
            del self.fields["take_identity"]
        else:
            self.fields["take_identity"].help_text = self.identity["identity_masked"] or _("It has none.")

    def clean(self):
        cleaned = super().clean()
        for name in self.TEXTS & cleaned.keys():
            cleaned[name] = normalise_name(cleaned[name])
            if not cleaned[name].isprintable():
                self.add_error(name, _("This has characters that cannot be printed. Write it again."))
        started, completed, expires = cleaned.get("started_on"), cleaned.get("completed_on"), self.snapshot.expires_on
        if started and completed and completed < started:
            self.add_error("completed_on", _("The last day cannot be before the first."))
        if completed and completed > get_day(timezone.now()):
            self.add_error("completed_on", _("This day has not come yet."))
        if completed and expires and completed >= expires:
            self.add_error("completed_on", _("The certificate is valid until %(date)s: the last day must be before.")
                           % {"date": wording.day(expires)})
        if not self.errors and not self.changes:
            raise forms.ValidationError(_("Nothing is different from what the certificate says."))
        return cleaned

    @property
    def changes(self):
        given = {name: self.cleaned_data[name] for name in self.FACTS if self.cleaned_data[name] != self.initial[name]}
        return {**given, **(self.identity if self.cleaned_data.get("take_identity") else {})}


def correct(request, pk):
    """A page that says what will happen, and does it."""
    certificate = get_object_or_404(Certificate.objects.select_related("learner"), pk=pk)
    if not may_correct(request.user, certificate):
        raise PermissionDenied
    details = redirect("certificate_details", pk)
    if certificate.state != State.ISSUED or certificate.erased_at:
        messages.warning(request, _("This version does not hold any more. Nothing was changed."))
        return details
    try:
        snapshot = read_snapshot(certificate)
    except SnapshotAltered:
        return details  # it says what to do
    form = FactsForm(request.POST or None, snapshot=snapshot, learner=certificate.learner)
    if request.method == "POST" and form.is_valid():
        reason = Reason.NAME if form.changes.keys() == {"holder"} else Reason.FACTS
        try:
            version = ending.correct(certificate=certificate, changes=form.changes, reason=reason,
                                     note=form.cleaned_data["note"], by=request.user, now=timezone.now())
        except ending.AlreadyEnded:
            messages.warning(request, _("Somebody else has revoked or corrected it meanwhile. Nothing was changed."))
            return details
        messages.success(request, _("%(folio)s has version %(version)d now. The holder gets a mail.") % {
            "folio": version.folio, "version": version.version})
        return redirect("certificate_details", version.pk)
    return TemplateResponse(request, "certificates/admin/correct.html", {
        "certificate": certificate, "form": form, "title": snapshot.course_title(get_language()),
        "breadcrumbs_items": [
            {"url": reverse("certificate_list"), "label": _("Certificates")},
            {"url": reverse("certificate_details", args=[pk]), "label": certificate.folio},
            {"url": "", "label": _("Correct facts")}]})


urlpatterns = [path("certificates/<uuid:pk>/correct/", correct, name="correct_certificate")]
