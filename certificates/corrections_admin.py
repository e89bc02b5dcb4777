"""Requests for corrections in the Wagtail admin, where a person decides."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from certificates import corrections
from certificates.models import CorrectionRequest
from certificates.snapshot import SnapshotAltered

SAID_NEW = gettext_lazy("The name was corrected: %(folio)s has version %(version)d. The holder gets a mail.")
SAID_RIGHT_ALREADY = gettext_lazy("The name had been put right already: version %(version)d of %(folio)s says it. The "
                                  "holder gets a mail.")


class CorrectionFilterSet(WagtailFilterSet):
    class Meta:
        model = CorrectionRequest
        fields = ["state"]


class CorrectionListView(ReportView):
    model = CorrectionRequest
    permission_policy = ModelPermissionPolicy(CorrectionRequest)
    any_permission_required = ["change"]
    page_title = gettext_lazy("Corrections asked for")
    header_icon = "edit"
    index_url_name, index_results_url_name = "correction_list", "correction_list_results"
    filterset_class = CorrectionFilterSet
    default_ordering = "-asked_at"
    columns = [
        TitleColumn("folio", label=gettext_lazy("Certificate"), accessor="certificate.folio",
                    get_url=lambda row: reverse("decide_correction", args=[row.pk])),
        Column("issued", label=gettext_lazy("On the certificate"), accessor="certificate.snapshot.holder"),
        Column("holder", label=gettext_lazy("As it should be")),
        DateColumn("asked_at", label=gettext_lazy("Asked"), sort_key="asked_at"),
        StatusTagColumn("state", label=gettext_lazy("State"), accessor="get_state_display",
                        primary=lambda row: row.state == CorrectionRequest.State.OPEN),
    ]
    list_export = ["certificate.folio", "state", "asked_at", "decided_at"]

    @property
    def no_results_message(self):
        return super().no_results_message if self.is_filtering else _("Nobody has asked for a correction.")

    def get_base_queryset(self):
        return CorrectionRequest.objects.select_related("certificate")


class DecisionForm(forms.Form):
    """``refusing``: the holder is owed a reason."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the holder"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed when you do not accept it: say why, and what would help. The holder gets it by "
                               "mail and sees it on the page of the request."))

    def __init__(self, *args, refusing=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.refusing = refusing

    def clean_answer(self):
        answer = self.cleaned_data["answer"].strip()
        if self.refusing and not answer:
            raise forms.ValidationError(_("Say in words why it is not accepted."))
        return answer


def decide(request, pk):
    if not request.user.has_perm(corrections.PERMISSION):
        raise PermissionDenied
    asked = get_object_or_404(
        CorrectionRequest.objects.select_related("certificate__learner", "asked_by", "decided_by"), pk=pk)
    may_decide = corrections.may_decide(request.user, asked)
    form = DecisionForm(request.POST or None, refusing="refuse" in request.POST)
    if request.method == "POST":
        if not may_decide:
            raise PermissionDenied
        if form.is_valid() and _decide(request, asked, form.cleaned_data["answer"]):
            return redirect("correction_list")
    return TemplateResponse(request, "certificates/admin/correction.html", {
        "asked": asked, "certificate": asked.certificate, "form": form, "may_decide": may_decide,
        "is_open": asked.state == CorrectionRequest.State.OPEN,
        "breadcrumbs_items": [{"url": reverse("correction_list"), "label": _("Corrections asked for")},
                              {"url": "", "label": asked.certificate.folio}]})


def _decide(request, asked, answer):
    """False when the page has to be shown again."""
    try:
        if "refuse" in request.POST:
            corrections.refuse(request=asked, answer=answer, by=request.user, now=timezone.now())
            messages.success(request, _("It was not accepted. The holder gets your answer by mail."))
        else:
            version, is_new = corrections.accept(request=asked, answer=answer, by=request.user, now=timezone.now())
            said = SAID_NEW if is_new else SAID_RIGHT_ALREADY
            messages.success(request, said % {"folio": version.folio, "version": version.version})
    except corrections.AlreadyDecided:
        messages.warning(request, _("Somebody else decided meanwhile, or it was withdrawn. Nothing was changed."))
    except SnapshotAltered:
        messages.error(request, _("What is stored of this certificate is not what was issued. The public page says "
                                  "that it cannot be confirmed. Restore the row from a backup."))
        return False
    except corrections.NothingToCorrect:
        messages.error(request, _("The certificate was revoked meanwhile, so there is nothing to correct. You can "
                                  "still answer that it is not accepted."))
        return False
    return True


urlpatterns = [
    path("certificates/corrections/", CorrectionListView.as_view(), name="correction_list"),
    path("certificates/corrections/results/", CorrectionListView.as_view(results_only=True),
         name="correction_list_results"),
    path("certificates/corrections/<uuid:pk>/", decide, name="decide_correction"),
]
